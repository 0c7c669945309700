"""Where to write a `# nosec` so that Bandit heeds it, and nothing else changes."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from posse_checks.document import Document, Stretch
from posse_checks.finding import Finding
from posse_checks.fix import Unfixable
from posse_checks.suppression import named_in
from posse_checks.syntax import Broken
from posse_checks.text import Position, Replacement, content_length

TRIED = 20
"""How many lines of a finding are tried at most."""
STYLE_FROM = 300
"""How many lines tell how the file sets off its comments."""

_LIST = re.compile(r"#\s*nosec:?\s*(?:B\d+|\w+)(?:,\s*(?:B\d+|\w+))*")
"""A `# nosec` with the IDs that follow it directly."""
_NOSEC = re.compile(r"\S(?P<before>[ \t]+)#(?P<after>[ \t]*)nosec\b")
_COMMENT = re.compile(r"^[^#'\"\r\n]*[^\s#'\"](?P<before>[ \t]+)#(?P<after>[ \t]*)\w", re.MULTILINE)


def silencing_edit(document: Document, finding: Finding) -> Replacement:
    """The edit that silences one finding by its ID; Unfixable, with the reason, where there is none.

    Every candidate is tried on the document: after it, just this finding must be gone, or, where no place tells them
    apart, findings of its rule in the same place with it; and the program must be the same. A comment that is there
    already gets the ID added to its list.
    """
    document = document.settled()
    stretch = document.around(*finding.line_range)
    before = _standing(document, stretch)
    fallback = None
    for edit in islice(_candidates(document, stretch, finding), TRIED):
        edited = document.replaced([edit])
        after = _standing(edited, stretch)
        gone = before - after
        if _key(finding) not in gone or after - before or any(id != finding.rule.id for id, _, _ in gone):
            continue
        if not _is_same_program(document, edited, stretch):
            continue
        if gone.total() == 1:
            return edit
        fallback = fallback or edit
    if fallback is None:
        raise Unfixable("Wherever Bandit would look for a comment, it silences other findings too, or none.")
    return fallback


def silenced(document: Document, chosen: Callable[[Finding], bool]) -> Document:
    """The document with a comment for each chosen finding for which there is a place."""
    document = document.settled()
    for finding in document.findings():  # comments move none of them
        if chosen(finding) and _key(finding) in _standing(document, document.around(*finding.line_range)):
            with suppress(Unfixable):
                document = document.replaced([silencing_edit(document, finding)])
    return document


def _standing(document: Document, stretch: Stretch) -> Counter[tuple[str, int, str]]:
    """The findings on which a comment in a stretch can have any effect."""
    near = document.judged_near(stretch.begin, stretch.end - 1)
    return Counter(_key(judged.finding) for judged in near if judged.silenced_by is None)


def _key(finding: Finding) -> tuple[str, int, str]:
    return finding.rule.id, finding.line, finding.message


def _is_same_program(before: Document, after: Document, stretch: Stretch) -> bool:
    """Whether statements mean the same after a comment was written; broken ones stay so, and the tokenizer knows."""
    (old, _), (new, _) = stretch.parse(before.text), stretch.parse(after.text)
    if isinstance(old, Broken) or isinstance(new, Broken):
        return isinstance(old, Broken) and isinstance(new, Broken)
    return list(map(ast.dump, old)) == list(map(ast.dump, new))


def _candidates(document: Document, stretch: Stretch, finding: Finding) -> Iterator[Replacement]:
    """Edits to try, the finding's own line first, then the lines of its range from the first."""
    first, last = finding.line_range
    comments = _line_ends(document, stretch)
    lines = [line for line in dict.fromkeys((finding.line, *range(first, last + 1))) if line in comments]
    if not lines:
        raise Unfixable("Every line where Bandit looks for a comment ends in a string or with a backslash.")
    for line in lines:
        yield _edit(document, line, comments[line], finding.rule.id)


def _edit(document: Document, line: int, comment: str, id: str) -> Replacement:
    text = document.text.lines[line - 1]
    end = content_length(text)
    listed = _LIST.search(comment)
    if named_in(comment) and listed:
        at = Position(line - 1, len(text[:end]) - len(comment) + listed.end())
        return Replacement(at, at, f", {id}")
    code = text[:end].rstrip()
    before, after = _style(document)
    return Replacement(Position(line - 1, len(code)), Position(line - 1, end), f"{before}#{after}nosec {id}")


def _style(document: Document) -> tuple[str, str]:
    """The white space before and after the `#` of comments behind code: as in other `# nosec`, else as in most."""
    text = document.text.slice(0, STYLE_FROM)
    for pattern in (_NOSEC, _COMMENT):
        styles = Counter((match["before"], match["after"]) for match in pattern.finditer(text))
        usual = [(before, after) for before, after in styles if before in (" ", "  ", "\t") and after in ("", " ")]
        if usual:
            return max(usual, key=lambda style: styles[style])
    return "  ", " "


def _line_ends(document: Document, stretch: Stretch) -> dict[int, str]:
    """The lines that a comment can end, each with the comment that ends it now, if any."""
    ends: dict[int, str] = {}
    comment = ""
    source = document.text.slice(stretch.begin, stretch.end)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                comment = token.string
            elif token.type in (tokenize.NEWLINE, tokenize.NL):
                ends[token.start[0] + stretch.begin] = comment
                comment = ""
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        raise Unfixable("The statement is not complete.") from None
    return ends
