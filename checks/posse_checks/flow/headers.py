"""Headers of responses: what is put into them, and the type that they give to a response."""

from __future__ import annotations

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.machine import Machine
from posse_checks.flow.site import CallSite
from posse_checks.flow.state import State
from posse_checks.flow.values import Value

METHODS = frozenset({"set", "add", "update", "setdefault", "add_header"})
"""The methods by which headers are put into a response."""


def is_html(content_type: str) -> bool:
    """Whether browsers read a content type as HTML, or as something else that runs scripts."""
    return any(kind in content_type.lower() for kind in ("html", "svg", "xml"))


def judge_headers(machine: Machine, headers: Value, at: ops.At, state: State) -> None:
    """Judge a dict of headers."""
    cell = state.cell(headers)
    if cell is None:
        return
    for name, value in cell.entries.items():
        judge_header(machine, str(name), value, at, state)


def judge_header(machine: Machine, name: str, value: Value, at: ops.At, state: State) -> None:
    """Judge one header."""
    kind = kinds.REDIRECT if name.lower() == "location" else kinds.HEADER
    machine.sink(kind, at, [value], state, f"header `{name}`")


def set_content_type(owner: Value, name: str, value: Value, state: State) -> None:
    """Keep the type that a header gives to a response."""
    cell = state.cell(owner)
    if cell is not None and cell.kind == "response" and name.lower() == "content-type":
        state.put(owner.cell, cell._replace(entries={**cell.entries, "content_type": value}))


def headers_called(machine: Machine, site: CallSite) -> None:
    """Judge what a method of a response's headers puts there."""
    function = site.operation.function
    if not isinstance(function, ops.Attribute) or not isinstance(function.value, ops.Attribute):
        return
    if function.value.name != "headers":
        return
    owner = machine.evaluate(function.value.value, site.state)
    cell = site.state.cell(owner)
    if cell is None or cell.kind != "response":
        return
    first, second = site.arguments.get(0), site.arguments.get(1)
    given = site.state.cell(first) if first is not None and site.method == "update" else None
    pairs = [(str(name), value) for name, value in given.entries.items()] if given is not None else []
    if first is not None and first.text is not None and second is not None:
        pairs.append((first.text, second))
    for name, value in pairs:
        judge_header(machine, name, value, site.at, site.state)
        set_content_type(owner, name, value, site.state)
