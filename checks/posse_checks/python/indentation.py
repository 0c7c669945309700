"""How Python measures the white space before a statement, where its text alone does not show that."""

from __future__ import annotations

from collections.abc import Sequence

_TAB = 8


def unseen_statement(lines: Sequence[str], index: int, end: int, indent: str) -> str:
    """The text of the statement at this indentation that begins at a line; empty if none does.

    Unlike `begins_statement`, sees it behind lines with a backslash alone, behind a form feed, and behind other white
    space that is as wide. The line must not continue another, and lines from `end` on are not read.
    """
    decisive = 0
    for at in range(index, end):
        text = lines[at].lstrip(" \t\f")
        width = _width(lines[at][: len(lines[at]) - len(text)])
        if text.rstrip("\r\n") != "\\":
            width = (decisive, decisive) if decisive else width
            return text if text[:1] not in ("", "#", "\r", "\n", "\\") and width == _width(indent) else ""
        decisive = decisive or width[0]  # only the first line with white space before its backslash counts
    return ""


def _width(space: str) -> tuple[int, int]:
    """The width of white space, with tabs to multiples of 8, and with tabs of 1.

    Python compares both, so that no two lines compare differently where tabs are wider or narrower.
    """
    if "\t" not in space and "\f" not in space:
        return len(space), len(space)
    wide = narrow = 0
    for character in space:
        if character == "\f":
            wide = narrow = 0
        elif character == "\t":
            wide, narrow = (wide // _TAB + 1) * _TAB, narrow + 1
        else:
            wide, narrow = wide + 1, narrow + 1
    return wide, narrow
