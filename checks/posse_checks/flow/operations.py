"""Operations: what statements do, as compact immutable values that outlive the syntax tree.

Operations depend on the text of their chunk alone, so they can be kept for as long as the text stays. Positions count
from the chunk's first line. What no analysis asks is left out: positions of plain names, contexts, type comments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

At = tuple[int, int, int, int]
"""A range: line (from 1), column (UTF-8 bytes from 0), end line, end column (exclusive)."""


class Operation:
    """A part of a program; equal to itself alone, so that it can stand for its place."""

    __slots__ = ()

    def fields(self) -> Iterator[object]:
        """The values of the fields."""
        names: tuple[str, ...] = self.__slots__
        return (getattr(self, name) for name in names)


class Expression(Operation):
    """What yields a value."""

    __slots__ = ()


class Pattern(Operation):
    """What a case of a `match` compares with."""

    __slots__ = ()


class Statement(Operation):
    """What changes the state or the flow of control."""

    __slots__ = ()


Block = tuple[Statement, ...]


# -- expressions


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


# -- patterns


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


# -- statements


@dataclass(frozen=True, slots=True, eq=False)
class Evaluate(Statement):
    """An expression as a statement."""

    value: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Bind(Statement):
    """An assignment to names, attributes, elements or sequences of these."""

    targets: tuple[Expression, ...]
    value: Expression | None
    annotation: Expression | None
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Augment(Statement):
    """An augmented assignment."""

    target: Expression
    operator: str
    value: Expression
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Delete(Statement):
    """A `del` statement."""

    targets: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Return(Statement):
    """A `return` statement."""

    value: Expression | None
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Raise(Statement):
    """A `raise` statement."""

    value: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Assert(Statement):
    """An `assert` statement."""

    test: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Branch(Statement):
    """An `if` with all its `elif` arms."""

    arms: tuple[tuple[Expression, Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True, eq=False)
class Loop(Statement):
    """A `for` loop."""

    target: Expression
    iterable: Expression
    body: Block
    otherwise: Block
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class While(Statement):
    """A `while` loop."""

    test: Expression
    body: Block
    otherwise: Block


@dataclass(frozen=True, slots=True, eq=False)
class Leave(Statement):
    """A `break` or `continue`."""

    is_break: bool


@dataclass(frozen=True, slots=True, eq=False)
class With(Statement):
    """A `with` statement: the contexts with the targets that take them."""

    items: tuple[tuple[Expression, Expression | None], ...]
    body: Block
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Handler(Operation):
    """One `except` of a `try`."""

    type: Expression | None
    name: str | None
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Try(Statement):
    """A `try` statement."""

    body: Block
    handlers: tuple[Handler, ...]
    otherwise: Block
    final: Block


@dataclass(frozen=True, slots=True, eq=False)
class Case(Operation):
    """One case of a `match`."""

    pattern: Pattern
    guard: Expression | None
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Match(Statement):
    """A `match` statement."""

    subject: Expression
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Import(Statement):
    """An import: local names with the qualified names that they stand for."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outer(Statement):
    """A `global` or `nonlocal` statement."""

    names: tuple[str, ...]
    is_global: bool


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Operation):
    """A parameter: `kind` is `positional`, `any`, `keyword`, `arguments` (`*args`) or `keywords` (`**kwargs`)."""

    name: str
    kind: str
    default: Expression | None
    annotation: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class Function(Operation):
    """A function or lambda with its body; `bound` has the names that it binds itself."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    decorators: tuple[Expression, ...]
    returns: Expression | None
    bound: frozenset[str]
    is_generator: bool
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Class(Operation):
    """A class with its body."""

    name: str
    bases: tuple[Expression, ...]
    keywords: tuple[tuple[str | None, Expression], ...]
    body: Block
    decorators: tuple[Expression, ...]
    at: At


@dataclass(frozen=True, slots=True, eq=False)
class Define(Statement):
    """The definition of a function or class."""

    definition: Function | Class


@dataclass(frozen=True, slots=True, eq=False)
class Chunk(Statement):
    """Statements of another chunk, whose positions count from that many lines further down."""

    lines: int
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Havoc(Statement):
    """A place where anything may have happened to these names: broken source, or what is nested too deeply."""

    names: frozenset[str]
