"""Finds statements by scanning lines, without parsing: where one begins and where its brackets and quotes close.

Used for broken text, so it estimates; the parser has the last word. Lines are counted from 0, ranges of lines exclude
their end, and an `indent` is the exact white space of a block. The state between two lines is the depth, the number of
open brackets, and the quote of the open string, which is empty if none is open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from posse_checks.python.formatted_strings import ARE_NESTED, CLOSING, PREFIX, end_of_formatted

_KEYWORD = re.compile(
    r"(?:def|class|import|while|with|try|return|raise|del|assert|pass|break|continue|global|nonlocal)\b"
    r"|async[ \t]+(?:def|with)\b|from[ \t]+[\w.]+[ \t]+import\b"
)
"""The start of a line that cannot occur inside brackets."""
_STATEMENT = re.compile(
    rf"{_KEYWORD.pattern}|@\w|(?:if|for|async[ \t]+for)\b.*:"
    r"|(?!(?:and|or|not|in|is|else|lambda|await)\b)[A-Za-z_]\w*[ \t]*[=(.\[:,+*/&|-]"
)
"""The start of a line that is probably a statement, even if an unclosed bracket or quote swallowed it."""
ARM = re.compile(r"(?:else|elif|except|finally)\b")
"""The start of a line that continues a statement with an arm."""
HAVE_ARMS = frozenset({"if", "for", "while", "try", "async"})
"""The first words of the statements that may have several arms."""
_CASE = re.compile(r"case\b")
_IN_NO_BRACKET = re.compile(
    rf"{_KEYWORD.pattern}|(?:elif|except|finally)\b|else[ \t]*:"
    r"|case[ \t]+(?!(?:and|else|for|if|in|is|not|or)\b)[\w'\"]"
)
_WORD = re.compile(r"[a-z]*")
_TOKEN = re.compile(r"\\.|#|'''|\"\"\"|'|\"|[\[({]|[\])}]")
_PREFIX_BEFORE = re.compile(PREFIX + r"\Z")


def begins_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line begins a statement at this indentation, unless a bracket, string or decorator continues in it.

    Blank lines, comments, arms (`else`, `except`) and lines after a backslash do not begin one.
    """
    line = text_at(lines[index], indent)
    if not line or line[0] in " \t\f\r\n#\\" or ARM.match(line):
        return False
    return not (index and is_continued(lines[index - 1]))


def reads_as_statement(lines: Sequence[str], index: int, indent: str) -> bool:
    """Whether the line looks like a statement at this indentation, even inside a bracket or string."""
    return _STATEMENT.match(text_at(lines[index], indent)) is not None and not is_continued(lines[index - 1])


def leaves_block(lines: Sequence[str], first: int, last: int, indent: str) -> bool:
    """Whether any line has less than this indentation or a different one, except blank lines and comments.

    A form feed restarts the indentation in Python, so a line with one in its indentation leaves the block too.
    """
    return any(
        (not line.startswith(indent) or ("\f" in line and "\f" in line[: -len(line.lstrip(" \t\f"))]))
        and line.strip(" \t\f\r\n")[:1] not in ("", "#")
        for line in lines[first:last]
    )


def cannot_be_bracketed(line: str) -> bool:
    """Whether the line begins like a statement or an arm that cannot occur inside brackets."""
    return _IN_NO_BRACKET.match(line.lstrip(" \t\f")) is not None


def is_continued(line: str) -> bool:
    """Whether the line ends in a backslash and is not a comment. What looks like one may be the end of a string."""
    if not line.rstrip("\r\n").endswith("\\"):
        return False
    return not line.lstrip().startswith("#") or "'" in line or '"' in line


def arm_at(lines: Sequence[str], index: int, indent: str) -> str:
    """The lower-case word at the start of the line at this indentation, possibly that of an arm; empty if none."""
    return word_of(text_at(lines[index], indent))


def arms(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines at which the arms of a statement begin, including its first line."""
    return _beginning_with(ARM, lines, first, last, indent)


def cases(lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """The lines at which the cases of a `match` begin, including the first line of its block."""
    return _beginning_with(_CASE, lines, first, last, indent)


def _beginning_with(word: re.Pattern[str], lines: Sequence[str], first: int, last: int, indent: str) -> list[int]:
    """Line `first` and the later lines that have the word at this indentation, outside brackets and strings."""
    starts = [first]
    depth, quote = 0, ""
    for index in range(first, last):
        line = lines[index]
        if index > first and not quote:
            if depth and cannot_be_bracketed(line):
                depth = 0
            if not depth and word.match(text_at(line, indent)) and not is_continued(lines[index - 1]):
                starts.append(index)
        depth, quote = state_after(line, depth, quote)
    return starts


def is_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a bracket or string that opens in these lines is still open at their end."""
    return any(_left_open(lines, first, last))


def is_string_open(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether a string that opens in these lines is still open at their end."""
    return bool(_left_open(lines, first, last)[1])


def _left_open(lines: Sequence[str], first: int, last: int) -> tuple[int, str]:
    """The state after some lines, with no bracket or string open before them."""
    depth, quote = 0, ""
    for line in lines[first:last]:
        depth, quote = state_after(line, depth, quote)
    return depth, quote


def text_at(line: str, indent: str) -> str:
    """The line after this indentation (white space beyond it included); empty if it has less or a different one."""
    if not line.startswith(indent):
        return ""
    return line[len(indent) :] if indent else line.lstrip("\f")  # a statement may begin with these


def word_of(text: str) -> str:
    """The lower-case word at the start of a text; empty if there is none."""
    match = _WORD.match(text)
    return match.group() if match else ""


def state_after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Scans a line, or the rest of a string in it, from the state before the line. Returns the state after it.

    A closing bracket with none open is ignored, and brackets of different kinds match. A string that is not
    triple-quoted stays open only after a backslash at the end of the line. A formatted string that the line leaves in a
    field counts as the brackets that are open in it.
    """
    at, may_nest = 0, ARE_NESTED
    while True:
        if quote:
            closing = CLOSING[quote].match(line, at)
            if closing is None:
                stays = len(quote) == 3 or line.rstrip("\r\n").endswith("\\")
                return depth, quote if stays else ""
            at, quote = closing.end(), ""
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, quote
        text, at = token.group(), token.end()
        if text[0] == "\\":  # an error outside strings, so the escaped character opens or closes nothing
            continue
        if text == "#":
            return depth, quote
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(depth - 1, 0)
        else:
            quote = text
            if may_nest and _PREFIX_BEFORE.search(line, max(token.start() - 2, 0), token.start()):
                end = end_of_formatted(line, at, quote)
                if end is not None:
                    at, depth, quote = end.at, depth + end.depth, ""
                may_nest = end is not None  # once it is none, no more, so that a line is read twice at most
