"""Methods of strings, containers, paths, buffers and other built-in things."""

from __future__ import annotations

from posse_checks.flow import containers, folding, kinds, text
from posse_checks.flow.container_methods import of_cell
from posse_checks.flow.library_text import regex_call
from posse_checks.flow.machine import Machine
from posse_checks.flow.site import CallSite
from posse_checks.flow.values import ANYTHING, NOTHING, NUMBER, TRUTH, Value, constant, merge_taints

_TRUTHS = {
    *("startswith", "endswith", "isdigit", "isalnum", "isalpha", "isnumeric", "isdecimal", "isidentifier", "isspace"),
    *("islower", "isupper", "istitle", "isascii", "exists", "is_file", "is_dir", "is_relative_to", "is_absolute"),
    *("isprintable", "issubset", "issuperset", "isdisjoint", "is_symlink"),
}
_NUMBERS = {"find", "rfind", "index", "rindex", "count", "hexdigest", "digest", "bit_length", "total_seconds", "tell"}
_SAME = {
    *("lower", "upper", "strip", "rstrip", "title", "capitalize", "casefold", "swapcase", "encode", "decode", "ljust"),
    *("rjust", "center", "zfill", "expandtabs", "removesuffix", "removeprefix", "lstrip", "translate", "hex"),
}
_PARTS = {"split", "rsplit", "splitlines", "partition", "rpartition"}
_REMOVED = {
    "..": kinds.NO_PARENT, "'": kinds.NO_QUOTE, '"': kinds.NO_QUOTE, "\n": kinds.NO_LINE_BREAK,
    "\r\n": kinds.NO_LINE_BREAK, "\r": kinds.NO_LINE_BREAK, "<": kinds.XSS, "\\": kinds.NO_BACKSLASH,
}  # fmt: skip


def method_result(machine: Machine, site: CallSite) -> Value | None:
    """The result of a method of something built in; None if it is not known here."""
    receiver, method = site.receiver, site.method
    assert receiver is not None
    if receiver.name:
        return None
    cell = site.state.cell(receiver)
    if cell is not None:
        return of_cell(machine, site, receiver, cell)
    if receiver.type == "re.Pattern":
        return regex_call(machine, site, receiver.prefix or None, list(site.arguments.positional), method)
    if receiver.type == "markupsafe.Markup" and method in ("format", "join"):
        escaped = [value.cleaned(kinds.XSS) for value in site.arguments.every()]
        return text.mixed([receiver, *escaped], site.state, type=receiver.type)
    if receiver.type == "re.Match":
        return Value(receiver.taints, type="str")
    if receiver.type == "pathlib.Path":
        return _of_path(machine, site, receiver)
    if method == "format" and (receiver.text is not None or receiver.type in ("str", "")):
        return _format(machine, site, receiver)
    if method == "join" and (receiver.text is not None or receiver.type == "str"):
        return _join(machine, site, receiver)
    return _of_text(machine, site, receiver)


def _of_text(machine: Machine, site: CallSite, receiver: Value) -> Value | None:
    method, values = site.method, site.arguments.positional
    known = receiver.constant
    if isinstance(known, (str, bytes)) and not receiver.taints and method in folding.TEXT_METHODS:
        if all(value.is_constant and not value.taints for value in values) and not site.arguments.keywords:
            result = folding.text_method(known, method, [value.constant for value in values])
            if isinstance(result, tuple):
                items: dict[object, Value] = {index: constant(item) for index, item in enumerate(result)}
                kind = "tuple" if method in ("partition", "rpartition") else "list"
                return containers.make(machine, kind, items, site.state)
            if result is not NOTHING:
                return constant(result)
        if method not in _TRUTHS | _NUMBERS | {"replace"}:
            return Value(type="str")
    if method in _TRUTHS:
        return TRUTH
    if method in _NUMBERS:
        return NUMBER if receiver.type != "" or receiver.taints else None
    if receiver.type not in ("str", "bytes", "", "django.Meta", "multidict", "bottle.Files") or not (
        receiver.taints or receiver.is_constant
    ):
        return None
    if method in _SAME:
        value = Value(receiver.taints, type="str")
        if method in ("lstrip", "strip") and values and values[0].text and "/" in values[0].text:
            value = value.cleaned(kinds.NOT_ABSOLUTE | kinds.NO_DOUBLE_SLASH)
        return value
    if method == "replace" and len(values) >= 2:
        return _replaced(site, receiver)
    if method in _PARTS:
        return containers.make(machine, "list", {}, site.state, Value(receiver.taints, type="str"))
    if method in ("get", "getlist", "get_all", "getall", "pop", "getfirst") and receiver.taints:
        default = site.arguments.get(1, "default")
        if receiver.type == "django.Meta" and values and not containers.from_client(values[0]):
            return ANYTHING
        cast = site.arguments.keywords.get("type")
        if cast is not None and cast.name in ("int", "float", "bool", "uuid.UUID"):
            return NUMBER
        found = receiver.but(type=containers.element_type(machine, receiver), identity=0)
        return found if default is None else found.but(taints=merge_taints(found.taints, site.state.contents(default)))
    if method in ("keys", "values", "items", "to_dict", "dict", "copy", "model_dump", "read", "readlines", "readline"):
        return Value(receiver.taints) if receiver.taints else None
    return None


def _replaced(site: CallSite, receiver: Value) -> Value:
    old, new = site.arguments.positional[:2]
    taints = merge_taints(receiver.taints, site.state.contents(new))
    value = Value(taints, type="str")
    if old.text is None or (new.text is not None and old.text in new.text and old.text != "<"):
        return value
    return value.cleaned(_REMOVED.get(old.text, 0))


def _format(machine: Machine, site: CallSite, receiver: Value) -> Value:
    from posse_checks.flow.operators import note_query

    arguments, state = site.arguments, site.state
    fields = folding.format_fields(receiver.text) if receiver.text is not None and not receiver.taints else None
    step = machine.step(site.at, "`format()`")
    if fields is None or arguments.has_stars:
        value = text.mixed([receiver, *arguments.every()], state, step, type="str").but(prefix=_prefix(receiver))
    else:
        parts: list[Value] = []
        position = 0
        for field in fields:
            if isinstance(field, str):
                parts.append(constant(field))
                continue
            name, is_number = field
            if not name:
                found = arguments.get(position)
                position += 1
            else:
                found = arguments.get(int(name) if name.isdigit() and len(name) < 5 else name)
            part = ANYTHING if found is None else found
            parts.append(text.quoted(part) if is_number else part)
        value = text.concatenate(parts, state, step)
    note_query(machine, value, site.at, state)
    return value


def _prefix(receiver: Value) -> str:
    return (receiver.text or receiver.prefix).partition("{")[0]


def _join(machine: Machine, site: CallSite, receiver: Value) -> Value | None:
    values = site.arguments.positional
    if len(values) != 1:
        return None
    cell = site.state.cell(values[0])
    step = machine.step(site.at, "`join()`")
    if cell is not None and cell.rest is None and cell.kind in ("list", "tuple"):
        parts: list[Value] = []
        for index, key in enumerate(sorted([key for key in cell.entries if isinstance(key, int)])):
            parts += [receiver] if index else []
            parts.append(cell.entries[key])
        return text.concatenate(parts, site.state, step)
    return text.mixed([receiver, containers.iterated(machine, values[0], site.state)], site.state, step, type="str")


def _of_path(machine: Machine, site: CallSite, receiver: Value) -> Value | None:
    method, state = site.method, site.state
    if method == "resolve":
        return receiver.but(identity=0).cleaned(kinds.RESOLVED)
    if method in ("joinpath", "with_name", "with_suffix"):
        mixed = text.mixed([receiver, *site.arguments.every()], state, type="pathlib.Path")
        return mixed.but(prefix=receiver.prefix)
    if method in ("absolute", "expanduser", "relative_to", "as_posix"):
        return receiver.but(identity=0)
    if method in _TRUTHS:
        return TRUTH
    return None


# -- cells
