"""The comments of a text that suppress findings: `# nosec`, and `# posse: ignore[...]`."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

from posse_checks.analysis import ignores, suppression
from posse_checks.analysis.ignores import Ignore, Ignores, ignored_in
from posse_checks.analysis.registry import NO_OTHER_IDS, CheckIds
from posse_checks.analysis.suppression import Nosec, Nosecs, named_in
from posse_checks.python.syntax import BYTE_ORDER_MARK


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of a text that suppress findings."""

    nosecs: Nosecs = field(default_factory=Nosecs)
    ignores: Ignores = field(default_factory=Ignores)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.nosecs or self.ignores)

    def shifted(self, lines: int) -> Comments:
        """Returns them moved down by a number of lines."""
        return Comments(
            Nosecs({line + lines: nosec for line, nosec in self.nosecs.items()}),
            Ignores({line + lines: ignore for line, ignore in self.ignores.items()}),
        )

    def add(self, others: Comments) -> None:
        """Add the comments of other lines."""
        self.nosecs.update(others.nosecs)
        self.ignores.update(others.ignores)


NO_COMMENTS = Comments()
"""Must not be changed."""
_MARKS = suppression.MARK, ignores.MARK


def may_have_comments(source: str | bytes) -> bool:
    """Whether a source has the words that each of these comments has."""
    if isinstance(source, bytes):
        return any(mark.encode() in source for mark in _MARKS)
    return any(mark in source for mark in _MARKS)


def comments_in(source: str, ids: CheckIds = NO_OTHER_IDS) -> Comments:
    r"""The comments in a source by line, from 1. Lines are the tokenizer's, which end at `\n` only."""
    if not may_have_comments(source):
        return NO_COMMENTS
    found = Comments()
    for line, column, text in _comments(source):
        named, ignored = named_in(text, ids), ignored_in(text, ids)
        if named is None:
            found.nosecs.pop(line, None)
        else:
            found.nosecs[line] = Nosec(named, column, text)
        if ignored is not None:
            found.ignores[line] = Ignore(ignored, column, text)
    return found


def _comments(source: str) -> Iterator[tuple[int, int, str]]:
    """Yields the line, the column and the text of each comment; up to where the tokenizer fails, as Bandit does."""
    if source.startswith(BYTE_ORDER_MARK):
        source = "\f" + source[1:]  # as many characters, so columns stay; Python ignores it
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        pass  # CPython 3.12 fails on `\r` before non-ASCII text
