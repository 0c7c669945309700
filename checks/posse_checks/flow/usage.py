"""The use of a constant or a random number: as a secret, or for something that is not worth guessing.

Goes by names: of what the value is bound to, of keywords and functions that it is handed to, of the function that
returns it. Where names say neither, nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.flow import operations as ops
from posse_checks.flow import secret_shapes

_SECRET = re.compile(
    r"token|secret|passw|passphrase|pwd|api_?key|session|csrf|xsrf|nonce|otp\b|_otp|otp_|\bpin\b|salt|signature|"
    r"credential|private_?key|encryption|auth(?!or)|verification|reset_code|activation|invite|voucher|captcha|jwt|hmac"
)
_HARMLESS = re.compile(
    r"sleep|delay|jitter|backoff|wait|timeout|interval|colou?r|shuffle|noise|weight|position|temperature|shard|bucket|"
    r"retry|retries|speed|angle|probab|plot|dummy|fake|mock|demo|sample|test|seed|simulat|mutat|augment|width|height|"
    r"etag|cache|checksum|finger_?print|dedup|gravatar|avatar|revision|content_hash|file_hash|md5sum|slug|suffix|"
    r"partition|cardinality|perturb|latency|percent|ratio|offset|coord|row|dice|roll|card|player|enemy|greet|quote|joke"
)
_MARK = re.compile(r"boundary|delimiter|separator|placeholder|marker")
"""What a value may be that is unlikely elsewhere in a text, without being a secret."""
_WHO = {"login", "user", "username", "user_name", "email", "host", "hostname", "dsn"}
"""Keywords beside which a password is one."""
_MOST_USES = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An operation with a position, and the operations around it."""

    operation: ops.Operation
    ancestors: tuple[ops.Operation, ...]
    line: int
    column: int


class Index:
    """The operations of a module with positions, by position; created once per module, on demand."""

    def __init__(self, body: ops.Block, around: Sequence[ops.Operation] = ()) -> None:
        self._body = body
        self._around = tuple(around)
        """The operations around the module, if it is only a part of one."""
        self._entries: dict[tuple[int, int], list[Entry]] | None = None

    def at(self, line: int, column: int) -> list[Entry]:
        """The calls and constants that begin at a position, the outermost first."""
        if self._entries is None:
            self._entries = {}
            for entry in _entries(self._body, self._around):
                self._entries.setdefault((entry.line, entry.column), []).append(entry)
        return self._entries.get((line, column), [])


def _entries(body: ops.Block, around: tuple[ops.Operation, ...]) -> Iterator[Entry]:
    pending: list[tuple[object, tuple[ops.Operation, ...], int]] = [(body, around, 0)]
    while pending:
        item, ancestors, base = pending.pop()
        if isinstance(item, tuple):
            pending += [(part, ancestors, base) for part in reversed(item)]
            continue
        if not isinstance(item, ops.Operation):
            continue
        if isinstance(item, (ops.Call, ops.Literal)):
            yield Entry(item, ancestors, item.at[0] + base, item.at[1])
        if isinstance(item, ops.Chunk):
            base += item.lines
        inner = (*ancestors[-24:], item)
        pending += [(part, inner, base) for part in item.fields() if isinstance(part, (tuple, ops.Operation))]


def judged(id: str, line: int, column: int, span: ops.At, index: Index) -> tuple[str, str]:
    """The verdict on a finding that has no flow from outside, and the reason."""
    wanted = ops.Call if id in ("B311", "B324") else ops.Literal
    places = [(line, column)] if id == "B105" else [(line, column), span[:2]]  # B105 is judged by the key of a value
    entries = [entry for place in places for entry in index.at(*place)]
    entries = [entry for entry in entries if isinstance(entry.operation, wanted)]
    if id == "B106" and not entries:
        entries = [entry for entry in index.at(line, column) if isinstance(entry.operation, ops.Call)]
    if not entries:
        return "unknown", ""
    entry = entries[-1]
    if id == "B108":
        return _temporary(entry)
    if id in ("B105", "B106", "B107"):
        return _password(id, entry)
    return _random_or_hash(id, entry)


# -- random numbers and hashes


def _random_or_hash(id: str, entry: Entry) -> tuple[str, str]:
    words = list(_words(entry))
    if id == "B324":
        words += [word for word in _names(entry.operation) if _SECRET.search(word)]
    is_mark = any(_MARK.search(word.lower()) for word in words)
    for word in words:
        if _SECRET.search(word.lower()):
            if is_mark:
                return "unknown", ""
            return "shown", f"the value is used as `{word}`"
    for word in words:
        if _HARMLESS.search(word.lower()):
            return "none", f"the value is used as `{word}`, which is not worth guessing"
    parent = entry.ancestors[-1] if entry.ancestors else None
    if id == "B311":
        if isinstance(parent, ops.Compare):
            return "none", "the number is only compared"
        if isinstance(parent, ops.Chain) and any(operator in ("Mult", "Sub", "Div") for operator, _ in parent.rest):
            return "none", "the number is only used in arithmetic"
        if isinstance(parent, ops.Evaluate):
            return "none", "the result is not used"
    return "unknown", ""


def _names(operation: object) -> Iterator[str]:
    """The names that an expression reads."""
    pending: list[object] = [operation]
    while pending:
        item = pending.pop()
        if isinstance(item, ops.Name):
            yield item.id
        elif isinstance(item, ops.Attribute):
            yield item.name
            pending.append(item.value)
        elif isinstance(item, tuple):
            pending += item
        elif isinstance(item, ops.Operation):
            pending += item.fields()


def _words(entry: Entry) -> Iterator[str]:
    """The names that show the use of a value."""
    child: ops.Operation = entry.operation
    function = next((item for item in reversed(entry.ancestors) if isinstance(item, ops.Function)), None)
    for item in reversed(entry.ancestors):
        if isinstance(item, ops.Call):
            for name, value in item.keywords:
                if value is child and name:
                    yield name
            if item.function is not child:
                yield from _called(item)
        elif isinstance(item, ops.Mapping):
            for key, value in item.items:
                if value is child and isinstance(key, ops.Literal):
                    yield str(key.value)
        elif isinstance(item, (ops.Bind, ops.Augment)):
            targets = item.targets if isinstance(item, ops.Bind) else (item.target,)
            for target in targets:
                yield from _target_words(target)
                if isinstance(target, ops.Name) and function is not None:
                    yield from _uses(target.id, function)
            return
        elif isinstance(item, ops.Return):
            if function is not None:
                yield function.name
            return
        elif isinstance(item, (ops.Function, ops.Class)):
            return
        child = item


def _called(call: ops.Call) -> Iterator[str]:
    function = call.function
    if isinstance(function, ops.Name):
        yield function.id
    elif isinstance(function, ops.Attribute):
        yield function.name


def _target_words(target: ops.Expression) -> Iterator[str]:
    if isinstance(target, ops.Name):
        yield target.id
    elif isinstance(target, ops.Attribute):
        yield target.name
    elif isinstance(target, ops.Subscript) and isinstance(target.key, ops.Literal):
        yield str(target.key.value)


def _uses(name: str, function: ops.Function) -> Iterator[str]:
    """The functions and keywords that a local name is passed to in its function."""
    count = 0
    pending: list[object] = [*function.body]
    while pending and count < _MOST_USES:
        item = pending.pop()
        if isinstance(item, ops.Call):
            if any(name in _names(argument) for argument in item.arguments):
                count += 1
                yield from _called(item)
            for keyword, value in item.keywords:
                if keyword and name in _names(value):
                    yield keyword
        elif isinstance(item, ops.Return) and item.value is not None and name in _names(item.value):
            yield function.name
        elif isinstance(item, ops.Bind) and item.value is not None and name in _names(item.value):
            for target in item.targets:
                yield from _target_words(target)
        if isinstance(item, tuple):
            pending += item
        elif isinstance(item, ops.Operation):
            pending += item.fields()


# -- passwords and temporary files


def _password(id: str, entry: Entry) -> tuple[str, str]:
    operation = entry.operation
    if id == "B106" and isinstance(operation, ops.Call):
        for name, value in operation.keywords:
            if name and secret_shapes.names_secret(name) and isinstance(value, ops.Literal):
                return secret_shapes.judged(name, value.value, is_handed_over=True, is_login=_is_login(operation))
        return "unknown", ""
    assert isinstance(operation, ops.Literal)
    words = list(_words(entry))
    name = words[0] if words else ""
    parent = entry.ancestors[-1] if entry.ancestors else None
    if isinstance(parent, ops.Mapping) and any(key is operation for key, _ in parent.items):
        return _under_key(operation, next(value for key, value in parent.items if key is operation))
    if isinstance(parent, ops.Subscript) and parent.key is operation and len(entry.ancestors) > 1:
        bind = entry.ancestors[-2]
        if isinstance(bind, ops.Bind) and bind.value is not None and any(target is parent for target in bind.targets):
            return _under_key(operation, bind.value)
    handed_over = id == "B106" or (
        isinstance(parent, (ops.Bind, ops.Parameter)) and any(secret_shapes.takes_secret(word) for word in words[1:])
    )
    if isinstance(parent, ops.Parameter):
        name = parent.name
        function = next((item for item in reversed(entry.ancestors) if isinstance(item, ops.Function)), None)
        uses = list(_uses(name, function)) if function is not None else []
        handed_over = any(secret_shapes.takes_secret(word) for word in uses)
    if isinstance(parent, ops.Compare):
        return secret_shapes.judged_comparison(operation.value)
    return secret_shapes.judged(name, operation.value, is_handed_over=handed_over, is_login=_is_login(parent))


def _is_login(call: ops.Operation | None) -> bool:
    """Whether a call names a user or a host beside the password."""
    return isinstance(call, ops.Call) and any(keyword in _WHO for keyword, _ in call.keywords)


def _under_key(key: ops.Literal, value: ops.Expression) -> tuple[str, str]:
    """The verdict on what a mapping has, or gets, under a key that is named like a secret."""
    if not isinstance(value, ops.Literal):
        return "unknown", ""
    if value.value is None or isinstance(value.value, bool):
        return "none", "the value is not text"
    return secret_shapes.judged(str(key.value), value.value, is_handed_over=False)


def _temporary(entry: Entry) -> tuple[str, str]:
    parent = entry.ancestors[-1] if entry.ancestors else None
    if isinstance(parent, (ops.Compare, ops.ValuePattern)):
        return "none", "the path is only compared"
    if isinstance(parent, ops.Call):
        called = next(_called(parent), "")
        if called in (
            "startswith",
            "endswith",
            "print",
            "info",
            "debug",
            "warning",
            "error",
            "removeprefix",
            "replace",
        ):
            return "none", f"the path is only passed to `{called}()`, which opens nothing"
    return "unknown", ""
