"""`bandit-config-generator`: writes a configuration with all tests and their defaults."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence

import yaml

from posse_checks.analysis.registry import bandit_rules
from posse_checks.config.schema import OWN_SECTIONS, sections
from posse_server.bandit import log
from posse_server.bandit.command_line import parser_of
from posse_server.bandit.tests_of_bandit import IN_ORDER, is_known, names_by_id
from posse_server.system.console import CommandError, opened

_DESCRIPTION = """Bandit Config Generator

    This tool is used to generate an optional profile.  The profile may be used
    to include or skip tests and override values for plugins.

    When used to store an output profile, this tool will output a template that
    includes all plugins and their default settings.  Any settings which aren't
    being overridden can be safely removed from the profile and default values
    will be used.  Bandit will prefer settings from the profile over the built
    in values."""

_HEAD = """
### Bandit config file generated from:
# '{command}'

### This config may optionally select a subset of tests to run or skip by
### filling out the 'tests' and 'skips' lists given below. If no tests are
### specified for inclusion then it is assumed all tests are desired. The skips
### set will remove specific tests from the include set. This can be controlled
### using the -t/-s CLI options. Note that the same test ID should not appear
### in both 'tests' and 'skips', this would be nonsensical and is detected by
### Bandit at runtime.

# Available tests:
"""
_OPTIONS = """
### (optional) plugin settings - some test plugins require configuration data
### that may be given here, per-plugin. All bandit test plugins have a built in
### set of sensible defaults and these will be used if no configuration is
### provided. It is not necessary to provide settings for every (or any) plugin
### if the defaults are acceptable.
"""


def run(words: Sequence[str]) -> int:
    """Run the command. Returns its exit status."""
    log.start(format=log.GENERATOR_FORMAT, to_stdout=True)
    arguments = _parsed(words)
    settings = yaml.safe_dump(_settings(), default_flow_style=False)
    if arguments.show_defaults:
        opened(None).document([settings, "\n"])
    path = arguments.output_file
    if not path:
        return 0
    if os.path.lexists(path):
        log.error("config_generator", f"File {path} already exists, exiting")
        return 2
    tests, skips = ((given.split(",") if given else []) for given in (arguments.tests, arguments.skips))
    unknown = next((f"skips: {id}" for id in skips if not is_known(id)), None)
    unknown = unknown or next((f"tests: {id}" for id in tests if not is_known(id)), None)
    if unknown:
        log.error("config_generator", f"Error: unknown ID in {unknown}")
        return 0
    try:
        opened(path).document(_lines(words, tests, skips, settings))
    except CommandError:
        log.error("config_generator", f"Unable to open {path} for writing")
    else:
        log.info("config_generator", f"Successfully wrote profile: {path}")
    return 0


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = parser_of("bandit-config-generator", _DESCRIPTION, argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--show-defaults",
        action="store_true",
        help="show the default settings values for each plugin but do not output a profile",
    )
    parser.add_argument("-o", "--out", dest="output_file", help="output file to save profile")
    parser.add_argument("-t", "--tests", help="list of test names to run")
    parser.add_argument("-s", "--skip", dest="skips", help="list of test names to skip")
    arguments = parser.parse_args(words)
    if not arguments.output_file and not arguments.show_defaults:
        parser.print_help()
        parser.exit(1)
    return arguments


def _settings() -> dict[str, dict[str, object]]:
    """Returns the default options of each test that has any, by its name."""
    rules = (bandit_rules()[id] for id in IN_ORDER)
    return {
        rule.name: {option: _plain(key.default) for option, key in sections()[rule.section].keys.items()}
        for rule in rules
        if rule.section and rule.section not in OWN_SECTIONS
    }


def _plain(value: object) -> object:
    """Returns a value that shares nothing with another, so that YAML writes it out."""
    return list(value) if isinstance(value, list | tuple) else value


def _lines(words: Sequence[str], tests: Sequence[str], skips: Sequence[str], settings: str) -> Iterator[str]:
    yield _HEAD.format(command=" ".join(("bandit-config-generator", *words)))
    yield "\n".join(sorted(f"# {id} : {name}" for id, name in names_by_id().items()))
    yield "\n\n# (optional) list included test IDs here, eg '[B101, B406]':\n"
    yield f"tests: {tests}\n\n" if tests else "tests:\n\n"
    yield "# (optional) list skipped test IDs here, eg '[B101, B406]':\n"
    yield f"skips: {skips}\n" if skips else "skips:\n"
    yield f"{_OPTIONS}\n{settings}\n"
