"""The names that a block of operations binds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from posse_checks.flow import operations as ops


class Bound(NamedTuple):
    """The bindings of a block, without nested functions: names, names declared global, whether it yields."""

    names: frozenset[str] = frozenset()
    outer: frozenset[str] = frozenset()
    yields: bool = False

    @property
    def local(self) -> frozenset[str]:
        """The names of a function with this block."""
        return self.names - self.outer

    def joined(self, *others: Bound) -> Bound:
        """The bindings of several blocks of a function."""
        return Bound(
            self.names.union(*[other.names for other in others]),
            self.outer.union(*[other.outer for other in others]),
            self.yields or any(other.yields for other in others),
        )


_LEAVES = frozenset({ops.Lambda, ops.Literal, ops.Name, ops.Opaque, ops.Leave})
"""Operations that bind nothing, or nothing for the block."""
_BINDERS = frozenset(
    {
        *(
            ops.Define,
            ops.Import,
            ops.Outer,
            ops.Yield,
            ops.Walrus,
            ops.Handler,
            ops.CapturePattern,
            ops.MappingPattern,
        ),
        *(ops.Bind, ops.Augment, ops.Loop, ops.With),
    }
)


def bound_in(body: ops.Block) -> Bound:
    """The bindings of a block."""
    names: set[str] = set()
    outer: set[str] = set()
    yields = False
    pending: list[object] = [*body]
    for item in pending:  # which grows
        cls = item.__class__
        if cls is tuple:
            pending += item  # type: ignore[arg-type]
        elif cls in _LEAVES or not isinstance(item, ops.Operation):
            continue
        else:
            if cls in _BINDERS:
                if isinstance(item, ops.Define):
                    names.add(item.definition.name)
                    continue
                yields = yields or cls is ops.Yield
                _bind(item, names, outer)
            pending += item.fields()
    return Bound(frozenset(names), frozenset(outer), yields)


def _bind(item: ops.Operation, names: set[str], outer: set[str]) -> None:
    """Add the names that an operation binds, or declares global."""
    match item:
        case ops.Import(names=imported):
            names.update(local for local, _ in imported)
        case ops.Outer(names=others):
            outer.update(others)
        case ops.Walrus(name=name) | ops.Handler(name=str(name)) | ops.CapturePattern(name=str(name)):
            names.add(name)
        case ops.MappingPattern(rest=str(name)):
            names.add(name)
        case ops.Bind(targets=targets):
            _targets(targets, names)
        case ops.Augment(target=target) | ops.Loop(target=target):
            _targets((target,), names)
        case ops.With(items=items):
            _targets([target for _, target in items if target is not None], names)


def _targets(targets: Iterable[ops.Expression], names: set[str]) -> None:
    pending = [*targets]
    while pending:
        target = pending.pop()
        if isinstance(target, ops.Name):
            names.add(target.id)
        elif isinstance(target, ops.Sequence):
            pending += target.elements
        elif isinstance(target, ops.Starred):
            pending.append(target.target)
