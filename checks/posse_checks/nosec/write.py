"""Finds where a comment suppresses one finding and no other. Lines count from 1, as in findings.

Findings of Bandit's checks take a `# nosec`, those of Posse's own a `# posse: ignore[...]`. `on_flows` are the
unsuppressed findings of rules on flows, which a document does not have. Findings of checks that run elsewhere are
treated in the same way, because an edited statement has none before its check is run again.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from posse_checks.analysis.assessed import Assessed
from posse_checks.incremental.document import Document
from posse_checks.incremental.statement_range import StatementRange
from posse_checks.nosec.comment_text import with_ignore, with_nosec
from posse_checks.python.syntax import Broken, are_same
from posse_checks.python.text import Position, Replacement, content_length
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import UnfixableError
from posse_checks.rule.hosted import is_hosted

_LINES_TRIED = 20
"""Limit for the lines of a finding that are tried."""
_STYLE_LINES = 300
"""Number of lines, from the first, that decide the style of the file's comments."""

_NOSEC = re.compile(r"\S(?P<before>[ \t]+)#(?P<after>[ \t]*)(?:nosec\b|posse:)")
_COMMENT = re.compile(r"^[^#'\"\r\n]*[^\s#'\"](?P<before>[ \t]+)#(?P<after>[ \t]*)\w", re.MULTILINE)


def comment_for(rule: Rule) -> str:
    """The comment that suppresses findings of a rule."""
    return f"# nosec {rule.id}" if rule.takes_nosec else f"# posse: ignore[{rule.id}]"


def suppressing_edit(document: Document, finding: Finding, on_flows: Iterable[Finding] = ()) -> Replacement:
    """Returns the edit that suppresses one finding by its ID. An existing comment gets the ID added to its list.

    Every candidate is verified on the document: only this finding may disappear, or, if no line achieves that, only
    findings of its rule, and the program must stay the same. Raises UnfixableError if no candidate passes.
    """
    document = document.up_to_date()
    statements = document.around(*finding.line_range)
    near = document.assessed_near(statements.begin, statements.end - 1)
    hosted = [item.finding for item in near if is_hosted(item.finding.rule) and item.suppressed_by is None]
    flows = [one for one in (*on_flows, *hosted) if statements.begin < one.line <= statements.end]
    before = _unsuppressed(document, statements, flows)
    fallback = None
    for edit in islice(_candidates(document, statements, finding), _LINES_TRIED):
        edited = document.replaced([edit])
        after = _unsuppressed(edited, statements, flows)
        removed = before - after
        if _key(finding) not in removed or after - before or any(id != finding.rule.id for id, _, _ in removed):
            continue
        if not _is_same_program(document, edited, statements):
            continue
        if removed.total() == 1:
            return edit
        fallback = fallback or edit
    if fallback is None:
        looks = "Bandit looks for a comment" if finding.rule.takes_nosec else "a comment counts"
        raise UnfixableError(f"Everywhere that {looks}, it would suppress other findings too, or none.")
    return fallback


def suppressed(document: Document, chosen: Callable[[Finding], bool], on_flows: Sequence[Finding] = ()) -> Document:
    """Returns the document with a comment for each chosen finding that a comment can suppress.

    All comments are written and verified together; those that fail move to their next line, and all are verified again.
    Findings without any line left are handled one by one.
    """
    document = edited = document.up_to_date()
    on_flows = [*on_flows, *(finding for finding in document.findings() if is_hosted(finding.rule))]
    attempts = _attempts(document, [finding for finding in _findings(document, on_flows) if chosen(finding)])
    while made := [attempt for attempt in attempts if attempt.line is not None]:
        edited = document.replaced(_edits_for(document, made))
        failed = _failed(document, edited, made, on_flows)
        if not failed:
            break
        edited = document
        for attempt in failed:
            attempt.line = next(attempt.lines, None)
    left = {_key(finding) for finding in _findings(edited, on_flows)}
    for attempt in attempts:
        if attempt.line is None and _key(attempt.finding) in left:
            with suppress(UnfixableError):
                edited = edited.replaced([suppressing_edit(edited, attempt.finding, _left(edited, on_flows))])
    return edited


@dataclass(frozen=True, slots=True, eq=False)
class _Statements:
    """Whole statements, and the lines that a comment can end, each with its existing comment, which may be empty."""

    statements: StatementRange
    comments: Mapping[int, str]


@dataclass(slots=True, eq=False)
class _Attempt:
    """A finding, the line to get a comment for it (None if none is left), and the lines to try next."""

    finding: Finding
    around: _Statements
    line: int | None
    lines: Iterator[int]


def _attempts(document: Document, findings: Iterable[Finding]) -> list[_Attempt]:
    """Returns the first attempt for each finding; equal findings on one line share an attempt."""
    known: dict[tuple[int, int], _Statements] = {}
    attempts: dict[tuple[str, int, str], _Attempt] = {}
    for finding in findings:
        statements = document.around(*finding.line_range)
        around = known.get((statements.begin, statements.end))
        if around is None:
            around = _Statements(statements, _line_ends(document, statements) or {})
            known[statements.begin, statements.end] = around
        lines = islice(_lines(finding, around.comments), _LINES_TRIED)
        attempts[_key(finding)] = _Attempt(finding, around, next(lines, None), lines)
    return list(attempts.values())


def _edits_for(document: Document, attempts: Iterable[_Attempt]) -> Iterator[Replacement]:
    """Yields the edits that write all comments."""
    by_line: dict[int, list[_Attempt]] = {}
    for attempt in attempts:
        by_line.setdefault(attempt.line or 0, []).append(attempt)
    style = _style(document)
    for line, together in by_line.items():
        rules = list(dict.fromkeys(attempt.finding.rule for attempt in together))
        yield from _edits(document, line, together[0].around.comments[line], rules, style)


def _failed(
    document: Document, edited: Document, attempts: Sequence[_Attempt], on_flows: Sequence[Finding]
) -> list[_Attempt]:
    """The attempts that leave their finding, may have suppressed or exposed an unrelated one, or change the program."""
    before, after = _findings(document, on_flows), _findings(edited, on_flows)
    stood, stands = {_key(finding) for finding in before}, {_key(finding) for finding in after}
    explained = stands | {_key(attempt.finding) for attempt in attempts}
    lost = [finding for finding in before if _key(finding) not in explained]
    come = [finding for finding in after if _key(finding) not in stood]
    same = {
        around: _is_same_program(document, edited, around.statements)
        for around in dict.fromkeys(attempt.around for attempt in attempts)
    }
    return [
        attempt
        for attempt in attempts
        if _key(attempt.finding) in stands
        or not same[attempt.around]
        or any(_takes(attempt, one) for one in lost)
        or any(attempt.line in _range_lines(one) for one in come)
    ]


def _takes(attempt: _Attempt, finding: Finding) -> bool:
    """Whether an attempt's comment may suppress another finding of its rule."""
    return attempt.finding.rule.id == finding.rule.id and attempt.line in _range_lines(finding)


def _findings(document: Document, on_flows: Sequence[Finding]) -> list[Finding]:
    """The unsuppressed findings of a document, with those of rules on flows."""
    own = [finding for finding in document.findings() if not is_hosted(finding.rule)]
    return [*own, *_left(document, on_flows)]


def _left(document: Document, on_flows: Iterable[Finding]) -> list[Finding]:
    """The findings of rules on flows that no comment of a document suppresses."""
    return [one for one in on_flows if Assessed.under(document.comments, one).suppressed_by is None]


def _unsuppressed(
    document: Document, statements: StatementRange, on_flows: Sequence[Finding]
) -> Counter[tuple[str, int, str]]:
    """The unsuppressed findings that a comment in a range of statements can affect."""
    near = document.assessed_near(statements.begin, statements.end - 1)
    left = [item.finding for item in near if item.suppressed_by is None and not is_hosted(item.finding.rule)]
    return Counter(map(_key, [*left, *(_left(document, on_flows) if on_flows else ())]))


def _key(finding: Finding) -> tuple[str, int, str]:
    """The fields by which a finding is recognized after an edit within its line."""
    return finding.rule.id, finding.line, finding.message


def _is_same_program(before: Document, after: Document, statements: StatementRange) -> bool:
    """Whether statements have the same tree after a comment was written, or still do not parse.

    For the latter, the tokenizer has found the lines that a comment can end.
    """
    (old, _), (new, _) = statements.parse(before.program), statements.parse(after.program)
    if isinstance(old, Broken) or isinstance(new, Broken):
        return isinstance(old, Broken) and isinstance(new, Broken)
    return are_same(old, new)


def _candidates(document: Document, statements: StatementRange, finding: Finding) -> Iterator[Replacement]:
    """Yields the edits to try, in the order of their lines. Raises UnfixableError if there are none."""
    comments = _line_ends(document, statements)
    if comments is None:
        raise UnfixableError("The statement is incomplete.")
    lines = _lines(finding, comments)
    if not lines:
        reads = "Bandit reads for comments" if finding.rule.takes_nosec else "counts for comments"
        raise UnfixableError(f"Every line that {reads} ends inside a string or with a backslash.")
    style = _style(document)
    for line in lines:
        yield from _edits(document, line, comments[line], [finding.rule], style)


def _lines(finding: Finding, comments: Mapping[int, str]) -> list[int]:
    """The lines at which a comment is possible and may suppress a finding: its own first, then those of its range."""
    return [line for line in _range_lines(finding) if line in comments]


def _range_lines(finding: Finding) -> list[int]:
    """The lines where Bandit looks for a comment: the finding's own first, then those of its range."""
    first, last = finding.line_range
    return list(dict.fromkeys((finding.line, *range(first, last + 1))))


def _edits(
    document: Document, line: int, comment: str, rules: Iterable[Rule], style: tuple[str, str]
) -> Iterator[Replacement]:
    """Yields the edits that add IDs to the comment at the end of a line, or write comments in the file's style."""
    text = document.text.lines[line - 1]
    end = content_length(text)
    column, code = end - len(comment), len(text[:end].rstrip())
    before, after = style
    new = ""
    to_nosec = partial(with_nosec, known=document.catalogue.ids)
    for takes_nosec, add, written in ((True, to_nosec, "nosec {}"), (False, with_ignore, "posse: ignore[{}]")):
        ids = ", ".join(rule.id for rule in rules if rule.takes_nosec is takes_nosec)
        added = add(comment, ids) if ids else None
        if added is not None and column + added[0] < code:
            at = Position(line - 1, column + added[0])
            yield Replacement(at, at, added[1])
        elif added is not None:
            new = f"{added[1]}{new}"
        elif ids:
            new += f"{before}#{after}{written.format(ids)}"
    if new:
        yield Replacement(Position(line - 1, code), Position(line - 1, end), new)


def _style(document: Document) -> tuple[str, str]:
    """The white space around the `#` of comments after code: the most common in suppressions, else in any."""
    text = document.text.slice(0, _STYLE_LINES)
    for pattern in (_NOSEC, _COMMENT):
        styles = Counter((match["before"], match["after"]) for match in pattern.finditer(text))
        usual = [(before, after) for before, after in styles if before in (" ", "  ", "\t") and after in ("", " ")]
        if usual:
            return max(usual, key=lambda style: styles[style])
    return "  ", " "


def _line_ends(document: Document, statements: StatementRange) -> dict[int, str] | None:
    """The lines that a comment can end, each with its comment, empty if it has none; None if incomplete."""
    ends: dict[int, str] = {}
    comment = ""
    source = "".join(document.program[statements.begin : statements.end])
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comment = token.string
            elif token.type in (tokenize.NEWLINE, tokenize.NL):
                ends[token.start[0] + statements.begin] = comment
                comment = ""
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        return None
    return ends
