"""The flows of an open document, which follow its edits.

An edit is taken at once and costs nothing. What it changes is worked out later, in steps that the caller makes when
there is time: operations are lowered for the nodes that the edit made; then, if it changed bodies of functions alone,
these functions run again, and those whose runs went through them. If it changed more, the module's own statements run
again, and all functions that read a name whose value has changed. Once all steps are made, what is known equals what
is known of the same text freshly opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.table import Catalogue
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.difference import Difference
from posse_checks.flow.execute import Execution
from posse_checks.flow.found import Found, Tree, tree_of
from posse_checks.flow.machine import Read
from posse_checks.flow.module import BUDGET, MODULE_BUDGET
from posse_checks.flow.module_run import MOST_FUNCTIONS, ModuleRun
from posse_checks.flow.reuse import Comparison, Result
from posse_checks.flow.scanning import NO_FACTS, Facts, stores_to_self
from posse_checks.flow.units import Lines, Unit, Units
from posse_checks.flow.virtual_lines import BITS
from posse_checks.incremental.document import Document
from posse_checks.incremental.tree import Group


class Live:
    """The flows of a document, as far as they are worked out."""

    def __init__(self, catalogue: Catalogue, budget: int = BUDGET) -> None:
        self._catalogue = catalogue
        self._budget = budget
        self._document: Document | None = None
        self._steps: Iterator[None] | None = None
        self._builder = Units()
        self._units: Sequence[Unit] = ()
        self._facts = NO_FACTS
        self._had_sources = False
        self._lines = Lines(())
        self._run: ModuleRun | None = None
        self._order: dict[FunctionCode, int] = {}
        self._by_function: dict[ops.Function, list[FunctionCode]] = {}
        self._by_class: dict[ops.Class, list[ClassCode]] = {}
        self._owners: dict[FunctionCode, ClassCode | None] = {}
        self._pending: dict[FunctionCode, None] = {}
        self.found = Found()
        self.functions_run = 0
        """Number of functions that were run so far."""

    def take(self, document: Document) -> None:
        """Take the next version of the document. Work on an earlier one is abandoned; what it has found is kept."""
        self._document, self._steps = document, None

    def work(self, is_over: Callable[[], bool]) -> bool:
        """Make steps until there are no more, or until time is over. Returns whether there are more."""
        if self._steps is None:
            self._steps = self._all_steps()
        return any(is_over() for _ in self._steps)

    def finish(self) -> None:
        """Make all steps."""
        self.work(lambda: False)

    def _all_steps(self) -> Iterator[None]:
        document = self._document
        if document is None:
            return
        units = yield from self._builder.level(document, self._units)
        before, lines = self._lines, Lines(units)
        if not lines.are_distinct:
            self._builder, self._units, self._run = Units(), (), None
            yield from self._all_steps()
            return
        if self._run is None or not self._follow(units, lines):
            yield from self._start_over(units, lines)
        self._builder.known.clear()
        self._note_asked(before)
        yield
        yield from self._run_functions()
        if self._run is not None:
            self._run.machine.summaries.clear()

    # -- an edit of bodies alone

    def _follow(self, units: Sequence[Unit], lines: Lines) -> bool:
        """Take over units that differ from those before in bodies of functions alone. Returns whether they do."""
        run = self._run
        assert run is not None
        difference = Difference()
        old, new = _middle(self._units, units)
        if len(old) != len(new) or run.is_given_up:
            return False
        if not all(
            one.number == other.number and difference.matches(one.body, other.body)
            for one, other in zip(old, new, strict=True)
        ):
            return False
        facts = _facts_of(units).with_sources(self._catalogue.source_packages)
        if facts.packages != run.machine.frameworks:
            return False
        names = run.machine.globals
        if any(name in names for name in facts.changes_in_functions ^ run.machine.mutable):
            return False
        changed = {code for one, _ in difference.changed for code in self._by_function.get(one, ())}
        places: set[Read] = {code.place for code in changed}
        if places & run.reads:
            return False
        self._units, self._lines, self._facts = units, lines, facts
        run.machine.mutable = facts.changes_in_functions
        run.machine.summaries.clear()
        stored = {
            owner
            for one, other in difference.changed
            if stores_to_self(one) or stores_to_self(other)
            for code in self._by_function.get(one, ())
            if (owner := self._owners.get(code)) is not None
        }
        self._rename(difference)
        for code, tree in self.found.trees.items():
            if code in changed or not places.isdisjoint(tree.reads):
                self._pending[code] = None
        self._pending |= dict.fromkeys(changed)
        for owner in [owner for owner in run.classes if self._is_outdated(owner, places, owner in stored)]:
            self._renew_instance(owner)
        return True

    def _is_outdated(self, owner: ClassCode, places: set[Read], is_stored: bool) -> bool:
        assert self._run is not None
        known = self._run.known_instance(owner)
        return known is not None and (is_stored or not places.isdisjoint(known.reads))

    def _renew_instance(self, owner: ClassCode) -> None:
        """Work out what methods find in an instance once more; if that is something else, they run again."""
        run = self._run
        assert run is not None
        before = run.forget_instance(owner)
        after = run.instance_of(owner)
        if before is not None and before.cell == after.cell:
            run.keep_instance(owner, before.with_reads(after.reads))
            return
        for code, its_owner in self._owners.items():
            if its_owner is owner:
                self._pending[code] = None

    def _rename(self, difference: Difference) -> None:
        """Replace the operations of functions and classes by those that they have become."""
        for one, other in difference.functions.items():
            codes = self._by_function.pop(one, [])
            for code in codes:
                code.function = other
            if codes:
                self._by_function.setdefault(other, []).extend(codes)
        for before, after in difference.classes.items():
            classes = self._by_class.pop(before, [])
            for cls in classes:
                cls.definition = after
            if classes:
                self._by_class.setdefault(after, []).extend(classes)

    # -- any other edit

    def _start_over(self, units: Sequence[Unit], lines: Lines) -> Iterator[None]:
        """Run the module's own statements, and take over what was found of functions where that still holds."""
        facts = _facts_of(units).with_sources(self._catalogue.source_packages)
        machine = Execution(self._catalogue, {}, max(MODULE_BUDGET, self._budget))
        run = ModuleRun(machine, facts, self._budget)
        yield from run.module(tuple([unit.chunk_in(0) for unit in units]))
        before, trees, owners = self._run, self.found.trees, self._owners
        by_function = self._by_function
        kept: dict[FunctionCode, Tree] = {}
        if before is not None:
            comparison = Comparison(before.names, run.names)
            for code, owner in run.defined if comparison.holds else ():
                old = by_function.get(code.function, [])
                if len(old) == 1 and old[0] in trees and old[0] not in self._pending:
                    tree = trees[old[0]]
                    if self._still_holds(comparison, tree, (old[0], owners[old[0]]), (code, owner), before, run):
                        kept[code] = tree
                yield
        self._units, self._lines, self._facts, self._run = units, lines, facts, run
        self._order = {code: index for index, (code, _) in enumerate(run.defined[:MOST_FUNCTIONS])}
        self._owners = dict(run.defined)
        self._by_function, self._by_class = {}, {}
        for code in self._order:
            self._by_function.setdefault(code.function, []).append(code)
        for cls in run.classes:
            self._by_class.setdefault(cls.definition, []).append(cls)
        self.found.start_over(run.journal, self._order, kept)
        self._pending = {code: None for code in self._order if code not in kept}

    def _still_holds(
        self,
        comparison: Comparison,
        tree: Tree,
        old: tuple[FunctionCode, ClassCode | None],
        new: tuple[FunctionCode, ClassCode | None],
        before: ModuleRun,
        after: ModuleRun,
    ) -> bool:
        (old_code, old_owner), (code, owner) = old, new
        if old_code.base != code.base or old_code.is_known != code.is_known:
            return False
        if not all(map(comparison.is_same, tree.reads)) or not comparison.is_same_class(old_owner, owner):
            return False
        if old_owner is None or owner is None:
            return True
        one = before.known_instance(old_owner)
        return one is not None and comparison.is_same_cell(one.cell, after.instance_of(owner).cell)

    # -- functions

    def _note_asked(self, before: Lines) -> None:
        """Queue the functions of which something is asked since an edit; drop those of which nothing is."""
        units, old_units = self._lines.units, before.units
        is_same = self._facts.has_sources == self._had_sources
        self._had_sources = self._facts.has_sources
        for code in self._order:
            tree = self.found.trees.get(code)
            number = code.base >> BITS
            if is_same and tree is not None and not tree.has_inner and units[number] is old_units.get(number):
                continue
            if not self._is_asked(code):
                self._pending.pop(code, None)
                if tree is not None:
                    self.found.put(code, None)
            elif code in self._pending:
                continue
            elif tree is None or any(self._is_asked(inner) != is_run for inner, is_run in tree.inner()):
                self._pending[code] = None

    def _is_asked(self, code: FunctionCode) -> bool:
        if self._facts.has_sources:
            return True
        unit = self._lines.units[code.base >> BITS]
        first, last = code.function.at[0], code.function.at[2]
        if any(first <= item.finding.span.line <= last for item in unit.node.assessed):
            return True
        return isinstance(unit.node, Group) and any(part.has_findings for part in unit.node.parts)

    def _run_functions(self) -> Iterator[None]:
        run = self._run
        assert run is not None
        while self._pending:
            code = next(iter(self._pending))
            ran: list[tuple[FunctionCode, Result]] = []
            for item in run.tree(code, self._owners[code], self._is_asked):
                ran.append(item)
                self.functions_run += 1
                yield
            run.machine.judgments.clear()
            run.machine.flows.clear()
            self.found.put(code, tree_of(ran))
            del self._pending[code]

    # -- what is known

    @property
    def units(self) -> Sequence[Unit]:
        """The units of the version that is worked out."""
        return self._units

    @property
    def lines(self) -> Lines:
        """Where the virtual lines of that version are."""
        return self._lines

    def given_up(self) -> Iterator[tuple[int, int]]:
        """The ranges of lines, from 1, in which a run took too many steps."""
        if self._run is not None and self._run.is_given_up:
            yield 0, 1 << 40
        for code in self.found.given_up():
            first = self._lines.line(code.place[0])
            yield first, first + code.function.at[2] - code.function.at[0]


def _middle(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[Sequence[Unit], Sequence[Unit]]:
    """The units that differ, before and after."""
    most = min(len(old), len(new))
    first = 0
    while first < most and old[first] is new[first]:
        first += 1
    last = 0
    while last < most - first and old[-1 - last] is new[-1 - last]:
        last += 1
    return old[first : len(old) - last], new[first : len(new) - last]


def _facts_of(units: Sequence[Unit]) -> Facts:
    return NO_FACTS.joined([unit.facts for unit in units])
