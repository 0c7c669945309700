"""A call with evaluated parts, as models of library functions receive it."""

from __future__ import annotations

from typing import NamedTuple

from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Arguments
from posse_checks.flow.state import State
from posse_checks.flow.values import Value


class CallSite(NamedTuple):
    """A call: the qualified name of the callee, the method and its receiver, and the arguments."""

    operation: ops.Call
    qualified: str
    method: str
    receiver: Value | None
    arguments: Arguments
    state: State
    at: ops.At
