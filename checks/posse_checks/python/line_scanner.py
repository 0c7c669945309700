"""What single lines say of statements: where one begins, and how far its brackets and quotes reach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

PATIENCE = 200
"""How many lines an open bracket may go on once a line in it reads like a statement."""

_KEYWORD = re.compile(
    r"(?:def|class|import|while|with|try|return|raise|del|assert|pass|break|continue|global|nonlocal)\b"
    r"|async[ \t]+(?:def|with)\b|from[ \t]+[\w.]+[ \t]+import\b"
)
"""The beginning of a line that can stand in no bracket."""
_STATEMENT = re.compile(
    rf"{_KEYWORD.pattern}|@\w|(?:if|for|async[ \t]+for)\b.*:"
    r"|(?!(?:and|or|not|in|is|else|lambda|await)\b)[A-Za-z_]\w*[ \t]*[=(.\[:,+*/&|-]"
)
"""The beginning of a line that is likely a statement, also where it was swallowed by a bracket or quote."""
_ARM = re.compile(r"(?:else|elif|except|finally)\b")
HAVE_ARMS = frozenset({"if", "for", "while", "try", "async"})
"""The words that begin a statement which may have several arms."""
_CASE = re.compile(r"case\b")
_IN_NO_BRACKET = re.compile(
    rf"{_KEYWORD.pattern}|(?:elif|except|finally)\b|else[ \t]*:"
    r"|case[ \t]+(?!(?:and|else|for|if|in|is|not|or)\b)[\w'\"]"
)
_WORD = re.compile(r"[a-z]*")
_DECORATED = re.compile(r"@|(?:def|class|async)\b")
_TOKEN = re.compile(r"\\.|#|'''|\"\"\"|'|\"|[\[({]|[\])}]")
_CLOSING = {
    "'": re.compile(r"(?:[^'\\\r\n]|\\.)*'"),
    '"': re.compile(r'(?:[^"\\\r\n]|\\.)*"'),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*'''", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL),
}


def begins_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line begins a statement at this indentation, if no bracket, string or decorator goes on in it."""
    line = _at(lines[index], indent)
    if not line or line[0] in " \t\f\r\n#\\" or _ARM.match(line):
        return False
    return not (index and is_continued(lines[index - 1]))


def reads_as_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line looks like a statement at this indentation, whatever bracket or string it may be in."""
    return _STATEMENT.match(_at(lines[index], indent)) is not None and not is_continued(lines[index - 1])


def leaves_block(lines: Sequence[str], first: int, last: int, indent: str) -> bool:
    """Whether some line has less than this indentation, or another one, blank lines and comments aside.

    A form feed begins the indentation anew, for Python.
    """
    return any(
        (not line.startswith(indent) or ("\f" in line and "\f" in line[: -len(line.lstrip(" \t\f"))]))
        and line.strip(" \t\f\r\n")[:1] not in ("", "#")
        for line in lines[first:last]
    )


def cannot_be_bracketed(line: str) -> bool:
    """Whether the line begins like a statement, or an arm, in a way that is possible in no bracket."""
    return _IN_NO_BRACKET.match(line.lstrip(" \t\f")) is not None


def is_continued(line: str) -> bool:
    """Whether the line ends in a backslash, comment lines aside."""
    return line.rstrip("\r\n").endswith("\\") and not line.lstrip().startswith("#")


@dataclass(frozen=True, slots=True)
class Runs:
    """Where lines end that begin within strings, each line looked at once: many statements may run into one string."""

    lines: Sequence[str]
    end: int
    _known: dict[tuple[int, str], tuple[int, int, int]] = field(default_factory=dict)

    def behind(self, index: int, quote: str, depth: int) -> tuple[int, int]:
        """The next line that begins in no string, if this one begins in one, and the depth of brackets there.

        It is behind `end` where a string is open there.
        """
        passed: list[tuple[tuple[int, str], int, int]] = []
        known = self._known
        at = index, quote
        while at not in known and at[1] and at[0] < self.end:
            gained, least, after = _change(self.lines[at[0]], at[1])
            passed.append((at, gained, least))
            at = at[0] + 1, after
        end, gained, least = known.get(at, (at[0] + bool(at[1]), 0, 0))
        for at, own_gained, own_least in reversed(passed):
            gained, least = own_gained + gained, max(own_least + gained, least)
            known[at] = end, gained, least
        return end, max(depth + gained, least)


def _change(line: str, quote: str) -> tuple[int, int, str]:
    """How a line that begins within a string changes the depth, what depth it leaves at least, and what is open."""
    least, after = scanned(line, 0, quote)
    deep = line.count(")") + line.count("]") + line.count("}")
    return scanned(line, deep, quote)[0] - deep, least, after


def extent(
    lines: Sequence[str], first: int, end: int, indent: str, runs: Runs | None = None
) -> tuple[int, bool, bool, int]:
    """How far the statement reaches that begins at a line of a block that ends at `end`.

    Returns where it ends, whether all its brackets and strings close, whether one is open at `end`, and how many lines
    from the first decided that. A bracket counts as open no longer where a line begins that can be in none.
    """
    opening = _at(lines[first], indent)
    decorates = opening.startswith("@")
    depth, quote, closed = 0, "", True
    healed_at = -1
    patience = PATIENCE
    runs = runs or Runs(lines, end)
    index = first
    while index < end:
        line = lines[index]
        if quote:
            index, depth = runs.behind(index, quote, depth)
            if index > end:
                return end, False, True, end - first
            quote = ""
            continue
        if index > first:
            if depth:
                if not patience or cannot_be_bracketed(line):
                    depth, closed, patience, healed_at = 0, False, PATIENCE, index
                elif patience < PATIENCE or reads_as_statement(lines, index, indent):
                    patience -= 1
            if not depth and _begins_next(lines, index, indent, opening):
                if not decorates:
                    return index, closed, False, index - first + (healed_at == index)
                if not _DECORATED.match(_at(line, indent)):
                    return index, closed, False, index - first + 1
                decorates = _at(line, indent).startswith("@")
        depth, quote = scanned(line, depth, quote)
        index += 1
    is_open = bool(depth or quote)
    return end, closed and not is_open, is_open, end - first


def arm_at(lines: Sequence[str], index: int, indent: str) -> str:
    """The word that the line begins with at this indentation, which may be that of an arm."""
    return _word(_at(lines[index], indent))


def arms(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines on which the arms of a statement begin, its first line included."""
    return _beginning_with(_ARM, lines, first, last, indent)


def cases(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines on which the cases begin in the block of a `match`, its first line included."""
    return _beginning_with(_CASE, lines, first, last, indent)


def _beginning_with(word: re.Pattern[str], lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    starts = [first]
    depth, quote = 0, ""
    for index in range(first, last):
        line = lines[index]
        if index > first and not quote:
            if depth and cannot_be_bracketed(line):
                depth = 0
            if not depth and word.match(_at(line, indent)) and not is_continued(lines[index - 1]):
                starts.append(index)
        depth, quote = scanned(line, depth, quote)
    return starts


def is_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a bracket or a string that opens in these lines does not close in them."""
    return any(_left_open(lines, first, last))


def is_string_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a string that opens in these lines does not close in them."""
    return bool(_left_open(lines, first, last)[1])


def _left_open(lines: Sequence[str], first: int, last: int) -> tuple[int, str]:
    depth, quote = 0, ""
    for line in lines[first:last]:
        depth, quote = scanned(line, depth, quote)
    return depth, quote


def _at(line: str, indent: str) -> str:
    """What the line holds from this indentation on; nothing where it has less or another one."""
    if not line.startswith(indent):
        return ""
    return line[len(indent) :] if indent else line.lstrip("\f\ufeff")  # which a text may begin with


def _word(text: str) -> str:
    match = _WORD.match(text)
    return match.group() if match else ""


def _begins_next(lines: Sequence[str], index: int, indent: str, opening: str) -> bool:
    if _ARM.match(_at(lines[index], indent)) and not is_continued(lines[index - 1]):
        return _word(opening) not in HAVE_ARMS
    return begins_statement(lines, index, indent)


def scanned(line: str, depth: int, quote: str) -> tuple[int, str]:
    """The depth of brackets and the open string behind a line, from those before it."""
    at = 0
    while True:
        if quote:
            closing = _CLOSING[quote].match(line, at)
            if closing is None:
                stays = len(quote) == 3 or line.rstrip("\r\n").endswith("\\")
                return depth, quote if stays else ""
            at, quote = closing.end(), ""
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, quote
        text, at = token.group(), token.end()
        if text[0] == "\\":  # outside of strings, whatever it escapes is wrong
            continue
        if text == "#":
            return depth, quote
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = text
