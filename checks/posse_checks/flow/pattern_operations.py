"""Operations that cases of a `match` compare with."""

from __future__ import annotations

from dataclasses import dataclass

from posse_checks.flow.operation import Expression, Pattern


@dataclass(frozen=True, slots=True, eq=False)
class ValuePattern(Pattern):
    """A pattern that compares with a value."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class CapturePattern(Pattern):
    """A pattern that matches everything, or what an inner pattern does, and may bind it to a name."""

    name: str | None
    inner: Pattern | None


@dataclass(frozen=True, slots=True, eq=False)
class AlternativePattern(Pattern):
    """Patterns of which one must match."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SequencePattern(Pattern):
    """A pattern for the elements of a sequence; `star` is the index of the part that takes the rest."""

    patterns: tuple[Pattern, ...]
    star: int | None


@dataclass(frozen=True, slots=True, eq=False)
class MappingPattern(Pattern):
    """A pattern for the values of some keys; `rest` is the name that takes the others."""

    items: tuple[tuple[Expression, Pattern], ...]
    rest: str | None


@dataclass(frozen=True, slots=True, eq=False)
class ClassPattern(Pattern):
    """A pattern for instances of a class and their attributes."""

    cls: Expression
    patterns: tuple[Pattern, ...]
    attributes: tuple[tuple[str, Pattern], ...]
