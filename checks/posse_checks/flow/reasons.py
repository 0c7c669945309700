"""Why data at a sink is harmless, in words."""

from __future__ import annotations

from collections.abc import Sequence

from posse_checks.flow.kinds import EVERY
from posse_checks.flow.values import Taint, Value


def reason_for(values: Sequence[Value], taints: tuple[Taint, ...], kind: int) -> str:
    """The reason why values with these taints are harmless for a kind of sink."""
    if taints and any(taint.clean & kind and taint.clean != EVERY for taint in taints):
        return "the data from outside is checked or escaped for this use"
    if all(value.is_constant for value in values):
        return "the value is constant"
    return "every part is a constant, a number or chosen from constants"
