"""A declared check as a value: its pattern, its message, its grades, its fixes and its examples."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from posse_checks.declared.automaton import Expression
from posse_checks.rule.finding import Level
from posse_checks.rule.fix import Safety

Plain = str | int | float | bool | None
"""A value that a configuration and a literal of the program may both have."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal of the program with this value, which is of the same type."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the program that stands for one of these qualified names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """A string literal in which an expression occurs."""

    expression: Expression


class Nature(enum.Enum):
    """Whether an argument is a literal, regardless of its value."""

    LITERAL = "literal"
    """A literal constant."""
    COMPUTED = "computed"
    """Anything else: a variable, a call, a formatted string."""


Alternative = Literal | Named | Fitting | Nature


@dataclass(frozen=True, slots=True)
class Value:
    """The accepted values of an argument; without any, every value is accepted."""

    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """The definitions around a node: one with this name, or with this decorator."""

    functions: tuple[str, ...] = ()
    """Names of functions and methods, at any distance."""
    classes: tuple[str, ...] = ()
    decorated_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of a check, at one position: all given conditions must hold.

    Names are qualified, such as `os.path.join`; `*.execute` stands for those that end so, `os.*` for those that begin
    so.
    """

    call: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    string: Expression | None = None
    decorated_by: tuple[str, ...] = ()
    class_of: tuple[str, ...] = ()
    attribute: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()

    keyword: tuple[tuple[str, Value], ...] = ()
    position: tuple[tuple[int, Value], ...] = ()
    without: tuple[str | int, ...] = ()
    """Keywords and positions that the call does not have."""
    value: Value | None = None
    """The value that is assigned."""
    module_imported: tuple[str, ...] = ()
    """Modules of which one has been imported so far."""
    inside: Around | None = None

    any: tuple[Pattern, ...] = ()
    all: tuple[Pattern, ...] = ()
    excluded: Pattern | None = None
    """What must not hold, under the key `not`."""


@dataclass(frozen=True, slots=True)
class FlowPattern:
    """Data that comes from a source to a sink, and through no sanitizer."""

    sources: tuple[str, ...]
    """Functions and attributes, in addition to Posse's own."""
    sinks: tuple[tuple[str, tuple[int | str, ...]], ...]
    """Functions, each with the positions and keywords that count."""
    sanitizers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredFix:
    """A change of the call that a check reports."""

    set: tuple[tuple[str, Literal | Named], ...] = ()
    """Keywords to set, each with its value."""
    add: tuple[tuple[str, Literal | Named], ...] = ()
    """Keywords to add where they are missing."""
    remove: tuple[str, ...] = ()
    """Keywords to remove."""
    rename: tuple[tuple[str, str], ...] = ()
    """Keywords to rename."""
    replace: str | None = None
    """The qualified name of the function to call instead."""
    title: str | None = None
    safety: Safety = Safety.REVIEW


@dataclass(frozen=True, slots=True)
class ExampleCode:
    """A program that a check must report, or must not report."""

    code: str
    line: int = field(default=0, compare=False)
    """The line of the file, from 0, at which it is declared."""


@dataclass(frozen=True, slots=True)
class DeclaredCheck:
    """A check that a configuration declares."""

    id: str
    name: str
    message: str
    """The message, with fields such as `{name}`."""
    pattern: Pattern | None
    flow: FlowPattern | None = None
    severity: Level = Level.MEDIUM
    confidence: Level = Level.MEDIUM
    cwe: int = 0
    """MITRE's number of the weakness; 0 if it is not given."""
    why: str = ""
    link: str = ""
    fix: DeclaredFix | None = None
    bad: tuple[ExampleCode, ...] = ()
    good: tuple[ExampleCode, ...] = ()
    path: str = field(default="", compare=False)
    """The file that declares it; empty for the configuration itself."""
    line: int = field(default=0, compare=False)
    """The line of that file, from 0."""
