"""Matchers: which names a rule is for, as values that compile into the dispatch tables.

`exact`, `first`, `last`, `part`, `last_like`, `like` and `listed` make them; `&` and `|` combine them. A name is
qualified, such as `subprocess.run`, and its parts are what its dots separate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

Options = Mapping[str, Any]
"""A section of the configuration, as the user wrote it."""
Condition = Callable[[str, Options], bool]
"""A condition on a name, under the options of the rule."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """Names that have one of the keys, and fulfill the condition if there is one."""

    by: Literal["name", "last", "any"]
    """What the keys are: whole names, or last parts of names; `any` name has none."""
    keys: frozenset[str] = frozenset()
    condition: Condition | None = None

    def matches(self, name: str, options: Options) -> bool:
        """Whether a name is among these. Raises whatever reading malformed options raises."""
        if self.by != "any" and (name if self.by == "name" else _last(name)) not in self.keys:
            return False
        return self.condition is None or self.condition(name, options)

    def narrowed(self, other: Case) -> Case:
        """Returns the case of the names that are in both. It keeps the keys of the one that has any."""
        keyed, further = (other, self) if self.by == "any" else (self, other)
        own = keyed.condition
        if own is None:
            return Case(keyed.by, keyed.keys, further.matches)
        return Case(keyed.by, keyed.keys, lambda name, options: own(name, options) and further.matches(name, options))


@dataclass(frozen=True, slots=True)
class Matcher:
    """A set of names: those of any of its cases."""

    cases: tuple[Case, ...]

    def matches(self, name: str, options: Options) -> bool:
        """Whether a name is in the set, under the options of the rule."""
        return any(case.matches(name, options) for case in self.cases)

    def __and__(self, other: Matcher) -> Matcher:
        """Returns the names that are in both sets."""
        return Matcher(tuple(one.narrowed(another) for one in self.cases for another in other.cases))

    def __or__(self, other: Matcher) -> Matcher:
        """Returns the names that are in either set."""
        return Matcher(self.cases + other.cases)


def exact(*names: str) -> Matcher:
    """Matches these names as a whole."""
    return Matcher((Case("name", frozenset(names)),))


def last(*names: str) -> Matcher:
    """Matches names whose last part is one of these: `last("run")` matches `subprocess.run` and `run`."""
    return Matcher((Case("last", frozenset(names)),))


def first(*names: str) -> Matcher:
    """Matches names whose first part is one of these: `first("requests")` matches `requests.get`."""
    wanted = frozenset(names)
    return _any(lambda name, options: name.partition(".")[0] in wanted)


def part(name: str) -> Matcher:
    """Matches names that have this part anywhere: `part("yaml")` matches `ruamel.yaml.load`."""
    return _any(lambda qualified, options: name in qualified.split("."))


def last_like(text: str) -> Matcher:
    """Matches names whose last part contains a text: `last_like("chmod")` matches `os.fchmod`."""
    return _any(lambda name, options: text in _last(name))


def like(pattern: re.Pattern[str]) -> Matcher:
    """Matches names in which a regular expression occurs."""
    return _any(lambda name, options: pattern.search(name) is not None)


def listed(*keys: str, is_optional: bool = False) -> Matcher:
    """Matches names in the lists that the rule's options have under these keys; none if there are no options.

    A missing list is an error, which is logged once, unless `is_optional`.
    """
    if is_optional:
        return _any(lambda name, options: any(name in options.get(key, ()) for key in keys))
    return _any(lambda name, options: bool(options) and any(name in options[key] for key in keys))


class Index(Generic[T]):
    """A table of matchers, each with a value: looks a name up by its whole and its last part, then asks the rest.

    Values are in the order in which they were given.
    """

    def __init__(self, entries: Iterable[tuple[Matcher, T]]) -> None:
        self._values: list[T] = []
        self._keyed: dict[tuple[str, str], list[tuple[int, Condition | None]]] = {}
        self._rest: list[tuple[int, Condition]] = []
        for number, (matcher, value) in enumerate(entries):
            self._values.append(value)
            for case in matcher.cases:
                if case.by == "any" and case.condition is not None:
                    self._rest.append((number, case.condition))
                for key in case.keys:
                    self._keyed.setdefault((case.by, key), []).append((number, case.condition))

    def candidates(self, name: str) -> Sequence[tuple[T, Condition | None]]:
        """The values whose matcher may match a name, each with the condition that is left to test, if any.

        A matcher with several cases for the name has its value here once for each.
        """
        found: list[tuple[int, Condition | None]] = [
            *self._keyed.get(("name", name), ()),
            *self._keyed.get(("last", _last(name)), ()),
            *self._rest,
        ]
        found.sort(key=lambda entry: entry[0])
        return [(self._values[number], condition) for number, condition in found]


def _any(condition: Condition) -> Matcher:
    return Matcher((Case("any", condition=condition),))


def _last(name: str) -> str:
    return name.rpartition(".")[2]
