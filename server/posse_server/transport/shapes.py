"""Reads untrusted JSON: only the named fields, and each only if it has the expected type.

A shape gives a reader for each field. Fields that are not named are not examined, so they may contain anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

Read = Callable[[Any], Any]
"""Converts JSON to a value. A missing field is read from None. Raises MalformedError."""

LARGEST_UINTEGER = 2**31 - 1
"""Largest number in the protocol. Larger ones are replaced by it."""
_MOST_DIGITS = 18

Kind = TypeVar("Kind", bound=Enum)


class MalformedError(Exception):
    """A field does not have the expected type. The message names the field and the type."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.path: list[str] = []

    def __str__(self) -> str:
        return f"`{'.'.join(reversed(self.path))}` is not {self.wanted}" if self.path else f"not {self.wanted}"


def anything(value: Any) -> Any:
    """Reads any value, unchanged."""
    return value


def text(value: Any) -> str:
    """Reads a string."""
    if isinstance(value, str):
        return value
    raise MalformedError("a string")


def flag(value: Any) -> bool:
    """Reads a boolean. Everything but true is false."""
    return value is True


def integer(value: Any) -> int:
    """Reads a whole number, even one written as `3.0` or `"3"`."""
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= _MOST_DIGITS and value.isascii() and value.isdigit():
        return int(value)
    raise MalformedError("a whole number")


def count(value: Any) -> int:
    """Reads a number from 0 to `LARGEST_UINTEGER`. A number outside of that is replaced by the nearest one inside."""
    if type(value) is int and 0 <= value <= LARGEST_UINTEGER:
        return value
    return 0 if value is None else min(max(integer(value), 0), LARGEST_UINTEGER)


def token(value: Any) -> str | int:
    """Reads a token or an ID: a string or a whole number."""
    return value if isinstance(value, str) else integer(value)


def one_of(kinds: type[Kind]) -> Read:
    """Returns a reader of a member of an enumeration."""

    def read(value: Any) -> Kind:
        try:
            return kinds(value)
        except (TypeError, ValueError):
            raise MalformedError(f"one of the known values of {kinds.__name__}") from None

    return read


def optional(read: Read, default: Any = None) -> Read:
    """Returns a reader that replaces a missing or unreadable value with a default."""

    def read_optional(value: Any) -> Any:
        if value is None:
            return default
        try:
            return read(value)
        except MalformedError:
            return default

    return read_optional


def each(read: Read) -> Read:
    """Returns a reader of a list whose items must all be readable."""

    def read_each(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise MalformedError("a list")
        return [read(item) for item in value]

    return read_each


def readable(read: Read) -> Read:
    """Returns a reader of a list that leaves out unreadable items. Anything but a list is read as an empty one."""

    def read_those(value: Any) -> list[Any]:
        items = []
        for item in value if isinstance(value, list) else ():
            try:
                items.append(read(item))
            except MalformedError:  # noqa: PERF203 - each item has its own fate
                continue
        return items

    return read_those


def mapped(read: Read) -> Read:
    """Returns a reader of an object with any keys, whose values must all be readable."""

    def read_mapped(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise MalformedError("an object")
        return {key: read(item) for key, item in value.items()}

    return read_mapped


def shape(make: Callable[..., Any], given: Mapping[str, Any] | None = None, /, **fields: Read) -> Read:
    """Returns a reader of an object with these fields, in snake case. They are passed on to `make`, as is `given`."""
    table = [(_in_json(name), name, read) for name, read in fields.items()]
    constants = dict(given or {})

    def read_shape(value: Any) -> Any:
        if not isinstance(value, dict):
            raise MalformedError("an object")
        values = dict(constants)
        key = ""
        try:
            for key, name, read in table:
                values[name] = read(value.get(key))
        except MalformedError as error:
            error.path.append(key)
            raise
        return make(**values)

    return read_shape


def _in_json(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
