"""Operations that yield values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.flow.operation import At, Expression, Operation

if TYPE_CHECKING:
    from posse_checks.flow.statement_operations import Function


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Expression):
    """A constant that the source spells out."""

    value: object
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Name(Expression):
    """A name that is read or bound."""

    id: str


@dataclass(frozen=True, slots=True, eq=False)
class Attribute(Expression):
    """An attribute of a value."""

    value: Expression
    name: str
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Subscript(Expression):
    """An element of a value, by key or by slice."""

    value: Expression
    key: Expression
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Slice(Expression):
    """The bounds of a slice."""

    lower: Expression | None
    upper: Expression | None
    step: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Call(Expression):
    """A call; `keywords` has None for `**`, `stars` the indices of arguments behind a `*`."""

    function: Expression
    arguments: tuple[Expression, ...]
    keywords: tuple[tuple[str | None, Expression], ...]
    stars: tuple[int, ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Expression):
    """Binary operators from left to right: the first operand, then each operator with its right operand."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Format(Expression):
    """An f-string: its parts, each with whether it is interpolated and its format specification."""

    parts: tuple[tuple[Expression, bool, Expression | None], ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Expression):
    """A unary operator: `not`, `-`, `+` or `~`."""

    operator: str
    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Expression):
    """A chain of comparisons."""

    left: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Expression):
    """Operands joined by `and` or `or`."""

    is_and: bool
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Conditional(Expression):
    """A conditional expression."""

    test: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Expression):
    """A list, tuple or set display; `stars` has the indices of elements behind a `*`."""

    kind: str
    elements: tuple[Expression, ...]
    stars: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mapping(Expression):
    """A dict display; the key is None for `**`."""

    items: tuple[tuple[Expression | None, Expression], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Generator(Operation):
    """One `for` of a comprehension with its conditions."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comprehension(Expression):
    """A comprehension: `list`, `set`, `dict` or `generator`; `value` is None but for a dict."""

    kind: str
    element: Expression
    value: Expression | None
    generators: tuple[Generator, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Lambda(Expression):
    """An anonymous function."""

    function: Function


@dataclass(frozen=True, slots=True, eq=False)
class Walrus(Expression):
    """An assignment expression."""

    name: str
    value: Expression
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Yield(Expression):
    """A value that a generator hands out; `is_from` for `yield from`."""

    value: Expression | None
    is_from: bool
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Starred(Expression):
    """A target that takes the rest when a sequence is unpacked."""

    target: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Opaque(Expression):
    """An expression that is not modeled, for instance because it is nested too deeply."""
