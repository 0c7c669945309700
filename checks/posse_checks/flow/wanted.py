"""The functions of a module that are worth running, found in its text before anything is lowered or run.

Data from outside comes in where a word says so: `request`, the decorator of a route, the base class of a handler. A
function without such a word has no flow of its own; if one that has calls it, it is run there. A function that can
do no harm (`harm.py`) has none either. So what is left out here has no flow. Words in comments only cost time.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from posse_checks.flow.bringing import Sources, local_sources_in, sources_in
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.harm import harmful
from posse_checks.flow.parts import Part, Parts
from posse_checks.flow.scanning import packages_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """The needs of a module: lines of findings, and ranges of lines in which data from outside may come in."""

    lines: Sequence[int] = ()
    """In ascending order."""
    ranges: Sequence[tuple[int, int]] = ()
    """First and last lines, in ascending order; they do not overlap."""

    def asks(self, first: int, last: int) -> bool:
        """Whether anything is needed from a range of lines."""
        if bisect_left(self.lines, first) < bisect_right(self.lines, last):
            return True
        index = bisect_right(self.ranges, (last, last)) - 1
        return index >= 0 and self.ranges[index][1] >= first

    @property
    def is_empty(self) -> bool:
        """Whether nothing is needed."""
        return not self.lines and not self.ranges


class Linked(Protocol):
    """The other files that a module imports."""

    def bringing(self) -> frozenset[str]:
        """The names that it imports by which data may come in."""

    def harming(self) -> frozenset[str]:
        """The names that it imports by which data may do harm."""


EVERYTHING = Wanted(ranges=((0, 1 << 40),))
"""The need for everything in a module."""


def wanted_in(
    statements: Sequence[ast.stmt],
    source: str,
    imported: Iterable[str],
    lines: Iterable[int],
    catalogue: Catalogue = CATALOGUE,
    *,
    with_local: bool = False,
    linked: Linked | None = None,
) -> Wanted:
    """What is asked of a module that imports these names and has findings in these lines.

    Of the source, only words and line ends count, so it may be decoded in any way that keeps ASCII. Data of the
    user who starts the program counts for findings, and with `with_local` for itself.
    """
    asked = sorted(set(lines))
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    names = list(imported)
    sources = sources_in(source, names, catalogue)
    brings = linked.bringing() if linked is not None else frozenset[str]()
    uses_local = with_local or (bool(asked) and (sources.may_be_any or bool(brings)))
    local = local_sources_in(source) if uses_local else ()
    if not sources.are_any and not brings and not local:
        return Wanted(asked)
    parts = Parts(statements, source)
    at_findings = parts.at(asked)
    harms = linked.harming() if linked is not None else frozenset[str]()
    harmful_parts = [*harmful(parts, source, packages_of(names), catalogue), *parts.mentioning(harms)]
    ranges: list[tuple[int, int]] = []
    for bringing, goals in (
        (_bringing(parts, sources, brings), [*harmful_parts, *at_findings]),
        (
            parts.leading_to(parts.with_code_at(local)),
            [*harmful_parts, *at_findings] if with_local else at_findings,
        ),
    ):
        if bringing is None or bringing:
            harming = parts.leading_to(goals)
            if bringing is None or harming is None:
                return Wanted(asked, EVERYTHING.ranges)
            ranges += [(part.first, part.last) for part in bringing & harming]
    return Wanted(asked, sorted(set(ranges)))


def _bringing(parts: Parts, sources: Sources, names: frozenset[str]) -> set[Part] | None:
    """The parts that get data from outside when they are run on their own; None if these may be all."""
    brought = [*parts.mentioning(names), *parts.at(sources.handlers), *parts.with_code_at(sources.brought)]
    handed = parts.with_code_at(sources.handed)
    whole = {part.owner for part in (*brought, *handed) if part.is_class}
    brought += [part for part in parts if part.owner is not None and part.owner in whole]
    used = [*brought, *[part for part in handed if not part.is_function]]
    leading = parts.leading_to(used)
    return None if leading is None else leading | parts.sharing(handed)
