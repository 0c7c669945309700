"""A file's result as JSON, to be kept in the cache, and read again only if it is one throughout.

The shape follows from the types of the fields: what a result gets some day is kept, too, and verified.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from posse_checks.analysis.registry import all_rules
from posse_checks.declared.check import DeclaredCheck
from posse_checks.nosec.remark import Flaw
from posse_checks.rule.evidence import NONE, NOT_KNOWN, SHOWN, Evidence
from posse_server.results.result import CheckedFile, ReportedRemark, Result

SMALLEST, LARGEST = -1, 1 << 31
"""The range of numbers of lines, columns and findings; the end is exclusive."""

Decode = Callable[[Any, str], Any]
"""Returns the value for what JSON has of it, in a file with this name. Raises ValueError for another shape."""

_NAMES = frozenset(((CheckedFile, "name"), (Result, "filename")))
"""Fields that are the file's name, which is not kept: files with the same content share a result."""
LEFT_OUT = frozenset(
    ((CheckedFile, "cache_key"), (CheckedFile, "is_settled"), (CheckedFile, "troubles"), (Result, "definition"))
)
"""Fields that are not stored, and get their defaults: those about the cache, and those from the configuration."""


class MisshapenError(ValueError):
    """A value that does not have the shape of a result."""


def encoded(checked: CheckedFile) -> bytes | None:
    """Returns a file's result as JSON, without the file's name; None if it is not to be kept."""
    if checked.metrics is None or not checked.is_settled:
        return None
    return json.dumps(checked, default=_as_list, separators=(",", ":")).encode()


def decoded(value: bytes, name: str, declared: Mapping[str, DeclaredCheck] | None = None) -> CheckedFile | None:
    """Returns the result in a value, for the file with this name; None if it is not the JSON of a result.

    `declared` are the project's checks by ID.
    """
    try:
        checked: CheckedFile = _decoder(CheckedFile)(json.loads(value), name)
        checked = replace(
            checked,
            results=tuple(_defined(result, declared or {}) for result in checked.results),
            suppressed=tuple(_defined(result, declared or {}) for result in checked.suppressed),
        )
    except (ValueError, RecursionError):
        return None
    return checked if checked.metrics is not None else None


def _defined(result: Result, declared: Mapping[str, DeclaredCheck]) -> Result:
    """Returns a result with its check. Raises MisshapenError if there is none."""
    if result.rule_id in all_rules() or result.hosted is not None:
        return result
    if result.rule_id not in declared:
        raise MisshapenError
    return replace(result, definition=declared[result.rule_id])


def _as_list(value: Any) -> list[Any]:
    """Returns the fields of a dataclass that are kept, in order."""
    return [getattr(value, name) for name in _kept(type(value))]


def _kept(cls: Any) -> tuple[str, ...]:
    """Returns the names of a dataclass's fields that are kept."""
    return _kept_fields(cls)


@lru_cache(maxsize=50)
def _kept_fields(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if (cls, field.name) not in _NAMES | LEFT_OUT)


@lru_cache(maxsize=200)
def _decoder(kind: Any) -> Decode:
    """Returns the function that decodes values of a type."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (_decoder(part) for part in parts if part is not type(None))
        return lambda value, name: None if value is None else inner(value, name)
    if origin is tuple:
        decoders = [_decoder(part) for part in parts if part is not ...]
        return _sequence(decoders[0]) if parts[-1] is ... else _fixed(decoders, lambda values, name: tuple(values))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _by_number(_decoder(parts[1]))
    if kind in (str, bool):
        return _instance(kind)
    if kind is int:
        return _number
    if issubclass(kind, IntEnum):
        return lambda value, name: kind(_number(value, name))  # a ValueError for any other number
    return _object(kind)


def _object(kind: Any) -> Decode:
    """Returns the function that decodes a dataclass or a named tuple, a list of its fields."""
    types_of = get_type_hints(kind)
    names = _kept(kind) if is_dataclass(kind) else kind._fields
    decoders = [_verified(_decoder(types_of[name]), _VALID.get((kind, name))) for name in names]
    named = next((field for cls, field in _NAMES if cls is kind), None)
    if named is None:
        return _fixed(decoders, lambda values, name: kind(*values))
    return _fixed(decoders, lambda values, name: kind(**{named: name}, **dict(zip(names, values, strict=True))))


def _fixed(decoders: list[Decode], make: Callable[[list[Any], str], Any]) -> Decode:
    def decode(value: Any, name: str) -> Any:
        if not isinstance(value, list) or len(value) != len(decoders):
            raise MisshapenError
        return make([decode(item, name) for decode, item in zip(decoders, value, strict=True)], name)

    return decode


def _sequence(inner: Decode) -> Decode:
    def decode(value: Any, name: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise MisshapenError
        return tuple([inner(item, name) for item in value])

    return decode


def _by_number(inner: Decode) -> Decode:
    """Decodes a mapping with numbers as its keys, which are texts in JSON."""

    def decode(value: Any, name: str) -> Mapping[int, Any]:
        if not isinstance(value, dict):
            raise MisshapenError
        return {_number(int(key), name): inner(item, name) for key, item in value.items()}

    return decode


def _instance(kind: type) -> Decode:
    def decode(value: Any, name: str) -> Any:
        if type(value) is not kind:
            raise MisshapenError
        return value

    return decode


def _number(value: Any, name: str) -> int:
    if type(value) is not int or not SMALLEST <= value < LARGEST:
        raise MisshapenError
    return value


def _verified(decode: Decode, is_valid: Callable[[Any], bool] | None) -> Decode:
    if is_valid is None:
        return decode

    def verify(value: Any, name: str) -> Any:
        result = decode(value, name)
        if not is_valid(result):
            raise MisshapenError
        return result

    return verify


_VALID: Mapping[tuple[type, str], Callable[[Any], bool]] = {
    (Evidence, "verdict"): frozenset((SHOWN, NONE, NOT_KNOWN)).__contains__,
    (ReportedRemark, "code"): frozenset(flaw.value for flaw in Flaw).__contains__,
}
"""What the values of some fields must be beyond their types."""
