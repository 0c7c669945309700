"""Which checks a scan runs: the configuration file, a profile in it, and the command line, taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from posse_checks.catalogue import ids_by_name
from posse_checks.config import Configuration, Profile
from posse_checks.config_file.kinds import unknown_id
from posse_checks.config_reader import read_toml, read_yaml
from posse_checks.selection import LEGACY
from posse_server.console import Stop, shown, tell, why
from posse_server.scan.arguments import Arguments


def configure(arguments: Arguments) -> Configuration:
    """The configuration of a scan. What is wrong but harmless is told; Stop is raised for the rest."""
    configuration = _read(arguments.config_file) if arguments.config_file else Configuration()
    profile = Profile(configuration.tests, configuration.skips)
    if arguments.profile:
        profile = _profile(configuration, arguments.profile, arguments.config_file)
        _tell_unknown(profile.include | profile.exclude)
    _tell_unknown((*arguments.tests, *arguments.skips))
    tests, skips = profile.include.union(arguments.tests), profile.exclude.union(arguments.skips)
    if tests & skips:
        raise Stop(f"selected and skipped at once: {', '.join(sorted(tests & skips))}")
    configuration = replace(configuration, tests=tests, skips=skips)
    if not configuration.rules:
        raise Stop("no check would run: see what is selected and what is skipped")
    return configuration


def _read(path: str) -> Configuration:
    try:
        with open(path, encoding="utf-8-sig") as file:
            source = file.read()
    except UnicodeDecodeError as error:
        raise Stop(f"{shown(path)} is not UTF-8: {error.reason} at byte {error.start}") from None
    except (OSError, ValueError) as error:
        raise Stop(f"{shown(path)} cannot be read: {why(error)}") from None
    is_toml = path.endswith(".toml")
    reading = read_toml(source) if is_toml else read_yaml(source)
    for problem in reading.problems:
        place = shown(path) if is_toml else f"{shown(path)}:{problem.line + 1}"
        message = f"{place}: {' '.join(problem.message.split())}"
        if problem.fatal:
            raise Stop(message)
        tell(message)
    return reading.configuration or Configuration()


def _profile(configuration: Configuration, name: str, path: str | None) -> Profile:
    if path is None:
        raise Stop(f"the profile {name!r} needs a configuration file: give it with -c")
    if name not in configuration.profiles:
        raise Stop(f"there is no profile {name!r} in {shown(path)}")
    profile = configuration.profiles[name]
    if old := LEGACY.keys() & profile.include:
        raise Stop(f"the profile {name!r} asks for {', '.join(sorted(old))} with data of its own: name IDs instead")
    return profile


def _tell_unknown(ids: Iterable[str]) -> None:
    for id in sorted(set(ids) - set(ids_by_name().values())):
        tell(unknown_id(id))
