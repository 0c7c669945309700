"""The effect of an edit on operations: none, on bodies of functions alone, or on more."""

from __future__ import annotations

from posse_checks.flow import operations as ops


class Difference:
    """Compares blocks before and after an edit, position by position.

    Two functions match if all that is evaluated where they are defined is the same. `functions` and `classes` have the
    definitions that match with what they have become; `changed` the functions whose bodies have changed.
    """

    def __init__(self) -> None:
        self.functions: dict[ops.Function, ops.Function] = {}
        self.classes: dict[ops.Class, ops.Class] = {}
        self.changed: list[tuple[ops.Function, ops.Function]] = []

    def matches(self, one: object, other: object) -> bool:
        """Whether operations are the same except for bodies of functions."""
        if one is other:
            return True
        if one.__class__ is not other.__class__:
            return False
        if isinstance(one, tuple) and isinstance(other, tuple):
            return len(one) == len(other) and all(map(self.matches, one, other))
        if isinstance(one, ops.Chunk) and isinstance(other, ops.Chunk):
            return one.lines == other.lines and self.matches(one.body, other.body)
        if isinstance(one, ops.Define) and isinstance(other, ops.Define):
            return self._definitions(one.definition, other.definition)
        if isinstance(one, ops.Operation) and isinstance(other, ops.Operation):
            return all(map(self.matches, one.fields(), other.fields()))
        return one == other

    def _definitions(self, one: ops.Function | ops.Class, other: ops.Function | ops.Class) -> bool:
        if isinstance(one, ops.Class) and isinstance(other, ops.Class):
            self.classes[one] = other
            return _begins_alike(one, other) and all(
                self.matches(getattr(one, name), getattr(other, name))
                for name in ("bases", "keywords", "decorators", "body")
            )
        if not isinstance(one, ops.Function) or not isinstance(other, ops.Function) or not _begins_alike(one, other):
            return False
        if not all(
            self.matches(getattr(one, name), getattr(other, name)) for name in ("parameters", "decorators", "returns")
        ):
            return False
        self.functions[one] = other
        if not Difference().is_none(one, other):
            self.changed.append((one, other))
        return True

    def is_none(self, one: ops.Function, other: ops.Function) -> bool:
        """Whether the bodies of two functions are the same."""
        same = one.bound == other.bound and one.is_generator == other.is_generator and one.at == other.at
        return same and self.matches(one.body, other.body) and not self.changed


def _begins_alike(one: ops.Function | ops.Class, other: ops.Function | ops.Class) -> bool:
    return one.name == other.name and one.at[:2] == other.at[:2]
