"""The names in a pattern, as matchers for the dispatch tables: whole ones, and those with a star at one end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from posse_checks.rule.matchers import Case, Condition, Matcher, Options

_WORD = r"[^\W\d]\w*"
NAME = re.compile(rf"(?:\*\.|{_WORD}\.)?(?:{_WORD}\.)*{_WORD}|{_WORD}(?:\.{_WORD})*\.\*")
"""Matches `open`, `os.path.join`, `*.execute` and `os.*`."""
TARGET = re.compile(rf"\*?\.?(?:{_WORD}\.)*{_WORD}\*?")
"""Matches a name that is assigned, such as `DEBUG`, `app.debug`, `*_KEY` or `SECRET_*`."""


def matches(pattern: str, name: str) -> bool:
    """Whether a name matches a pattern."""
    if pattern.endswith("*"):
        return pattern[:-1] in name if pattern.startswith("*") else name.startswith(pattern[:-1])
    return name.endswith(pattern[1:]) if pattern.startswith("*") else name == pattern


def any_matches(patterns: Iterable[str], name: str) -> bool:
    """Whether a name matches any of some patterns."""
    return any(matches(pattern, name) for pattern in patterns)


def names_matcher(patterns: Iterable[str]) -> Matcher:
    """The matcher of some patterns: keyed by the whole name or its last part where that is possible."""
    cases = []
    for pattern in patterns:
        tail = pattern.removeprefix("*.")
        if "*" not in pattern:
            cases.append(Case("name", frozenset([pattern])))
        elif tail.isidentifier() and pattern.startswith("*."):
            cases.append(Case("last", frozenset([tail]), _ends_in(pattern)))
        else:
            cases.append(Case("any", condition=_fits(pattern)))
    return Matcher(tuple(cases))


def modules_matcher(modules: Iterable[str]) -> Matcher:
    """The matcher for imports of some modules and of their members."""
    wanted = frozenset(modules)

    def is_below(name: str, options: Options) -> bool:
        while name:
            if name in wanted:
                return True
            name = name.rpartition(".")[0]
        return False

    return Matcher((Case("any", condition=is_below),))


def is_imported(modules: Iterable[str], name: str) -> bool:
    """Whether an imported name is one of some modules, or is below one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _ends_in(pattern: str) -> Condition:
    return lambda name, options: name.endswith(pattern[1:])


def _fits(pattern: str) -> Condition:
    return lambda name, options: matches(pattern, name)
