"""Computes the fixes for a finding on demand, and verifies them before they are offered.

Whether a fix of a finding of a rule on flows helps, only following the data of the changed document tells.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from posse_checks.fixes.reported_view import seen_in
from posse_checks.incremental.document import Document
from posse_checks.python.text import Replacement, by_position
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix, Fixer, UnfixableError
from posse_checks.rule.flow import Flow
from posse_checks.rule.outline import Outline

Follow = Callable[[Document], Iterable[Finding]]
"""Follows the data in a document. Returns the findings of the rules on flows that no comment suppresses."""
MOST_LINES_FOLLOWED = 2_000
"""Number of lines of a document beyond which findings on flows get no fixes: for each, all data is followed again."""


def fixes(document: Document, finding: Finding, follow: Follow | None = None) -> Iterator[Fix]:
    """Yields the fixes for a finding of a document, in the order of its rule's file, each with different edits.

    A finding of a rule on flows has fixes only if `follow` is given.
    """
    document = document.up_to_date()
    seen: set[tuple[Replacement, ...]] = set()
    outline = Outline(document.text, document.starts)
    if Flow not in finding.rule.subscription:
        tried = _tried(document, finding, finding.rule.fixers, outline)
    elif follow is not None and finding.rule.fixers and len(document.text.lines) <= MOST_LINES_FOLLOWED:
        tried = _tried_on_flows(document, finding, outline, follow)
    else:
        return
    for fix, _ in tried:
        if fix.replacements not in seen:
            seen.add(fix.replacements)
            yield fix


def fixed(document: Document, chosen: Callable[[Finding, Fixer], bool]) -> Document:
    """Returns the document with all findings fixed that can be, each with the first chosen fixer that ends it.

    Fixes are applied and verified in batches, last findings first. A batch that fails is halved, down to a single
    finding, for which every fixer is tried; one that works is followed by a larger one.
    """

    def ways(finding: Finding) -> list[Fixer]:
        return [fixer for fixer in finding.rule.fixers if chosen(finding, fixer) and not fixer.keeps_finding]

    document = document.up_to_date()
    left = [finding for finding in document.findings() if ways(finding)]
    size = len(left)
    while left:
        if size > 1:
            batch = _Batch.of(document, [(finding, ways(finding)) for finding in reversed(left[-size:])])
            count, after = batch.count, batch.applied(document)
        else:
            outline = Outline(document.text, document.starts)
            count, after = (
                1,
                next((after for _, after in _tried(document, left[-1], ways(left[-1]), outline)), document),
            )
        if after is None:
            size = max(count // 2, 1)
            continue
        left = left[:-count]
        if after is not document:
            document, size = after, size * 2
            left = [finding for finding in document.findings() if ways(finding)][: len(left)]  # they may have moved
    return document


@dataclass(slots=True)
class _Batch:
    """Fixes to be applied together. Invariant: their replacements do not overlap."""

    count: int = 0
    """Number of findings that the batch covers, including those without a fix."""
    replacements: list[Replacement] = field(default_factory=list)
    """In order of position."""
    fixed: Counter[tuple[str, str]] = field(default_factory=Counter)
    may_introduce: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Document, wanted: Iterable[tuple[Finding, Sequence[Fixer]]]) -> _Batch:
        """Returns the longest batch, from the first finding on, whose fixes do not overlap; takes each first fix."""
        batch, outline = cls(), Outline(document.text, document.starts)
        for finding, fixers in wanted:
            fixer, replacements = next(_written(document, finding, fixers, outline), (None, ()))
            new = [item for item in replacements if not (_is_import(item) and item in batch.replacements)]
            if not all(map(batch._has_room_for, new)):
                break
            for item in new:
                insort(batch.replacements, item, key=by_position)
            if fixer is not None:
                batch.fixed[finding.rule.id, finding.message] += 1
                batch.may_introduce |= fixer.may_introduce
            batch.count += 1
        return batch

    def applied(self, document: Document) -> Document | None:
        """Returns the document with these fixes applied; None if they fail together."""
        if not self.replacements:
            return document
        after = document.replaced(self.replacements)
        return after if _is_fixed(document, after, self.fixed, self.may_introduce) else None

    def _has_room_for(self, new: Replacement) -> bool:
        """Whether a replacement overlaps none of the batch and begins at the position of none."""
        index = bisect(self.replacements, by_position(new), key=by_position)
        before, after = self.replacements[:index][-1:], self.replacements[index:][:1]
        return all(
            first.start != second.start and by_position(first)[2:] <= by_position(second)[:2]
            for first, second in pairwise([*before, new, *after])
        )


def _is_import(item: Replacement) -> bool:
    """Whether a replacement inserts whole lines, such as an import that several fixes may need."""
    return item.start == item.end and not item.start.column and item.new.endswith(("\n", "\r"))


def _tried(
    document: Document, finding: Finding, fixers: Sequence[Fixer], outline: Outline
) -> Iterator[tuple[Fix, Document]]:
    """Applies each fixer alone. Yields those that work, as fixes, each with the document after it; see `_is_fixed`."""
    key = Counter([(finding.rule.id, finding.message)])
    for fixer, replacements in _written(document, finding, fixers, outline):
        after = document.replaced(replacements)
        if _is_fixed(document, after, Counter() if fixer.keeps_finding else key, fixer.may_introduce):
            yield _fix(fixer, replacements), after


def _tried_on_flows(
    document: Document, finding: Finding, outline: Outline, follow: Follow
) -> Iterator[tuple[Fix, Document]]:
    """Does as `_tried` for a finding of a rule on flows: yields the fixes after which there is a flow less."""
    key = finding.rule.id, finding.message
    had: Counter[tuple[str, str]] | None = None
    for fixer, replacements in _written(document, finding, finding.rule.fixers, outline):
        after = document.replaced(replacements)
        if not _is_fixed(document, after, Counter(), fixer.may_introduce):
            continue
        if had is None:
            had = _counts(follow(document))
        has = _counts(follow(after))
        if has[key] < had[key] and not has - had:
            yield _fix(fixer, replacements), after


def _fix(fixer: Fixer, replacements: tuple[Replacement, ...]) -> Fix:
    is_alone = fixer.one_by_one or fixer.keeps_finding
    return Fix(fixer.title, fixer.safety, replacements, is_alone, fixer.keeps_finding)


def _counts(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.rule.id, finding.message) for finding in findings)


def _is_fixed(before: Document, after: Document, fixed: Counter[tuple[str, str]], may_introduce: Set[str]) -> bool:
    """Whether all fixed findings are gone, new ones are of rules in `may_introduce`, and no more is broken.

    A finding of another rule may get another message: what it names may have been renamed.
    """
    had, has = before.counts_by_message(), after.counts_by_message()
    are_gone = all(has[key] <= had[key] - count for key, count in fixed.items())
    had_of, has_of = _of_rules(had), _of_rules(has)
    own = {id for id, _ in fixed}
    new = {id for id, _ in has - had if id in own or has_of[id] > had_of[id]}
    return are_gone and new <= may_introduce and len(after.broken) <= len(before.broken)


def _of_rules(counts: Counter[tuple[str, str]]) -> Counter[str]:
    """The number of findings of each rule."""
    of: Counter[str] = Counter()
    for (id, _), count in counts.items():
        of[id] += count
    return of


def _written(
    document: Document, finding: Finding, fixers: Sequence[Fixer], outline: Outline
) -> Iterator[tuple[Fixer, tuple[Replacement, ...]]]:
    """Yields the fixers that apply to a finding, each with its replacements, not verified yet."""
    if not fixers:
        return
    try:
        view, source = seen_in(document, finding, outline)
    except UnfixableError:
        return
    for fixer in fixers:
        try:
            replacements = _merged(fixer.write(view, source))
        except UnfixableError:
            continue
        except Exception as error:
            document.catalogue.note_failure(finding.rule, error)
            continue
        if replacements:
            yield fixer, replacements


def _merged(replacements: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """Sorts replacements by position, and merges insertions at the same position."""
    ordered = sorted(replacements, key=by_position)
    return tuple(
        replace(together[-1], new="".join(item.new for item in together))
        for together in (list(group) for _, group in groupby(ordered, key=lambda item: item.start))
    )
