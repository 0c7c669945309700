"""Checks that SQL takes exactly one value, and so a placeholder, at each position of a value in a statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from posse_checks.rule import UnfixableError

HOLE = "\0"
"""The mark for a value in the text of a statement; no source can contain it."""

_TOKEN = re.compile(r"\s+|\w+|\0|'[^']*'|\"[^\"]*\"|[-+*/<>=~!@#%^&|?:]+|.", re.DOTALL)
_COMPARISONS = {"=", "==", "<", ">", "<=", ">=", "<>", "!=", "like", "ilike"}
_FOLLOWS = {"", ")", ",", ";", "and", "or", "where", "order", "group", "having", "limit", "union", "returning", "on"}
"""The tokens that may follow a whole value."""
_VERBS = {"select", "insert", "update", "delete", "replace", "with"}
_CLAUSES = {"select", "from", "on", "join", "where", "set", "having", "values", "order", "group", "limit", "returning"}
_WITH_VALUES = {"where", "set", "having"}
"""The clauses with comparisons or assignments of values."""


@dataclass(slots=True)
class _Parenthesis:
    """The content of a pair of parentheses, or of the top level."""

    opened_by: str = ""
    """The word before it."""
    clause: str = ""
    items: list[list[str]] = field(default_factory=lambda: [[]])
    """The tokens between its commas."""


def check_places(text: str, placeholder: str) -> str:
    """Returns the statement with a placeholder for each hole, without the quotes around it.

    Raises UnfixableError unless SQL takes exactly one value at each hole.
    """
    tokens = [token for token in _TOKEN.findall(text) if not token.isspace()]
    if not tokens or tokens[0].lower() not in _VERBS or ";" in tokens[:-1]:
        raise UnfixableError("the statement has an unsupported kind, or is not alone")
    if any("--" in token or "/*" in token for token in tokens if not token.startswith(("'", '"'))):
        raise UnfixableError("the statement has a comment")
    _check(tokens)
    for quote in ("'", '"'):
        text = text.replace(f"{quote}{HOLE}{quote}", placeholder)
    return text.replace(HOLE, placeholder)


def _check(tokens: Sequence[str]) -> None:
    """Raises UnfixableError unless each hole is a whole value: compared, assigned, or in a list of values."""
    columns: int | None = None
    open_: list[_Parenthesis] = [_Parenthesis()]
    before = ""
    for index, token in enumerate(tokens):
        word = token.lower()
        following = tokens[index + 1].lower() if index + 1 < len(tokens) else ""
        around = open_[-1]
        if HOLE in token and token not in (HOLE, f"'{HOLE}'"):
            raise UnfixableError("the inserted expression is a part of a string or a name")
        if HOLE in token and around.opened_by not in ("values", "in"):
            is_compared = before in _COMPARISONS and around.clause in _WITH_VALUES
            if not is_compared or following not in _FOLLOWS:
                raise UnfixableError("the inserted expression may not be a value")
        if token == "(":
            open_.append(_Parenthesis(before, around.clause))
        elif token == ")" and len(open_) > 1:
            closed = open_.pop()
            _check_list(closed, columns)
            if _ends_columns(tokens, index):
                columns = len(closed.items)
        elif token == ",":
            around.items.append([])
        else:
            around.items[-1].append(token)
        if word in _CLAUSES:
            around.clause = word
        before = word


def _ends_columns(tokens: Sequence[str], closing: int) -> bool:
    """Whether a closing parenthesis ends the columns of `INSERT INTO table (...)`."""
    return closing + 1 < len(tokens) and tokens[closing + 1].lower() == "values"


def _check_list(closed: _Parenthesis, columns: int | None) -> None:
    """Raises UnfixableError if a hole in a list of values may stand for several of them."""
    if closed.opened_by not in ("values", "in") or not any(HOLE in token for item in closed.items for token in item):
        return
    if any(len(item) != 1 for item in closed.items if any(HOLE in token for token in item)):
        raise UnfixableError("the inserted expression is a part of a value")
    count = len(closed.items)
    if closed.opened_by == "in" or columns is None:
        if count < 2:
            raise UnfixableError("the inserted expression may be a list")
    elif count != columns:
        raise UnfixableError("the inserted expression is a list: there are more columns")
