"""Which names a block of operations binds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from posse_checks.flow import operations as ops


class Bound(NamedTuple):
    """What a block binds, nested functions left out: names, those that it declares global, whether it yields."""

    names: frozenset[str] = frozenset()
    outer: frozenset[str] = frozenset()
    yields: bool = False

    @property
    def local(self) -> frozenset[str]:
        """The names of a function with this block."""
        return self.names - self.outer

    def joined(self, *others: Bound) -> Bound:
        """What several blocks of a function bind."""
        return Bound(
            self.names.union(*[other.names for other in others]),
            self.outer.union(*[other.outer for other in others]),
            self.yields or any(other.yields for other in others),
        )


def bound_in(body: ops.Block) -> Bound:
    """What a block binds."""
    names: set[str] = set()
    outer: set[str] = set()
    yields = False
    pending: list[object] = [*body]
    while pending:
        item = pending.pop()
        match item:
            case ops.Define(definition=definition):
                names.add(definition.name)
                continue
            case ops.Lambda() | ops.Literal() | ops.Name():
                continue
            case ops.Import(names=imported):
                names.update(local for local, _ in imported)
            case ops.Outer(names=others):
                outer.update(others)
            case ops.Yield():
                yields = True
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
        pending += item if isinstance(item, tuple) else item.fields() if isinstance(item, ops.Operation) else ()
    return Bound(frozenset(names), frozenset(outer), yields)


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
