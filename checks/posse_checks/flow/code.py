"""Functions, classes and bound methods of the program as values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posse_checks.flow import operations as ops

if TYPE_CHECKING:
    from posse_checks.flow.values import Value


class OtherModule:
    """Another module of the workspace: its path, and what its own statements bind. Containers there are not known."""

    __slots__ = ("file", "globals", "mutable")

    def __init__(self, file: str) -> None:
        self.file = file
        self.globals: Mapping[str, Value] = {}
        self.mutable: frozenset[str] = frozenset()


class Others(ABC):
    """The other modules of the workspace, as far as they are known to a module."""

    @abstractmethod
    def value(self, name: str, file: str | None) -> Value | None:
        """What a qualified name stands for that a file imports, by default the module's own; None if not known."""


class FunctionCode:
    """A function of the program: its operations and what surrounds its definition. Equal to itself alone.

    An edit of a body alone replaces `function`, so that what refers to the function still holds.
    """

    __slots__ = ("base", "frame", "function", "is_known", "module", "outer")

    def __init__(
        self, function: ops.Function, base: int, outer: Mapping[str, Value], frame: int, *, is_known: bool = True
    ) -> None:
        self.function = function
        self.base = base
        """Number of lines before its chunk."""
        self.outer = outer
        """The names of the enclosing functions."""
        self.frame = frame
        """The run of the enclosing function, 0 at module level."""
        self.is_known = is_known
        """Whether calling it runs its body: an unknown decorator may do anything."""
        self.module: OtherModule | None = None
        """The module that it is in, if that is another one."""

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of its definition, which identify it in the module."""
        return self.base + self.function.at[0], self.function.at[1]


class ClassCode:
    """A class of the program: what its body binds. Equal to itself alone; see `FunctionCode` for `definition`."""

    __slots__ = ("attributes", "base", "bases", "definition", "is_elsewhere", "is_known", "name")

    def __init__(
        self,
        name: str,
        bases: tuple[Value, ...],
        attributes: Mapping[str, Value],
        base: int,
        definition: ops.Class,
        *,
        is_known: bool = True,
    ) -> None:
        self.name = name
        self.bases = bases
        self.attributes = attributes
        self.base = base
        self.definition = definition
        self.is_known = is_known
        self.is_elsewhere = False
        """Whether it is in another module."""

    def find(self, name: str) -> Value | None:
        """An attribute of the class or of its base classes in this file."""
        pending, seen = [self], 0
        while pending and seen < 16:
            cls = pending.pop(0)
            seen += 1
            if name in cls.attributes:
                return cls.attributes[name]
            pending += [base.code for base in cls.bases if isinstance(base.code, ClassCode)]
        return None

    def ancestors(self) -> tuple[str, ...]:
        """The qualified names of its base classes outside the file."""
        pending, names = [self], []
        for cls in pending:  # which grows
            for base in cls.bases:
                if isinstance(base.code, ClassCode) and len(pending) < 16:
                    pending.append(base.code)
                elif base.name:
                    names.append(base.name)
        return tuple(names)

    def inherits_unknown(self) -> bool:
        """Whether it has a base class that is not in this file."""
        pending = [self]
        while pending:
            cls = pending.pop()
            for base in cls.bases:
                if isinstance(base.code, ClassCode):
                    pending.append(base.code)
                elif base.name != "object":
                    return True
            if len(pending) > 16:
                return True
        return False


@dataclass(frozen=True, slots=True, eq=False)
class MethodCode:
    """A method with the value that it is bound to."""

    function: FunctionCode
    receiver: Value


Code = FunctionCode | ClassCode | MethodCode
