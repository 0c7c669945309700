"""Models of functions whose results a table cannot describe: built-in ones and those of the standard library."""

from __future__ import annotations

from collections.abc import Callable

from posse_checks.flow import containers, text
from posse_checks.flow.library_text import (
    compile_model,
    join_model,
    joined_url_model,
    markup_model,
    path_model,
    re_model,
    resolve_model,
    shlex_split_model,
    urlparse_model,
)
from posse_checks.flow.machine import Machine
from posse_checks.flow.responses import RESPONSES, header_set, made
from posse_checks.flow.site import CallSite
from posse_checks.flow.special_sinks import (
    SPECIAL_SINKS,
)
from posse_checks.flow.state import Cell
from posse_checks.flow.values import ANYTHING, NUMBER, TRUTH, Value, constant

__all__ = ["MODELS", "SPECIAL_SINKS", "CallSite", "never_returns"]

Model = Callable[[Machine, CallSite], "Value | None"]
_LEAVES = frozenset(
    {
        *("flask.abort", "sys.exit", "exit", "quit", "os._exit", "os.abort", "bottle.abort", "quart.abort"),
        *("sanic.exceptions.abort", "werkzeug.exceptions.abort", "posix._exit"),
    }
)


def never_returns(qualified: str) -> bool:
    """Whether a function always raises or ends the program."""
    return qualified in _LEAVES


# -- built-in functions


def _number(machine: Machine, site: CallSite) -> Value:
    values = site.arguments.positional
    if site.qualified == "len" and values:
        text_ = values[0].constant
        if isinstance(text_, (str, bytes)) and not values[0].taints:
            return constant(len(text_))
        cell = site.state.cell(values[0])
        if cell is not None and cell.rest is None and cell.kind in ("list", "dict", "tuple") and not values[0].taints:
            return constant(len(cell.entries))
    if site.qualified == "int" and len(values) == 1 and isinstance(values[0].constant, (str, int)):
        number = values[0].constant
        if isinstance(number, str) and len(number) < 20 and number.strip().lstrip("-").isascii():
            try:
                return constant(int(number))
            except ValueError:
                return NUMBER
    return NUMBER


def _truth(machine: Machine, site: CallSite) -> Value:
    return TRUTH


def _str(machine: Machine, site: CallSite) -> Value:
    values = site.arguments.positional
    if not values:
        return constant("")
    (value, *_) = values
    if value.is_constant and not value.taints and isinstance(value.constant, (str, int, float, bool)):
        return value if isinstance(value.constant, str) else text.concatenate([value], site.state)
    taints = site.state.contents(value)
    return Value(taints, type="str", prefix=value.prefix, identity=value.identity, origin=value.origin)


def _same(machine: Machine, site: CallSite) -> Value | None:
    return site.arguments.positional[0] if site.arguments.positional else None


def _container(machine: Machine, site: CallSite) -> Value | None:
    kind = {"list": "list", "tuple": "tuple", "set": "set", "frozenset": "set", "sorted": "list", "reversed": "list"}[
        site.qualified
    ]
    values = site.arguments.positional
    if not values:
        return containers.make(machine, kind, {}, site.state)
    cell = site.state.cell(values[0])
    if cell is not None and cell.kind in ("list", "tuple", "set") and (kind != "list" or site.qualified == "list"):
        return containers.make(machine, kind, cell.entries, site.state, cell.rest)
    rest = containers.iterated(machine, values[0], site.state)
    return containers.make(machine, kind, {}, site.state, rest)


def _dict(machine: Machine, site: CallSite) -> Value:
    entries: dict[object, Value] = dict[object, Value](site.arguments.keywords.items())
    rest: Value | None = None
    unpacked = entries.pop("**", None)
    for value in [*site.arguments.positional, *([] if unpacked is None else [unpacked])]:
        cell = site.state.cell(value)
        if cell is not None and cell.kind == "dict":
            entries = {**cell.entries, **entries}
            rest = cell.rest if rest is None else rest
        else:
            rest = text.mixed([value], site.state)
    return containers.make(machine, "dict", entries, site.state, rest)


def _enumerate(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if not values:
        return None
    item = containers.iterated(machine, values[0], site.state)
    pair = containers.make(machine, "tuple", {0: NUMBER, 1: item}, site.state)
    return containers.make(machine, "list", {}, site.state, pair)


def _zip(machine: Machine, site: CallSite) -> Value:
    items = [containers.iterated(machine, value, site.state) for value in site.arguments.positional]
    group = containers.make(machine, "tuple", dict(enumerate(items)), site.state)
    return containers.make(machine, "list", {}, site.state, group)


def _map(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if len(values) < 2:
        return None
    function, item = values[0], containers.iterated(machine, values[1], site.state)
    if function.name in ("int", "float", "len", "bool"):
        rest = NUMBER
    elif function.name == "str":
        rest = item.but(type="str")
    elif function.code is not None:
        from posse_checks.flow.machine import Arguments

        rest = machine.call(function.code, Arguments([item], {}, False), site.state, site.at) or ANYTHING
    elif function.name in machine.catalogue.sanitizers:
        rest = item.cleaned(machine.catalogue.sanitizers[function.name].clean)
    else:
        return None
    return containers.make(machine, "list", {}, site.state, rest)


def _getattr(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if len(values) < 2 or values[1].text is None:
        return machine.unknown()
    from posse_checks.flow.expressions import attribute_of

    return attribute_of(machine, values[0], values[1].text, site.state, site.at)


def _setattr(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if len(values) == 3 and values[1].text is not None:
        containers.store_attribute(machine, values[0], values[1].text, values[2], site.state)
    elif values:
        containers.forget(values[0], site.state)
    return Value()


def _super(machine: Machine, site: CallSite) -> Value | None:
    return machine.unknown()


# -- paths


# -- addresses, patterns, the rest


def _config(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    site.state.put(number, Cell("configparser.ConfigParser", {}))
    return Value(type="configparser.ConfigParser", cell=number)


def _buffer(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    entries: dict[object, Value] = {0: site.arguments.positional[0]} if site.arguments.positional else {}
    site.state.put(number, Cell("io.Buffer", entries))
    return Value(type="io.Buffer", cell=number)


def _sax_parser(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    site.state.put(number, Cell("xml.sax.Parser", {}))
    return Value(type="xml.sax.Parser", cell=number)


def _namespace(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    site.state.put(number, Cell("types.SimpleNamespace", dict[object, Value](site.arguments.keywords.items())))
    return Value(type="types.SimpleNamespace", cell=number)


def _deepcopy(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    cell = site.state.cell(values[0]) if values else None
    if cell is None:
        return values[0] if values else None
    number = machine.new_cell()
    site.state.put(number, cell)
    return values[0]._replace(cell=number)


def _partial(machine: Machine, site: CallSite) -> Value | None:
    return machine.unknown()


def _response(machine: Machine, site: CallSite) -> Value | None:
    return made(machine, site)


MODELS: dict[str, Model] = {
    **dict.fromkeys(("int", "float", "len", "abs", "sum", "round", "ord", "hash", "id", "complex", "divmod"), _number),
    **dict.fromkeys(("isinstance", "issubclass", "callable", "hasattr", "bool", "any", "all"), _truth),
    **dict.fromkeys(("str", "repr", "ascii", "format", "bytes", "bytearray"), _str),
    **dict.fromkeys(("iter", "next", "max", "min"), lambda machine, site: _iterated(machine, site)),
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "sorted", "reversed"), _container),
    **dict.fromkeys(("dict", "collections.OrderedDict", "collections.defaultdict"), _dict),
    "enumerate": _enumerate, "zip": _zip, "map": _map, "getattr": _getattr, "setattr": _setattr, "super": _super,
    "range": lambda machine, site: containers.make(machine, "list", {}, site.state, NUMBER),
    "filter": lambda machine, site: None,
    "os.path.join": join_model, "posixpath.join": join_model,
    **dict.fromkeys(("os.path.realpath", "os.path.abspath", "os.path.normpath"), resolve_model),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "anyio.Path"), path_model),
    **dict.fromkeys(("urllib.parse.urlparse", "urllib.parse.urlsplit", "yarl.URL"), urlparse_model),
    "urllib.parse.urljoin": joined_url_model,
    "re.compile": compile_model,
    **{
        f"re.{name}": re_model for name in ("match", "fullmatch", "search", "sub", "findall", "split", "finditer")
    },
    "shlex.split": shlex_split_model,
    **dict.fromkeys(("configparser.ConfigParser", "configparser.RawConfigParser"), _config),
    **dict.fromkeys(("io.StringIO", "io.BytesIO"), _buffer),
    "types.SimpleNamespace": _namespace, "copy.deepcopy": _deepcopy, "copy.copy": _deepcopy,
    "functools.partial": _partial,
    **dict.fromkeys(("asyncio.gather", "asyncio.wait_for", "asyncio.shield", "typing.cast"), lambda m, s: _cast(m, s)),
}  # fmt: skip


def _iterated(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if not values:
        return None
    if site.qualified == "iter":
        return values[0]
    if len(values) > 1 and site.qualified != "next":
        return text.mixed(values, site.state)
    return containers.iterated(machine, values[0], site.state)


def _cast(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if site.qualified == "typing.cast":
        return values[1] if len(values) == 2 else None
    return values[0] if values and site.qualified != "asyncio.gather" else None


# -- sinks that a table cannot describe


def _accepted(machine: Machine, site: CallSite) -> Value:
    pair: dict[object, Value] = {0: Value(type="socket.socket"), 1: Value()}
    return containers.make(machine, "tuple", pair, site.state)


def _parser(machine: Machine, site: CallSite) -> Value:
    resolves = site.arguments.keywords.get("resolve_entities")
    safe = resolves is not None and resolves.is_constant and not resolves.constant
    return Value(type="lxml.SafeParser" if safe else "lxml.UnsafeParser")


MODELS["lxml.etree.XMLParser"] = _parser
MODELS["xml.sax.make_parser"] = MODELS["xml.sax.expatreader.create_parser"] = _sax_parser
MODELS["socket.socket.accept"] = _accepted
MODELS["markupsafe.Markup"] = MODELS["flask.Markup"] = markup_model
MODELS |= dict.fromkeys(RESPONSES, _response)
MODELS |= dict.fromkeys(
    ("tornado.Handler.set_header", "tornado.Handler.add_header", "bottle.Response.set_header"), header_set
)
