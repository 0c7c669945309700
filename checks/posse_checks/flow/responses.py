"""Responses, headers and sessions: what is returned to a client, and what is stored for later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from posse_checks.flow import kinds
from posse_checks.flow import operations as ops
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.containers import store_attribute
from posse_checks.flow.headers import is_html, judge_header, judge_headers, set_content_type
from posse_checks.flow.machine import Machine
from posse_checks.flow.receivers import without_claim
from posse_checks.flow.scanning import walk
from posse_checks.flow.site import CallSite
from posse_checks.flow.state import Cell, State
from posse_checks.flow.values import Value, constant


class ResponseClass(NamedTuple):
    """How a framework creates a response: the arguments for body and type, and whether HTML is the default."""

    body: tuple[int | str, ...]
    content_type: tuple[int | str, ...]
    is_html: bool
    judged_at_call: bool
    headers: tuple[int | str, ...] = ("headers",)


RESPONSES = {
    "flask.Response": ResponseClass((0, "response"), ("mimetype", "content_type"), True, False, (2, "headers")),
    "flask.make_response": ResponseClass((0,), (), True, False),
    "flask.Flask.make_response": ResponseClass((0,), (), True, False),
    "quart.Quart.make_response": ResponseClass((0,), (), True, False),
    "quart.Response": ResponseClass((0, "response"), ("mimetype", "content_type"), True, False, (2, "headers")),
    "quart.make_response": ResponseClass((0,), (), True, False),
    "werkzeug.wrappers.Response": ResponseClass((0, "response"), ("mimetype", "content_type"), False, False),
    "django.http.HttpResponse": ResponseClass((0, "content"), (1, "content_type"), True, True),
    "django.http.StreamingHttpResponse": ResponseClass((0, "streaming_content"), (1, "content_type"), True, True),
    "starlette.responses.HTMLResponse": ResponseClass((0, "content"), (), True, True),
    "starlette.responses.Response": ResponseClass((0, "content"), ("media_type",), False, True),
    "fastapi.responses.HTMLResponse": ResponseClass((0, "content"), (), True, True),
    "fastapi.responses.Response": ResponseClass((0, "content"), ("media_type",), False, True),
    "fastapi.Response": ResponseClass((0, "content"), ("media_type",), False, True),
    "aiohttp.web.Response": ResponseClass(("text", "body"), ("content_type",), False, True),
    "bottle.HTTPResponse": ResponseClass((0, "body"), ("content_type",), True, False),
    **{
        f"{module}.{name}": row
        for module in ("sanic", "sanic.response")
        for name, row in {
            "html": ResponseClass((0, "body"), (), True, True),
            "text": ResponseClass((0, "body"), ("content_type",), False, True),
            "raw": ResponseClass((0, "body"), ("content_type",), False, True),
            "json": ResponseClass((), (), False, True),
            "HTTPResponse": ResponseClass((0, "body"), ("content_type",), False, True),
        }.items()
    },
    **{
        f"aws_lambda_powertools.event_handler.{name}": ResponseClass((2, "body"), (1, "content_type"), False, True)
        for name in ("Response", "api_gateway.Response")
    },
    "chalice.Response": ResponseClass((0, "body"), (), False, True),
}  # fmt: skip


def made(machine: Machine, site: CallSite) -> Value | None:
    """A response as an instance with its body and type; a body of known type is judged at once."""
    row = RESPONSES[site.qualified]
    body = _argument(site, row.body)
    if site.qualified.endswith("make_response") and body is not None:
        cell = site.state.cell(body)
        if cell is not None and cell.kind in ("response", "tuple"):
            return body
    html = _says_html(site, row)
    headers = _argument(site, row.headers)
    if headers is not None:
        judge_headers(machine, headers, site.at, site.state)
    number = machine.new_cell()
    if body is not None and html and row.judged_at_call:
        machine.frame.responses.append(
            (number, machine.place(site.at), f"HTML: `{site.qualified.rpartition('.')[2]}()`")
        )
    entries: dict[object, Value] = {"body": body or constant(""), "html": constant(html)}
    if row.judged_at_call:
        entries["judged"] = constant(True)
    site.state.put(number, Cell("response", entries))
    return Value(type=site.qualified if not site.qualified.endswith("make_response") else "flask.Response", cell=number)


def judge_made(machine: Machine, ends: Sequence[State]) -> None:
    """Judge the responses that the function under way has made, with the types that they have where it ends."""
    base = machine.frame.base
    for number, place, what in machine.frame.responses:
        at = (place[0] - base, place[1], place[2] - base, place[3])
        for end in ends:
            cell = end.cell(Value(cell=number))
            if cell is not None and cell.kind == "response" and _is_page(cell):
                machine.sink(kinds.XSS, at, [cell.entries["body"]], end, what)


def _is_page(response: Cell) -> bool:
    """Whether a response is HTML as far as is known."""
    given = next((response.entries[key] for key in ("mimetype", "content_type") if key in response.entries), None)
    if given is not None and given.text is not None:
        return is_html(given.text)
    flag = response.entries.get("html")
    return flag is not None and bool(flag.constant)


def _argument(site: CallSite, keys: tuple[int | str, ...]) -> Value | None:
    return next((value for key in keys if (value := site.arguments.get(key)) is not None), None)


def _says_html(site: CallSite, row: ResponseClass) -> bool:
    given = _argument(site, row.content_type)
    if given is None:
        headers = _argument(site, row.headers)
        cell = site.state.cell(headers) if headers is not None else None
        if cell is not None:
            given = next((v for k, v in cell.entries.items() if str(k).lower() == "content-type"), None)
    if given is not None and given.name.endswith(".TEXT_HTML"):
        return True
    if given is None or given.text is None:
        return row.is_html
    return is_html(given.text)


CONTENT_TYPE = "<content type>"
"""The name under which a handler, or the function that answers, stores the type of its response."""
_HTML, _OTHER, _EITHER = (Value(type=f"content type {name}") for name in ("HTML", "other", "unknown"))


def typed(content_type: Value) -> Value:
    """The stored type of a response."""
    if content_type.text is None:
        return _EITHER
    return _HTML if is_html(content_type.text) else _OTHER


def as_written(body: Value, kept: Value | None, state: State) -> Value | None:
    """The part of a body to judge, given the stored type: None if that is not HTML."""
    if kept is None or kept.type not in (_OTHER.type, _EITHER.type):
        return body
    return None if kept.type == _OTHER.type else without_claim(body, state)


def header_set(machine: Machine, site: CallSite) -> Value:
    """Judge a header that a method sets, of a handler or of the response that a function is about to return."""
    name, value = site.arguments.get(0, "name"), site.arguments.get(1, "value")
    receiver = site.receiver
    if name is not None and name.text is not None and name.text.lower() == "content-type" and value is not None:
        if receiver is not None and receiver.cell:
            store_attribute(machine, receiver, CONTENT_TYPE, typed(value), site.state)
        else:
            site.state.bind(CONTENT_TYPE, typed(value))
    return constant(None)


def written_type(machine: Machine, handler: Value, state: State) -> Value | None:
    """The stored type of a handler's output: set in the function, or by a method that runs before it."""
    cell = state.cell(handler)
    kept = cell.entries.get(CONTENT_TYPE) if cell is not None else None
    if kept is not None or not isinstance(handler.code, ClassCode):
        return kept
    for name in ("prepare", "initialize", "set_default_headers"):
        method = handler.code.find(name)
        if method is None or not isinstance(method.code, FunctionCode):
            continue
        machine.reads.add(method.code.place)
        for item in walk(method.code.function.body):
            machine.spend(1)
            if isinstance(item, ops.Call) and _sets_type(item):
                return typed(machine.evaluate(item.arguments[1], state))
    return None


def _sets_type(call: ops.Call) -> bool:
    """Whether a call is `self.set_header("Content-Type", ...)`."""
    if not isinstance(call.function, ops.Attribute) or call.function.name != "set_header" or len(call.arguments) != 2:
        return False
    name = call.arguments[0]
    return isinstance(name, ops.Literal) and isinstance(name.value, str) and name.value.lower() == "content-type"


def returned(machine: Machine, value: Value, at: ops.At, state: State) -> None:
    """Judge what a view returns: text is HTML, containers become JSON."""
    cell = state.cell(value)
    body: Value | None = value
    if machine.frame.view == "lambda":
        if cell is not None and cell.kind == "dict":
            _answered(machine, cell, at, state)
        return
    if cell is not None and cell.kind == "tuple":
        body = cell.entries.get(0)
        for other in cell.entries.values():
            headers = state.cell(other)
            if headers is not None and headers.kind == "dict":
                judge_headers(machine, other, at, state)
                kind = next((v for k, v in headers.entries.items() if str(k).lower() == "content-type"), None)
                if kind is not None and kind.text is not None and not is_html(kind.text):
                    return
        cell = state.cell(body) if body is not None else None
    if body is None:
        return
    if cell is not None:
        if cell.kind != "response":
            if cell.kind == "list":  # a generator or list of parts of a page
                machine.sink(kinds.XSS, at, [body], state, "HTML: returned by a view", reports=False)
            return
        if "judged" in cell.entries or not _is_page(cell):
            return
        body = cell.entries.get("body", body)
    if body.type not in ("", "str", "bytes"):
        return
    judged = as_written(body, state.env.get(CONTENT_TYPE), state)
    if judged is not None:
        machine.sink(kinds.XSS, at, [judged], state, "HTML: returned by a view")


def _answered(machine: Machine, answer: Cell, at: ops.At, state: State) -> None:
    """Judge the response of an AWS Lambda function: its headers, and its body if they declare HTML."""
    headers = answer.entries.get("headers")
    cell = state.cell(headers) if headers is not None else None
    if headers is None or cell is None:
        return
    judge_headers(machine, headers, at, state)
    kind = next((value for key, value in cell.entries.items() if str(key).lower() == "content-type"), None)
    body = answer.entries.get("body")
    if body is not None and kind is not None and kind.text is not None and is_html(kind.text):
        machine.sink(kinds.XSS, at, [body], state, "HTML: returned by a view")


def stored(
    machine: Machine, target: ops.Attribute | ops.Subscript, base: Value, key: Value | None, value: Value, state: State
) -> None:
    """Judge a value stored in a session, a header or an attribute of a response."""
    at = target.at
    if isinstance(target, ops.Attribute):
        if target.name == "location" and _is_response(base, state):
            machine.sink(kinds.REDIRECT, at, [value], state, "header `Location`")
        elif target.name in ("content_type", "mimetype") and base.type == "bottle.Response":
            state.bind(CONTENT_TYPE, typed(value))
        return
    assert key is not None
    if base.type == "Session":
        machine.sink(kinds.TRUST, at, [value, key], state, "session")
        return
    holder = target.value
    if isinstance(holder, ops.Attribute) and holder.name == "headers" and not base.type.endswith("Session"):
        name = key.text or ""
        owner = machine.evaluate(holder.value, state)
        if not owner.name.startswith(("requests", "httpx")) and not owner.type.startswith(("requests", "httpx")):
            judge_header(machine, name, value, at, state)
            set_content_type(owner, name, value, state)
            if owner.type == "bottle.Response" and name.lower() == "content-type":
                state.bind(CONTENT_TYPE, typed(value))
    elif base.type.startswith("django.http."):
        judge_header(machine, key.text or "", value, at, state)
        set_content_type(base, key.text or "", value, state)


def _is_response(base: Value, state: State) -> bool:
    cell = state.cell(base)
    return cell is not None and cell.kind == "response"
