"""Operations that change the state or the flow of control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posse_checks.flow.operation import At, Block, Expression, Operation, Pattern, Statement


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
    """A place where anything may have happened to these names, or to all: what is broken, or nested too deeply."""

    names: frozenset[str] | None


def statements_of(body: Block) -> Iterator[Statement]:
    """The statements of a block, those of its chunks among them."""
    for statement in body:
        if isinstance(statement, Chunk):
            yield from statements_of(statement.body)
        else:
            yield statement
