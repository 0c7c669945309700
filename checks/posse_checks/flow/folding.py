"""Constant folding, bounded: nothing hostile in a source can make a large value or take long.

Only operators and methods on small strings, bytes, numbers and booleans are folded, never code of the program.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from posse_checks.flow.values import NOTHING

_LONGEST = 4096
_LARGEST = 1 << 256
_SCALARS = (str, bytes, int, float, bool, type(None))
_BINARY: dict[str, Callable[[Any, Any], object]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv, "Mod": operator.mod, "BitAnd": operator.and_, "BitOr": operator.or_,
    "BitXor": operator.xor, "RShift": operator.rshift,
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt,
    "GtE": operator.ge, "Is": operator.is_, "IsNot": operator.is_not,
}  # fmt: skip
TEXT_METHODS = frozenset(
    {
        *("upper", "lower", "strip", "lstrip", "rstrip", "title", "capitalize", "swapcase", "casefold", "replace"),
        *("startswith", "endswith", "find", "rfind", "index", "count", "encode", "decode", "isdigit", "isalnum"),
        *("isalpha", "isnumeric", "isdecimal", "isidentifier", "split", "rsplit", "partition", "rpartition"),
        *("removeprefix", "removesuffix", "splitlines", "hex", "islower", "isupper", "isspace", "isascii"),
    }
)
"""Methods of strings and bytes whose results are at most as long as their input, and `replace`."""
_FIELD = re.compile(r"\{(\w*)((?:\.\w+|\[\w+\])*)(![rsa])?(:[^{}]*)?\}|\{\{|\}\}")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?[hlL]?([a-zA-Z%])")


def is_scalar(value: object) -> bool:
    """Whether a value can be folded."""
    return isinstance(value, _SCALARS)


def fold(name: str, left: object, right: object) -> object:
    """The result of a binary operator or comparison on constants; `NOTHING` if it is not computed."""
    if not (is_scalar(left) and is_scalar(right)) or not _is_small(left) or not _is_small(right):
        return NOTHING
    if name == "Mod" and isinstance(left, (str, bytes)):
        return _percent(left, right)
    if name == "Mult" and (isinstance(left, (str, bytes)) or isinstance(right, (str, bytes))):
        text, count = (left, right) if isinstance(left, (str, bytes)) else (right, left)
        if not isinstance(text, (str, bytes)) or not isinstance(count, int) or count * len(text) > _LONGEST:
            return NOTHING
    if name == "Pow":
        return _power(left, right)
    if name == "LShift":
        small = isinstance(left, int) and isinstance(right, int) and 0 <= right < 256
        return left << right if small else NOTHING  # type: ignore[operator]
    if name in ("In", "NotIn"):
        if not isinstance(left, str) or not isinstance(right, str):
            return NOTHING
        return (left in right) == (name == "In")
    function = _BINARY.get(name)
    if function is None:
        return NOTHING
    try:
        return function(left, right)
    except Exception:  # a wrong type, a division by zero: the program raises there
        return NOTHING


def _is_small(value: object) -> bool:
    if isinstance(value, (str, bytes)):
        return len(value) <= _LONGEST
    return not isinstance(value, int) or -_LARGEST < value < _LARGEST


def _power(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64 and abs(left) <= 1 << 16:
        return left**right
    return NOTHING


def _percent(text: str | bytes, value: object) -> object:
    if isinstance(text, bytes) or isinstance(value, bytes):
        return NOTHING
    found = _PERCENT.findall(text)
    if len(found) != 1 or found[0] != ("", "s") or "%s" not in text:
        return NOTHING
    return text.replace("%s", str(value)) if "%%" not in text else NOTHING


def negate(value: object) -> object:
    """The negative of a number."""
    return -value if isinstance(value, (int, float)) and _is_small(value) else NOTHING


def text_method(text: str | bytes, method: str, arguments: Sequence[object]) -> object:
    """The result of a method of a constant string, lists as tuples; `NOTHING` if it is not computed."""
    if method not in TEXT_METHODS or not all(is_scalar(argument) for argument in arguments):
        return NOTHING
    if method == "replace" and len(arguments) == 2:
        lengths = [len(argument) for argument in arguments if isinstance(argument, (str, bytes))]
        if len(text) * max([1, *lengths]) > _LONGEST * 4:
            return NOTHING
    try:
        result: object = getattr(text, method)(*arguments)
    except Exception:  # wrong arguments: the program raises there
        return NOTHING
    return tuple(result) if isinstance(result, list) else result


def format_fields(text: str) -> list[str | tuple[str, bool]] | None:
    """The parts of a format string: literal text, and fields as their name with whether a specification bounds them.

    Returns None if the text is no simple format string.
    """
    parts: list[str | tuple[str, bool]] = []
    end = 0
    for match in _FIELD.finditer(text):
        literal = text[end : match.start()]
        if "{" in literal or "}" in literal:
            return None
        parts.append(literal)
        end = match.end()
        if match[0] in ("{{", "}}"):
            parts.append(match[0][0])
        else:
            parts.append((match[1], bool(match[4]) and match[4][-1] in "dfexXobcn%"))
    parts.append(text[end:])
    return None if "{" in text[end:] or "}" in text[end:] else parts


def percent_fields(text: str) -> list[str | tuple[str, bool]]:
    """The parts of a `%` format: literal text, and fields as their key with whether they take numbers only."""
    parts: list[str | tuple[str, bool]] = []
    end = 0
    for match in _PERCENT.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        parts.append("%" if match[2] == "%" else (match[1] or "", match[2] in "dfiouxXeEgGc"))
    parts.append(text[end:])
    return parts
