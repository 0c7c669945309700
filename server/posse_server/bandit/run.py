"""One run of `bandit`, step by step, with what it logs after each."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from posse_checks.config.configuration import CatalogueCache
from posse_checks.rule.finding import Level
from posse_server.bandit import log
from posse_server.bandit.baseline import compared, read_baseline
from posse_server.bandit.check_file import How, Outcome, check_file
from posse_server.bandit.command_line import bandit_parser, default_format, parsed
from posse_server.bandit.configuration import (
    Profile,
    configuration_for,
    profile_in,
    read_configuration,
    validate_profile,
)
from posse_server.bandit.discovery import Found, discover
from posse_server.bandit.formats.every import ACCEPT_BASELINE, FORMATS
from posse_server.bandit.ini import SeveralFilesError, ini_options, merge
from posse_server.bandit.issue import Key
from posse_server.bandit.legacy import BadConfigurationError
from posse_server.bandit.report import Report, metrics_of
from posse_server.bandit.write import write_report
from posse_server.results.result import score
from posse_server.results.template import TemplateError
from posse_server.results.time_limit import OutOfTimeError, limited
from posse_server.system.console import CommandError

ERROR_STATUS = 2
TIME_LIMIT_SECONDS = 120.0
"""Limit for the time to check a file, in seconds."""


class _EndError(Exception):
    """The run cannot go on. The message, if any, is for the log."""


def run(words: Sequence[str]) -> int:
    """Run `bandit` with these words. Returns the exit status."""
    log.start(logging.DEBUG if {"-d", "--debug"} & set(words) else logging.INFO)
    log.debug("main", "logging initialized")
    parser = bandit_parser()
    arguments = parsed(parser, words)
    try:
        return _run(arguments, parser)
    except _EndError as end:
        if str(end):
            log.error("main", str(end))
    except CommandError as stop:
        log.error("main", str(stop))
    except TemplateError as wrong:
        log.error("custom", str(wrong))
    return ERROR_STATUS


def _run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    content = _configured(arguments, parser)
    profile = _profile(arguments, content)
    baseline = _baseline(arguments)
    if arguments.output_format != "json":
        if arguments.config_file:
            log.info("main", f"using config: {arguments.config_file}")
        log.info("main", "running on Python {}.{}.{}".format(*sys.version_info))
    found = discover(
        arguments.targets,
        recursive=bool(arguments.recursive),
        include=_patterns(content, "include") or ["*.py"],
        exclude=_patterns(content, "exclude_dirs"),
        excluded_paths=arguments.excluded_paths,
    )
    configuration = configuration_for(content, profile, ignore_nosec=bool(arguments.ignore_nosec))
    if not configuration.rules and profile.blacklist is None:
        raise _EndError("No tests would be run, please check the profile.")
    how = How(
        CatalogueCache(configuration),
        configuration.ignore_nosec,
        max(arguments.context_lines, 3) if arguments.output_format == "sarif" else arguments.context_lines,
        frozenset(rule.id for rule in configuration.rules),
        profile.blacklist,
    )
    report = _report(list(_outcomes(found.files, how)), found, baseline, arguments)
    write_report(report, arguments.output_format, arguments.output_file)
    return 1 if report.issues and not arguments.exit_zero else 0


def _configured(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> Mapping[str, Any]:
    """Merge the `.bandit` file into the arguments. Returns the configuration that is named."""
    try:
        merge(arguments, ini_options(arguments.ini_path, arguments.targets), parser)
        content = read_configuration(arguments.config_file)
    except SeveralFilesError as error:
        raise _EndError(str(error)) from None
    except BadConfigurationError as error:
        raise _EndError(f"{arguments.config_file} : {error}") from None
    if not arguments.targets:
        parser.print_usage()
        raise _EndError
    if format := content.get("log_format"):
        try:
            log.start(logging.DEBUG, str(format))
        except ValueError as error:
            raise CommandError(f"`log_format` in {arguments.config_file} cannot be used: {error}") from None
        log.debug("main", "logging initialized")
    if arguments.quiet:
        log.start(logging.WARNING)
    if arguments.output_format not in FORMATS:
        arguments.output_format = default_format()
    return content


def _profile(arguments: argparse.Namespace, content: Mapping[str, Any]) -> Profile:
    """Returns which tests run, by the configuration and the command line together."""
    try:
        profile = profile_in(content, arguments.profile, arguments.config_file)
        log.info("main", f"profile include tests: {','.join(profile.include) or 'None'}")
        log.info("main", f"profile exclude tests: {','.join(profile.exclude) or 'None'}")
        log.info("main", f"cli include tests: {arguments.tests}")
        log.info("main", f"cli exclude tests: {arguments.skips}")
        profile.include.update(arguments.tests.split(",") if arguments.tests else ())
        profile.exclude.update(arguments.skips.split(",") if arguments.skips else ())
        validate_profile(profile)
    except ValueError as error:
        raise _EndError(str(error)) from None
    except TypeError as error:
        raise CommandError(f"{arguments.config_file} cannot be used: {error}") from None
    return profile


def _baseline(arguments: argparse.Namespace) -> frozenset[Key]:
    if arguments.baseline is None:
        return frozenset()
    try:
        keys = read_baseline(arguments.baseline)
    except OSError:
        log.warning("main", f"Could not open baseline report: {arguments.baseline}")
        raise _EndError from None
    if arguments.output_format not in ACCEPT_BASELINE:
        accepted = list(ACCEPT_BASELINE)
        log.warning("main", f"Baseline must be used with one of the following formats: {accepted}")
        raise _EndError
    return keys


def _patterns(content: Mapping[str, Any], key: str) -> list[str]:
    patterns = content.get(key) or []
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise CommandError(f"`{key}` in the configuration must be a list of patterns")
    return patterns


def _outcomes(files: Sequence[str], how: How) -> Iterator[Outcome]:
    """Check files, each within the time limit."""
    for name in files:
        try:
            with limited(TIME_LIMIT_SECONDS):
                outcome = check_file(name, how)
        except OutOfTimeError:
            outcome = Outcome(name, skipped=f"it takes longer than {TIME_LIMIT_SECONDS:g} s")
        yield outcome


def _report(
    outcomes: Sequence[Outcome], found: Found, baseline: frozenset[Key], arguments: argparse.Namespace
) -> Report:
    lowest = Level(arguments.severity - 1), Level(arguments.confidence - 1)
    issues: Sequence[Any] = [
        issue
        for one in outcomes
        for issue in one.issues
        if issue.severity >= lowest[0] and issue.confidence >= lowest[1]
    ]
    issues, candidates = compared(issues, baseline) if baseline else (issues, {})
    return Report(
        issues,
        candidates,
        [(one.name, one.skipped) for one in outcomes if one.skipped is not None],
        metrics_of(outcomes),
        [
            (one.name, score(one.metrics.severities), score(one.metrics.confidences))
            for one in outcomes
            if one.skipped is None and one.metrics is not None
        ],
        found.excluded,
        {one.name: one for one in outcomes},
        arguments.context_lines,
        by_test=arguments.agg_type == "vuln",
        verbose=bool(arguments.verbose),
        quiet=bool(arguments.quiet),
        template=arguments.msg_template,
    )
