"""Reading JSON that others wrote: only the fields that are named, each only if it is what it should be.

A shape says for each field how to read it. What is not named is not looked at, so it may be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

Read = Callable[[Any], Any]
"""Makes a value of JSON. A field that is missing is read from None. Raises Unreadable."""

GREATEST = 2**31 - 1
"""The greatest number of the protocol; a greater one counts as this."""
_LONGEST_NUMBER = 18

Kind = TypeVar("Kind", bound=Enum)


class Unreadable(Exception):
    """A field is not what it should be; the message says which, and what it should be."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.path: list[str] = []

    def __str__(self) -> str:
        return f"`{'.'.join(reversed(self.path))}` is not {self.wanted}" if self.path else f"not {self.wanted}"


def anything(value: Any) -> Any:
    """Any value."""
    return value


def text(value: Any) -> str:
    """A string."""
    if isinstance(value, str):
        return value
    raise Unreadable("a string")


def flag(value: Any) -> bool:
    """Whether something is true; anything else is false."""
    return value is True


def integer(value: Any) -> int:
    """A whole number, also written as `3.0` or `"3"`."""
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and value.isascii() and value.isdigit():
        return int(value)
    raise Unreadable("a whole number")


def count(value: Any) -> int:
    """A whole number that is not negative, as far as the protocol counts; the nearest one in place of another."""
    if type(value) is int and 0 <= value <= GREATEST:
        return value
    return 0 if value is None else min(max(integer(value), 0), GREATEST)


def token(value: Any) -> str | int:
    """A token or an ID: a string or a whole number."""
    return value if isinstance(value, str) else integer(value)


def one_of(kinds: type[Kind]) -> Read:
    """A member of an enumeration."""

    def read(value: Any) -> Kind:
        try:
            return kinds(value)
        except (TypeError, ValueError):
            raise Unreadable(f"one of the known values of {kinds.__name__}") from None

    return read


def optional(read: Read, default: Any = None) -> Read:
    """A value, or a default if there is none or it is not what it should be."""

    def read_optional(value: Any) -> Any:
        if value is None:
            return default
        try:
            return read(value)
        except Unreadable:
            return default

    return read_optional


def each(read: Read) -> Read:
    """A list, each item of which must be readable."""

    def read_each(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Unreadable("a list")
        return [read(item) for item in value]

    return read_each


def readable(read: Read) -> Read:
    """A list without the items that cannot be read; an empty one in place of anything else."""

    def read_those(value: Any) -> list[Any]:
        items = []
        for item in value if isinstance(value, list) else ():
            try:
                items.append(read(item))
            except Unreadable:  # noqa: PERF203 - each item has its own fate
                continue
        return items

    return read_those


def mapped(read: Read) -> Read:
    """An object of any keys, each value of which must be readable."""

    def read_mapped(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unreadable("an object")
        return {key: read(item) for key, item in value.items()}

    return read_mapped


def shape(make: Callable[..., Any], given: Mapping[str, Any] | None = None, /, **fields: Read) -> Read:
    """An object with these fields, in snake case, that are passed on to `make`; `given` is passed on as well."""
    table = [(_in_json(name), name, read) for name, read in fields.items()]
    constants = dict(given or {})

    def read_shape(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Unreadable("an object")
        values = dict(constants)
        key = ""
        try:
            for key, name, read in table:
                values[name] = read(value.get(key))
        except Unreadable as error:
            error.path.append(key)
            raise
        return make(**values)

    return read_shape


def _in_json(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
