"""Configuration files as Bandit reads them: YAML or TOML that is named, with profiles."""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from posse_checks.config.configuration import Configuration
from posse_checks.config.problem import LineIndex, Problem
from posse_checks.config.schema import OWN_SECTIONS, sections
from posse_checks.config.toml_source import parse_toml
from posse_checks.config.yaml_source import MAXIMUM_NUMBER_CHARACTERS, MAXIMUM_YAML_DEPTH, parse_yaml
from posse_server.bandit import log
from posse_server.bandit.legacy import BadConfigurationError, Blacklist, converted_profiles, validate
from posse_server.bandit.tests_of_bandit import BLOCKLIST, blocklists, is_known
from posse_server.system.console import CommandError
from posse_server.system.reading import limit_of, read_bytes

DEFAULTS: Mapping[str, Any] = {"plugin_name_pattern": "*.py", "include": ["*.py", "*.pyw"]}
_UNKNOWN = "unknown to Bandit: "
_EXPENSIVE = re.compile(rb"<<|[\d_:.]{%d}" % MAXIMUM_NUMBER_CHARACTERS)
"""Matches what PyYAML could take exponential or quadratic time for: merge keys, and long numbers."""


@dataclass(slots=True)
class Profile:
    """Which tests run."""

    include: set[str] = field(default_factory=set)
    exclude: set[str] = field(default_factory=set)
    blacklist: Blacklist | None = None


def read_configuration(path: str | None) -> Mapping[str, Any]:
    """Returns the content of a configuration file, converted to what Bandit has now; the defaults for None.

    Raises BadConfigurationError for what Bandit refuses, and CommandError for what it fails on.
    """
    if not path:
        return DEFAULTS
    content = _content(path)
    try:
        validate(content, path)
        if not isinstance(content, dict):
            raise BadConfigurationError("Error parsing file.")
        if profiles := converted_profiles(content):
            content = {**content, "profiles": profiles}
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise CommandError(f"{path} cannot be used: {error}") from None
    return content


def _content(path: str) -> Any:
    try:
        data = read_bytes(path, limit_of(path))
    except (OSError, ValueError):
        raise BadConfigurationError("Could not read config file.") from None
    is_toml = path.endswith(".toml")
    try:
        source = _decoded(data, is_toml)
    except UnicodeDecodeError:
        if not is_toml:
            log.error("config", _yaml_message(data, path) or "it is not in UTF-8")
        raise BadConfigurationError("Error parsing file.") from None
    line_index = LineIndex(source)
    parsed = parse_toml(source, line_index) if is_toml else parse_yaml(source, line_index)
    if isinstance(parsed, Problem):
        log.error("config", _toml_message(parsed) if is_toml else _yaml_message(data, path) or parsed.message)
        raise BadConfigurationError("Error parsing file.")
    if is_toml and parsed.content is None:
        return {}
    if parsed.content is None:
        raise CommandError(f"{path} is empty")
    return parsed.content


def _decoded(data: bytes, is_toml: bool) -> str:
    """Decodes a file as the parsers that Bandit uses do. Raises UnicodeDecodeError."""
    if is_toml:
        return data.decode()
    return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")


def _toml_message(problem: Problem) -> str:
    """Returns what `tomllib` says about a source that does not parse."""
    message = problem.message.removeprefix("Invalid TOML: ").removesuffix(".")
    place = f" (at line {problem.line + 1}, column {problem.column + 1})"
    return message if message.endswith("(at end of document)") else message + place


class _NamedSource(io.BytesIO):
    """A source that PyYAML quotes by the name of its file."""

    name = ""


def _yaml_message(data: bytes, path: str) -> str | None:
    """Returns what PyYAML says about a file that does not parse; None for one on which it could take too long."""
    if data.count(b"[") + data.count(b"{") > MAXIMUM_YAML_DEPTH or _EXPENSIVE.search(data):
        return None
    named = _NamedSource(data)
    named.name = path
    try:
        yaml.safe_load(named)
    except yaml.YAMLError as error:
        return str(error)
    except Exception:  # PyYAML raises many kinds if a value does not fit its tag
        return None
    return None


def profile_in(content: Mapping[str, Any], name: str | None, path: str | None) -> Profile:
    """Returns the profile that is named, or else the tests that the file itself selects.

    Raises ValueError, with Bandit's message, if there is no such profile.
    """
    if not name:
        return Profile(set(content.get("tests") or ()), set(content.get("skips") or ()))
    profiles = content.get("profiles") or {}
    if profiles.get(name) is None:
        raise ValueError(f"Unable to find profile ({name}) in config file: {path}")
    found = profiles[name]
    log.debug("main", f"read in legacy profile '{name}': {found}")
    return Profile(set(found["include"]), set(found["exclude"]), found["blacklist"])


def validate_profile(profile: Profile) -> None:
    """Log the unknown tests of a profile. Raises ValueError if a test is both selected and skipped."""
    for id in (*profile.include, *profile.exclude):
        if not is_known(id):
            log.warning("extension_loader", f"Unknown test found in profile: {id}")
    if both := profile.include & profile.exclude:
        raise ValueError(f"Non-exclusive include/exclude test sets: {both}")


def configuration_for(content: Mapping[str, Any], profile: Profile, *, ignore_nosec: bool) -> Configuration:
    """Returns the engine's configuration for a profile and the options in a file."""
    skips = set(profile.exclude)
    if profile.blacklist is not None:
        skips |= blocklists()
    return Configuration(
        tests=frozenset(_selectable(profile.include)),
        skips=frozenset(skips - {BLOCKLIST}) if profile.blacklist is not None else frozenset(skips),
        sections={
            name: content[name]
            for name in sections()
            if name not in OWN_SECTIONS and isinstance(content.get(name), dict)
        },
        ignore_nosec=ignore_nosec,
    )


def _selectable(ids: Iterable[str]) -> Iterable[str]:
    """Yields IDs, with those that only Posse knows changed to what nobody knows."""
    return (id if is_known(id) else _UNKNOWN + id for id in ids)
