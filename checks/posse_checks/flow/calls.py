"""Calls: the callee, whether it is a sink, and the result."""

from __future__ import annotations

import re

from posse_checks.flow import containers, expressions, headers, kinds, text
from posse_checks.flow import operations as ops
from posse_checks.flow.catalogue.request_sources import MULTIDICT
from posse_checks.flow.catalogue.rows import Sink
from posse_checks.flow.cleaning import path_of
from posse_checks.flow.library import MODELS, SPECIAL_SINKS, CallSite, never_returns
from posse_checks.flow.machine import Arguments, Machine, Unreachable
from posse_checks.flow.methods import method_result
from posse_checks.flow.receivers import is_evident, without_claim
from posse_checks.flow.state import State
from posse_checks.flow.values import ANYTHING, OUTSIDE, UNKNOWN, Taint, Value, merge_taints, named

_CLEANS = ("escape", "sanit", "clean", "valid", "quote", "safe", "strip_tags", "encode", "hash", "encrypt", "slug")
"""Parts of names of functions that do something unknown for safety."""
_WRAPS = re.compile(r"wrap|request", re.IGNORECASE)
_ASKS_CLIENT = re.compile(r"^get_?.*(?:param|form|query|header|cookie|arg|body|json|field|value)", re.IGNORECASE)
"""Methods of a wrapper of a request that return what the client sent."""
_LOOKS_UP = (
    *("get", "find", "load", "fetch", "create", "is_", "has_", "count", "filter", "exists", "query", "save", "delete"),
    *("update", "select", "check", "verify", "lookup", "search", "read", "open", "send", "make_", "render", "len"),
)
"""Prefixes of names of functions that return something other than their argument."""
_HARMLESS_TYPES = frozenset({"str", "bytes", "int", "float", "bool", "list", "dict", "set", "tuple", "re.Pattern"})


def call(machine: Machine, operation: ops.Call, state: State) -> Value:
    """The result of a call; its arguments are judged if it is a sink."""
    function = operation.function
    receiver: Value | None = None
    method = ""
    if isinstance(function, ops.Attribute):
        receiver = machine.evaluate(function.value, state)
        method = function.name
        qualified = f"{receiver.name or receiver.type}.{method}" if receiver.name or receiver.type else ""
        callee = None
    else:
        callee = machine.evaluate(function, state)
        qualified = callee.name
    arguments = _arguments(machine, operation, state)
    site = CallSite(operation, qualified, method, receiver, arguments, state, operation.at)
    if never_returns(qualified):
        raise Unreachable
    if receiver is not None and isinstance(function, ops.Attribute):
        cell = state.cell(receiver)
        owned = receiver.code is not None or (cell is not None and cell.kind not in containers.BUILT_IN)
        if owned:
            callee = expressions.attribute_of(machine, receiver, method, state, function.at)
        elif receiver.name:
            other = machine.elsewhere(named(qualified))
            callee = other if other.code is not None else None
    _judge(machine, site, callee)
    result = _result(machine, site, callee)
    if state.facts and result.taints:
        facts = state.facts.get(path_of(operation) or "")
        if facts:
            result = result.cleaned(facts)
    return result


def _arguments(machine: Machine, operation: ops.Call, state: State) -> Arguments:
    positional: list[Value] = []
    has_stars = False
    for index, argument in enumerate(operation.arguments):
        value = machine.evaluate(argument, state)
        if index in operation.stars:
            cell = state.cell(value)
            if cell is not None and cell.rest is None and cell.kind in ("list", "tuple"):
                positional += cell.entries.values()
                continue
            has_stars = True
            value = containers.iterated(machine, value, state)
        positional.append(value)
    keywords: dict[str, Value] = {}
    for name, operand in operation.keywords:
        value = machine.evaluate(operand, state)
        if name is not None:
            keywords[name] = value
            continue
        cell = state.cell(value)
        if cell is not None and cell.kind == "dict" and cell.rest is None:
            keywords |= {key: entry for key, entry in cell.entries.items() if isinstance(key, str)}
        else:
            has_stars = True
            keywords["**"] = value
    return Arguments(positional, keywords, has_stars)


# -- sinks


def _judge(machine: Machine, site: CallSite, callee: Value | None) -> None:
    catalogue = machine.catalogue
    if site.method in headers.METHODS:
        headers.headers_called(machine, site)
    sinks = catalogue.sinks.get(site.qualified)
    if sinks is None and site.method in catalogue.method_sinks and _may_be_library(site, callee):
        sinks = catalogue.method_sinks[site.method]
    if sinks:
        for sink in sinks:
            judge_sink(machine, site, sink)
    elif "shell" in site.arguments.keywords and site.arguments.positional:
        machine.sink(kinds.COMMAND, site.at, [site.arguments.positional[0]], site.state, "a command", reports=False)


def _may_be_library(site: CallSite, callee: Value | None) -> bool:
    receiver = site.receiver
    if receiver is None or receiver.is_constant or receiver.type in _HARMLESS_TYPES:
        return False
    return callee is None or callee.code is None


def _argument(site: CallSite, key: int | str) -> Value | None:
    return site.receiver if key == "receiver" else site.arguments.get(key)


def judge_sink(machine: Machine, site: CallSite, sink: Sink) -> None:
    """Judge the arguments that matter to a sink."""
    special = None if sink.is_evidence else SPECIAL_SINKS.get(sink.name)
    harmless = ""
    values: list[Value] | None
    if special is not None:
        values, harmless = special(machine, site)
        if values is None:
            return
    else:
        values = [value for key in sink.arguments if (value := _argument(site, key)) is not None]
        if site.arguments.has_stars:
            values = site.arguments.every()
        if not values and sink.arguments:
            return
    if sink.kind == kinds.LOG:
        values = [value for value in values if value.type != MULTIDICT]
    if not is_evident(machine, site, sink):
        values = [without_claim(value, site.state) for value in values]
    name = site.qualified or site.method
    what = f"{kinds.name_of(sink.kind)}: `{name.rpartition('.')[2]}()`"
    reports = not sink.is_evidence
    machine.sink(sink.kind, site.at, values, site.state, what, reports=reports, harmless=harmless)


# -- results


def _result(machine: Machine, site: CallSite, callee: Value | None) -> Value:
    state, arguments, qualified = site.state, site.arguments, site.qualified
    receiver = site.receiver
    if callee is not None and callee.code is not None:
        result = machine.call(callee.code, arguments, state, site.at)
        if result is not None:
            return result
        return _unknown_call(machine, site, "")
    model = MODELS.get(qualified) if qualified else None
    if model is not None:
        result = model(machine, site)
        if result is not None:
            return result
    if receiver is not None:
        result = method_result(machine, site)
        if result is not None:
            return result
    catalogue = machine.catalogue
    if qualified:
        source = catalogue.sources.get(qualified)
        if source is not None:
            return machine.source(site.at, f"`{source.what}`", source.level, source.clean, source.type)
        sanitizer = catalogue.sanitizers.get(qualified)
        if sanitizer is not None:
            value = text.mixed(arguments.every(), state, type=sanitizer.type)
            return value.cleaned(sanitizer.clean)
        maker = catalogue.makers.get(qualified)
        if maker is not None:
            return Value(type=maker)
        if qualified in catalogue.passers:
            step = machine.step(site.at, f"`{qualified}()`")
            return text.mixed([*arguments.every(), *_own(receiver)], state, step)
    if receiver is not None and receiver.type == "RequestWrapper" and _ASKS_CLIENT.search(site.method):
        return machine.source(site.at, f"`{site.method}()` of what wraps the request")
    if site.method in catalogue.method_sources and receiver is not None and _may_be_library(site, callee):
        row = catalogue.method_sources[site.method]
        return machine.source(site.at, f"`{row.what}`", row.level, row.clean, row.type)
    if site.method in catalogue.method_makers and _may_be_library(site, callee):
        return machine.unknown().but(type=catalogue.method_makers[site.method])
    return _unknown_call(machine, site, qualified)


def _own(receiver: Value | None) -> list[Value]:
    return [] if receiver is None or receiver.name else [receiver]


def _unknown_call(machine: Machine, site: CallSite, qualified: str) -> Value:
    """The result of an unknown function: unknown, unless text is passed to it and returned."""
    state = site.state
    values = [*site.arguments.every(), *_own(site.receiver)]
    for value in values:
        if value.cell:
            containers.forget(value, state)
    name = (qualified or site.method).rpartition(".")[2].lower()
    if any(value.type.endswith(".Request") for value in values) and _WRAPS.search(name):
        return Value((Taint(UNKNOWN, ()),), type="RequestWrapper", identity=machine.new_identity())
    taints = merge_taints(*[state.contents(value) for value in values])
    worst = [taint for taint in taints if taint.level > UNKNOWN]
    passes = (
        bool(worst)
        and qualified not in machine.catalogue.sinks
        and not any(word in name for word in _CLEANS)
        and _hands_through(site, qualified)
    )
    if passes:
        step = machine.step(site.at, f"`{site.method or qualified.rpartition('.')[2]}()`")
        is_mapping = any(value.type == MULTIDICT for value in values)
        mixed = text.mixed(values, state, step, type=MULTIDICT if is_mapping else "")
        return mixed.but(taints=merge_taints(mixed.taints, ANYTHING.taints), identity=machine.new_identity())
    return Value((Taint(UNKNOWN, ()),), identity=machine.new_identity())


def _hands_through(site: CallSite, qualified: str) -> bool:
    """Whether an unknown function most likely returns its argument: methods of tainted values that do no look-up."""
    receiver = site.receiver
    if receiver is not None and not receiver.name and receiver.type in ("", MULTIDICT):
        return any(taint.level == OUTSIDE for taint in receiver.taints)
    arguments = site.arguments
    if "." not in qualified or len(arguments.positional) != 1 or arguments.keywords or arguments.has_stars:
        return False
    last = qualified.rpartition(".")[2]
    return last[:1].islower() and not last.startswith(_LOOKS_UP) and not arguments.positional[0].cell
