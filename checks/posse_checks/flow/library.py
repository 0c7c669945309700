"""Models of functions whose results a table cannot describe: built-in ones and those of the standard library."""

from __future__ import annotations

from collections.abc import Callable

from posse_checks.flow import containers, kinds, text
from posse_checks.flow.machine import Machine
from posse_checks.flow.patterns import clean_if_matched, clean_if_removed
from posse_checks.flow.responses import RESPONSES, made
from posse_checks.flow.site import CallSite
from posse_checks.flow.state import Cell
from posse_checks.flow.values import ANYTHING, NOTHING, NUMBER, TRUTH, Value, constant, merge_taints, worst

__all__ = ["MODELS", "SPECIAL_SINKS", "CallSite", "never_returns"]

Model = Callable[[Machine, CallSite], "Value | None"]
SpecialSink = Callable[[Machine, CallSite], "tuple[list[Value] | None, str]"]
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
    if cell is not None and cell.kind in ("list", "tuple", "set"):
        if kind != "list" or site.qualified == "list":
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


def _join(machine: Machine, site: CallSite) -> Value:
    values = list(site.arguments.positional)
    step = machine.step(site.at, "`os.path.join()`")
    if values and all(value.text is not None and not value.taints for value in values):
        return constant("/".join(value.text or "" for value in values))
    mixed = text.mixed(values, site.state, step, type="str")
    first = values[0] if values else ANYTHING
    if not site.state.contents(first) and (first.text or first.prefix):
        mixed = mixed.but(prefix=first.text or first.prefix)
    return mixed


def _resolve(machine: Machine, site: CallSite) -> Value:
    mixed = text.mixed(site.arguments.every(), site.state, type="str")
    if site.qualified.endswith("abspath") or site.qualified.endswith("realpath"):
        return mixed.cleaned(kinds.RESOLVED)
    return mixed


def _path(machine: Machine, site: CallSite) -> Value:
    values = site.arguments.positional
    prefix = (values[0].text or values[0].prefix) if values else ""
    return text.mixed(values, site.state, type="pathlib.Path").but(
        prefix=prefix, identity=values[0].identity if len(values) == 1 else 0
    )


# -- addresses, patterns, the rest


def _urlparse(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if not values:
        return None
    value = values[0]
    return Value(site.state.contents(value), type="urllib.parse.ParseResult", origin=value.identity or value.origin)


def _compile(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if not values or values[0].text is None:
        return Value(site.state.contents(values[0]) if values else (), type="re.Pattern")
    return Value((), NOTHING, "re.Pattern", prefix=values[0].text)


def regex_call(machine: Machine, site: CallSite, pattern: str | None, rest: list[Value], function: str) -> Value | None:
    """The result of a function of `re`, or of a method of a compiled pattern."""
    state = site.state
    if function in ("fullmatch", "match", "search"):
        if not rest:
            return None
        subject = rest[0]
        facts = 0
        if pattern and function != "search":
            facts = clean_if_matched(pattern, is_full=function == "fullmatch")
        taints = state.contents(subject)
        matched = Value(taints).cleaned(facts).taints
        return Value(matched, NOTHING, "re.Match", prefix=str(facts), origin=subject.identity or subject.origin)
    if function == "sub" and len(rest) >= 2:
        replacement, subject = rest[0], rest[1]
        cleaned = subject
        if pattern and replacement.text is not None and len(replacement.text) <= 1:
            cleaned = Value(state.contents(subject)).cleaned(clean_if_removed(pattern))
        return text.mixed([replacement, cleaned], state, type="str")
    if function in ("findall", "split", "finditer") and rest:
        item = Value(state.contents(rest[0]))
        if pattern and function == "findall" and "(" not in pattern:
            item = item.cleaned(clean_if_matched(pattern, is_full=True))
        return containers.make(machine, "list", {}, state, item)
    return None


def _re(machine: Machine, site: CallSite) -> Value | None:
    values = list(site.arguments.positional)
    if not values:
        return None
    return regex_call(machine, site, values[0].text, values[1:], site.qualified.rpartition(".")[2])


def _shlex_split(machine: Machine, site: CallSite) -> Value | None:
    values = site.arguments.positional
    if not values:
        return None
    value = values[0]
    if value.text is not None and not value.taints:
        words = value.text.split()
        return containers.make(machine, "list", {index: constant(word) for index, word in enumerate(words)}, site.state)
    rest = Value(site.state.contents(value), type="str")
    first = value.prefix.split(" ") if " " in value.prefix.strip() + " " and value.prefix else []
    entries: dict[object, Value] = {0: constant(first[0])} if len(first) > 1 else {}
    return containers.make(machine, "list", entries, site.state, rest)


def _config(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    site.state.put(number, Cell("configparser.ConfigParser", {}))
    return Value(type="configparser.ConfigParser", cell=number)


def _buffer(machine: Machine, site: CallSite) -> Value:
    number = machine.new_cell()
    entries: dict[object, Value] = {0: site.arguments.positional[0]} if site.arguments.positional else {}
    site.state.put(number, Cell("io.Buffer", entries))
    return Value(type="io.Buffer", cell=number)


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


def _joined_url(machine: Machine, site: CallSite) -> Value:
    return text.mixed(site.arguments.every(), site.state, machine.step(site.at, "`urljoin()`"), type="str")


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
    "os.path.join": _join, "posixpath.join": _join,
    **dict.fromkeys(("os.path.realpath", "os.path.abspath", "os.path.normpath"), _resolve),
    **dict.fromkeys(("pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "anyio.Path"), _path),
    **dict.fromkeys(("urllib.parse.urlparse", "urllib.parse.urlsplit", "yarl.URL"), _urlparse),
    "urllib.parse.urljoin": _joined_url,
    "re.compile": _compile,
    **dict.fromkeys(("re.match", "re.fullmatch", "re.search", "re.sub", "re.findall", "re.split", "re.finditer"), _re),
    "shlex.split": _shlex_split,
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

_SHELLS = {"sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "pwsh", "fish", "busybox"}
_RUNNERS = _SHELLS | {
    *(
        "ssh",
        "sudo",
        "env",
        "xargs",
        "find",
        "tar",
        "git",
        "rsync",
        "curl",
        "wget",
        "python",
        "python3",
        "perl",
        "ruby",
    ),
    *("node", "php", "awk", "sed", "ffmpeg", "zip", "nice", "timeout", "su", "docker", "kubectl", "make", "psql"),
}
"""Programs that may run or overwrite something because of what their arguments say."""


def _subprocess(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """The program, and with a shell all of the command."""
    from posse_checks.flow.expressions import truth

    arguments = site.arguments
    command = arguments.get(0, "args")
    if command is None:
        return (arguments.every(), "") if arguments.has_stars else (None, "")
    executable = arguments.keywords.get("executable")
    extra = [] if executable is None else [executable]
    shell = arguments.keywords.get("shell")
    if shell is not None and truth(shell, site.state) is not False:
        return [command, *extra], ""
    cell = site.state.cell(command)
    if cell is None or cell.kind not in ("list", "tuple"):
        return [command, *extra], ""
    program = cell.entries.get(0)
    if program is None:
        return [command, *extra], ""
    others = [entry for key, entry in cell.entries.items() if key != 0]
    others += [cell.rest] if cell.rest is not None else []
    name = (program.text or "").replace("\\", "/").rpartition("/")[2]
    if name in _SHELLS:
        runs_text = any(entry.text in ("-c", "/c", "-Command", "-lc", "/C") for entry in others)
        return ([command, *extra] if runs_text else [program, *extra, ANYTHING]), ""
    if name in _RUNNERS or not name:
        tainted = any(worst(site.state.contents(entry), kinds.COMMAND) for entry in others)
        if tainted and not name:
            return [program, *extra, ANYTHING], ""
        if tainted:
            return [program, *extra, ANYTHING], ""
    return [program, *extra], "the list form runs no shell, and the program is constant"


def _yaml_load(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    loader = site.arguments.get(1, "Loader")
    if loader is not None and loader.name.rpartition(".")[2] in ("SafeLoader", "CSafeLoader", "BaseLoader"):
        return [], "the loader makes plain values only"
    data = site.arguments.get(0, "stream")
    return ([data] if data is not None else None), ""


def _xml_parse(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """lxml reads external entities unless its parser says otherwise."""
    parser = site.arguments.get(1, "parser")
    if parser is not None and parser.type == "lxml.SafeParser":
        return [], "the parser resolves no entities"
    data = site.arguments.get(0)
    if data is None:
        return None, ""
    if parser is not None and parser.type != "lxml.UnsafeParser" and parser.taints:
        return [Value(merge_taints(ANYTHING.taints))], ""
    return [data], ""


def _written(machine: Machine, site: CallSite) -> tuple[list[Value] | None, str]:
    """What Tornado writes is HTML, unless it is a dict."""
    chunk = site.arguments.get(0, "chunk")
    if chunk is None or site.state.cell(chunk) is not None:
        return None, ""
    return [chunk], ""


def _accepted(machine: Machine, site: CallSite) -> Value:
    pair: dict[object, Value] = {0: Value(type="socket.socket"), 1: Value()}
    return containers.make(machine, "tuple", pair, site.state)


def _parser(machine: Machine, site: CallSite) -> Value:
    resolves = site.arguments.keywords.get("resolve_entities")
    safe = resolves is not None and resolves.is_constant and not resolves.constant
    return Value(type="lxml.SafeParser" if safe else "lxml.UnsafeParser")


def _markup(machine: Machine, site: CallSite) -> Value:
    return text.mixed(site.arguments.positional[:1], site.state, type="markupsafe.Markup")


MODELS["lxml.etree.XMLParser"] = _parser
MODELS["socket.socket.accept"] = _accepted
MODELS["markupsafe.Markup"] = MODELS["flask.Markup"] = _markup
MODELS |= dict.fromkeys(RESPONSES, _response)

SPECIAL_SINKS: dict[str, SpecialSink] = {
    **{f"subprocess.{name}": _subprocess for name in ("run", "call", "Popen", "check_call", "check_output")},
    "tornado.Handler.write": _written,
    "tornado.Handler.finish": _written,
    "yaml.load": _yaml_load,
    "yaml.load_all": _yaml_load,
    **{f"lxml.etree.{name}": _xml_parse for name in ("parse", "fromstring", "XML", "iterparse", "fromstringlist")},
}
