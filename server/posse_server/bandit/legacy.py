"""Profiles and blocklists of old configurations, which Bandit still converts to what it has now."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posse_checks.analysis.suppression import Nosecs
from posse_checks.python.names import bound_by
from posse_checks.rule.blocklist import called_or_imported
from posse_checks.rule.finding import Level
from posse_server.bandit import log
from posse_server.bandit.issue import Issue
from posse_server.bandit.nosec import first_within
from posse_server.bandit.order import visits
from posse_server.bandit.tests_of_bandit import BLOCKLIST, ids_by_name

CALLS, IMPORTS, IMPORT_FUNCTION = "blacklist_calls", "blacklist_imports", "blacklist_import_func"
_NEEDED = {IMPORTS: IMPORTS, IMPORT_FUNCTION: IMPORTS, CALLS: CALLS}
"""The tests of old profiles, each with the section that must hold its data."""


class BadConfigurationError(Exception):
    """A configuration cannot be used. The message is Bandit's, without the file's name in front."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """One entry of an old blocklist."""

    names: tuple[str, ...]
    message: str
    severity: Level
    id: str


@dataclass(frozen=True, slots=True)
class Blacklist:
    """The blocklists of an old profile: for calls, and for import statements."""

    calls: tuple[Blocked, ...] = ()
    imports: tuple[Blocked, ...] = ()
    checks_imports: bool = False


def validate(content: Mapping[str, Any], path: str) -> None:
    """Check the data of old profiles. Raises BadConfigurationError if it is missing."""
    if "profiles" not in content:
        return
    for profile in content["profiles"].values():
        named = {*(profile.get("include") or ()), *(profile.get("exclude") or ())}
        for test, section in _NEEDED.items():
            if test in named and content.get(section) is None:
                raise BadConfigurationError(
                    f"Config file has an include or exclude reference to legacy test '{test}' but no configuration "
                    "data for it. Configuration data is required for this test. Please consider switching to the new "
                    "config file format, the tool 'bandit-config-generator' can help you with this."
                )
    log.warning(
        "config",
        f"Config file '{path}' contains deprecated legacy config data. Please consider upgrading to the new config "
        "format. The tool 'bandit-config-generator' can help you with this. Support for legacy configs will be "
        "removed in a future bandit version.",
    )


def converted_profiles(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns the profiles with IDs in place of names, and with their blocklists."""
    profiles = {
        name: {
            key: {ids_by_name().get(test) or test for test in (profile.get(key) or [])}
            for key in ("include", "exclude")
        }
        for name, profile in (content.get("profiles") or {}).items()
    }
    calls = _entries(content, CALLS, "bad_name_sets", "qualnames", "{func}")
    imports = _entries(content, IMPORTS, "bad_import_sets", "imports", "{module}")
    if calls or imports:
        log.warning("config", "Legacy blacklist data found in config, overriding data plugins")
    return {name: _with_blacklist(profile, calls, imports) for name, profile in profiles.items()}


def _entries(content: Mapping[str, Any], section: str, key: str, names: str, placeholder: str) -> tuple[Blocked, ...]:
    return tuple(
        Blocked(
            tuple(value[names]),
            value["message"].replace(placeholder, "{name}"),
            Level.__members__.get(value.get("level", "MEDIUM"), Level.UNDEFINED),  # old levels crash Bandit
            value.get("id", "LEGACY"),
        )
        for item in (content.get(section) or {}).get(key, ())
        for value in item.values()
    )


def _with_blacklist(
    profile: dict[str, set[str]], calls: tuple[Blocked, ...], imports: tuple[Blocked, ...]
) -> dict[str, Any]:
    """Returns a profile with the blocklists that it asks for. Bandit takes the two for each other, and so does this."""
    include, exclude = profile["include"], profile["exclude"]
    for_calls = CALLS in include and CALLS not in exclude
    for_imports = IMPORTS in include and IMPORTS not in exclude
    blacklist = None
    if for_calls or for_imports:
        blacklist = Blacklist(
            (imports if for_calls else ()) + (calls if for_imports else ()),
            calls if for_imports else (),
            checks_imports=for_imports,
        )
    for tests in (include, exclude):
        for old in (CALLS, IMPORTS, IMPORT_FUNCTION):
            if old in tests:
                tests.remove(old)
                tests.add(BLOCKLIST)
    if BLOCKLIST in include:
        exclude.discard(BLOCKLIST)
    return {**profile, "blacklist": blacklist}


def legacy_issues(
    name: str, statements: Sequence[ast.stmt], blacklist: Blacklist, nosecs: Nosecs
) -> tuple[list[Issue], int]:
    """Returns the issues that old blocklists find in a file, and the number of those that comments silence."""
    issues: list[Issue] = []
    silenced = 0
    aliases: dict[str, str] = {}
    for place, visit in enumerate(visits(statements)):
        node = visit.node
        if isinstance(node, ast.Import | ast.ImportFrom):
            aliases |= bound_by(node)[0]
            found = _imported(node, blacklist)
        elif isinstance(node, ast.Call):
            found = _called(node, aliases, blacklist)
        else:
            continue
        if found is None:
            continue
        first = first_within(visit.lines, nosecs)
        if first is not None and not nosecs[first].ids:
            silenced += 1
            continue
        entry, called = found
        text = entry.message.replace("{name}", called)
        issues.append(
            Issue(
                name,
                entry.id,
                "blacklist",
                entry.severity,
                Level.HIGH,
                0,
                text,
                node.lineno,
                visit.lines,
                node.col_offset,
                node.end_col_offset or 0,
                place,
            )
        )
    return issues, silenced


def _imported(node: ast.Import | ast.ImportFrom, blacklist: Blacklist) -> tuple[Blocked, str] | None:
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
    return next(
        (
            (entry, alias.name)
            for entry in blacklist.imports
            for alias in node.names
            if (prefix + alias.name).startswith(entry.names)
        ),
        None,
    )


def _called(node: ast.Call, aliases: Mapping[str, str], blacklist: Blacklist) -> tuple[Blocked, str] | None:
    parts: list[str] = []
    function = node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    root = aliases.get(function.id, function.id) if isinstance(function, ast.Name) else ""
    try:
        called = called_or_imported(node, ".".join([root, *reversed(parts)]))
    except (LookupError, TypeError):
        return None
    if called is None:
        return None
    return next(((entry, called) for entry in blacklist.calls if called in entry.names), None)
