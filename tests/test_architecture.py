"""The invariants about the code's own structure; ARCHITECTURE.md states them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "checks").rglob("*.py"))
SERVER = sorted((ROOT / "server").rglob("*.py"))
READERS = [ROOT / "checks" / "posse_checks" / "api" / "reading.py"]
"""The only module of the engine that opens a file: the one that a caller of the library names."""
RULES = sorted((ROOT / "checks" / "posse_checks" / "rules").glob("[bp]*.py"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a file's tree, the module first."""
    return tuple(ast.walk(ast.parse(path.read_text())))


def imported_modules(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


LANGUAGE = {
    *("__future__", "abc", "ast", "bisect", "builtins", "collections", "collections.abc", "contextlib", "copy"),
    *("dataclasses", "difflib", "enum", "fnmatch", "functools", "io", "itertools", "json", "operator", "re", "stat"),
    *("string", "sys", "textwrap", "tokenize", "types", "typing", "typing_extensions"),
}
"""Modules that only compute, and may be imported anywhere in the engine."""
FOR_A_REASON = {
    "yaml": ("config/",),
    "tomllib": ("config/toml_source.py",),
    "tomli": ("config/toml_source.py",),
    "importlib": ("__init__.py", "analysis/registry.py"),  # the library's own modules, when they are first used
    "pkgutil": ("analysis/registry.py",),
    "inspect": ("rule/declaration.py",),
    "hashlib": ("flow/workspace.py", "flow/imports.py"),  # what other files are is known by their digests
    "posixpath": ("flow/imports.py",),  # relative imports are worked out by paths alone
    "logging": ("analysis/registry.py", "incremental/document.py"),  # a rule that raises is logged once
    "warnings": ("python/syntax.py",),  # what the compiler warns of is not shown
    "concurrent.futures": ("python/syntax.py",),  # deep code is parsed in a thread with a larger stack
    "os": ("api/reading.py",),
}
"""Modules that can do more, with the only files of the engine that may import them."""
MEMBERS = {
    "io": {"StringIO", "BytesIO"},
    "sys": {"maxsize", "stdlib_module_names", "version_info"},
    "tokenize": {"TokenError", "TokenInfo", "detect_encoding", "generate_tokens"},
    "builtins": {"vars"},
    "json": {"JSONDecodeError", "JSONDecoder", "dumps", "loads"},
}
"""Names that the engine imports, besides constants, from modules that can also open files."""
FORBIDDEN = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
"""Built-in functions that do input or output, or run code."""


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_engine_imports_what_computes_and_nothing_else(path: Path) -> None:
    here = path.relative_to(ROOT / "checks" / "posse_checks").as_posix()
    for module in imported_modules(path):
        known = module in LANGUAGE or module.partition(".")[0] == "posse_checks"
        assert known or here.startswith(FOR_A_REASON.get(module, "nowhere")), module


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_engine_does_no_input_or_output(path: Path) -> None:
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in MEMBERS:
            assert node.attr.isupper() or node.attr in MEMBERS[node.value.id], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module in MEMBERS:
            assert {alias.name for alias in node.names} <= MEMBERS[node.module], node.lineno


def test_engine_loads_without_the_protocol() -> None:
    modules = "posse_checks.incremental.document, posse_checks.config.configuration as c"
    script = f"import sys, {modules}; c.bandit_rules(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pygls", "lsprotocol", "asyncio", "posse_server", "bandit"} & set(loaded)


def test_server_starts_without_what_follows_data() -> None:
    script = "import sys, posse_server.lsp.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "posse_server.lsp.app" in loaded
    assert not [module for module in loaded if module.startswith("posse_checks.flow")]
    assert "email" not in loaded, "only the report for bugs needs the metadata of packages"


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_rule_sees_its_node_and_options_only(path: Path) -> None:
    allowed = {"ast", "collections", "collections.abc", "re", "stat", "string", "fnmatch", "itertools", "functools"}
    allowed |= {"__future__", "typing", "dataclasses", "posse_checks.rule"}
    for module in imported_modules(path):
        assert module in allowed or module.startswith("posse_checks.rules._shared."), module


PROTOCOL = {"convert.py", "client_capabilities.py", "server.py", "app.py", "messages.py", "rpc.py", "client_log.py"}
"""The modules of the server, besides those of `features/`, that name the protocol's types."""


@pytest.mark.parametrize(
    "path", [path for path in SERVER if path.name not in PROTOCOL and path.parent.name != "features"], ids=name_of
)
def test_only_conversion_and_features_build_protocol_values(path: Path) -> None:
    assert "lsprotocol" not in {module.partition(".")[0] for module in imported_modules(path)}


FLOORS = {
    "posse_checks": (
        ("python",),
        ("rule",),
        ("rules",),
        ("analysis",),
        ("declared",),
        ("config", "incremental"),
        ("baseline", "nosec", "fixes", "flow"),
        ("api",),
    ),
    "posse_server": (
        ("system", "notebook"),
        ("project", "transport", "plugins"),
        ("results", "protocol"),
        ("baselines", "doctor"),
        ("background",),
        ("lsp", "scan", "bandit"),
        ("commands",),
        ("cli",),
    ),
}
"""The rooms of each package, from the bottom up; those on one floor do not import each other."""


def room_of(module: str, package: str) -> str | None:
    """The room of a module's dotted name; None outside the package, and for the package itself."""
    top, _, rest = module.partition(".")
    return rest.partition(".")[0] if top == package and rest else None


def whole_names(path: Path) -> Iterator[str]:
    """The imports of a file, as dotted names down to a module."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def in_package(path: Path) -> tuple[str, ...]:
    """The parts of a file's path below its package."""
    return path.relative_to(ROOT).parts[2:]


@pytest.mark.parametrize(
    "path", [path for path in (*ENGINE, *SERVER) if in_package(path) != ("__init__.py",)], ids=name_of
)
def test_imports_lead_downward(path: Path) -> None:
    package = "posse_checks" if path in ENGINE else "posse_server"
    floors = {room: number for number, rooms in enumerate(FLOORS[package]) for room in rooms}
    here = in_package(path)[0].removesuffix(".py")
    assert here in floors, f"{here} is in no room; name its floor in FLOORS"
    for module in whole_names(path):
        there = room_of(module, package)
        if there in (None, here, "__version__"):
            continue
        assert there in floors, f"{module} is in no room; name its floor in FLOORS"
        assert floors[there] < floors[here], f"{here} imports {module}, which is not below it"


ADAPTERS = {"adapter.py", "document_evidence.py", "findings.py", "live.py", "model.py", "own_examples.py", "units.py"}
FLOW = [
    path
    for path in ENGINE
    if path.relative_to(ROOT / "checks" / "posse_checks").parts[0] == "flow" and path.name not in ADAPTERS
]


@pytest.mark.parametrize("path", FLOW, ids=name_of)
def test_flow_engine_knows_other_rooms_by_its_adapters_alone(path: Path) -> None:
    assert {room_of(module, "posse_checks") for module in whole_names(path)} <= {None, "flow", "python", "rule"}
    rule = {module for module in whole_names(path) if module.startswith("posse_checks.rule.")}
    assert all(module.startswith("posse_checks.rule.evidence.") for module in rule)


LIBRARIES = {
    "attrs",
    "distributed",
    "lsprotocol",
    "platformdirs",
    "posse_checks",
    "posse_server",
    "pygls",
    "shtab",
    "yaml",
}
"""The server's dependencies besides the standard library."""
IN_PROJECTS_PYTHON = {"plugins/inside/bandit_checks.py"}
"""The modules that run under the project's Python, with the Bandit that is installed there."""
LISTENING = {"transport/streams.py", "transport/tcp.py"}
"""The modules of the server with sockets: that of the one client, which connects to them."""
CONNECTING = {
    *("ftplib", "http", "imaplib", "nntplib", "poplib", "smtplib", "socketserver", "ssl", "telnetlib", "webbrowser"),
    *("wsgiref", "xmlrpc", "urllib.error", "urllib.request", "urllib.robotparser"),
}
"""Modules for talking to other machines."""
CONNECTS = {"connect", "connect_ex", "create_connection", "open_connection", "create_datagram_endpoint", "sendto"}


@pytest.mark.parametrize("path", SERVER, ids=name_of)
def test_server_connects_to_nothing(path: Path) -> None:
    is_listening = "/".join(in_package(path)) in LISTENING
    for module in (*imported_modules(path), *whole_names(path)):
        top = module.partition(".")[0]
        is_projects = top == "bandit" and "/".join(in_package(path)) in IN_PROJECTS_PYTHON
        assert top in sys.stdlib_module_names or top in LIBRARIES or is_projects, module
        assert CONNECTING.isdisjoint({module, top}), module
        assert top != "socket" or is_listening
    own = CONNECTS if is_listening else CONNECTS - {"connect"}  # `connect` is also our own word
    assert own.isdisjoint(node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute))


@pytest.mark.parametrize("package", FLOORS)
def test_every_room_has_a_floor_and_says_what_lives_there(package: str) -> None:
    folder = ROOT / ("checks" if package == "posse_checks" else "server") / package
    rooms = {path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms == {room for floor in FLOORS[package] for room in floor} - {"cli"}
    for room in rooms:
        docstring = ast.get_docstring(ast.parse((folder / room / "__init__.py").read_text()))
        assert docstring and docstring.count(".") >= 1, room


ACCUMULATORS = {"fixes/apply.py", "flow/machine.py", "incremental/recheck.py", "nosec/write.py"}
"""Modules of the engine with a class that collects during one call and never leaves it."""
VALUES = [
    *(path for path in ENGINE if "rules" not in path.parts and not path.as_posix().endswith(tuple(ACCUMULATORS))),
    *(path for path in SERVER if path.parent.name in {"notebook", "project", "protocol", "results"}),
]


def is_dataclass(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).partition("(")[0] in {"dataclass", "dataclasses.dataclass"}


@pytest.mark.parametrize("path", VALUES, ids=name_of)
def test_values_are_frozen(path: Path) -> None:
    classes = (node for node in nodes_of(path) if isinstance(node, ast.ClassDef))
    for node in classes:
        for decorator in filter(is_dataclass, node.decorator_list):
            assert "frozen=True" in ast.unparse(decorator), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "name", ["checks/posse_checks/incremental/document.py", "server/posse_server/protocol/snapshot.py"]
)
def test_documents_and_snapshots_are_values(name: str) -> None:
    (value,) = [
        node
        for node in ast.parse((ROOT / name).read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.lower() == Path(name).stem
    ]
    assert any(map(is_dataclass, value.decorator_list))


STATE = {
    "the session's: what is remembered between messages, all of it owned by `Session`": {
        *(
            "Session",
            "WorkspaceState",
            "OpenDocuments",
            "Group",
            "OpenCells",
            "OpenFlow",
            "OpenFlows",
            "ConfigurationDocuments",
            "PublishedCache",
            "ClosedFiles",
            "OpenPlugins",
            "_Seen",
        ),
        *("Workspace", "WorkspaceFolder", "ConfigurationFinder", "Identities", "Baselines", "ResultIds"),
    },
    "the server's: tasks and timers, and what the user was told": {
        *("Server", "Handler", "Schedule", "ActiveConfigurations", "Progress", "ProjectPlugins", "ProjectTrust"),
    },
    "the connection's: messages under way, and the log": {
        *("Protocol", "Sender", "PendingRequests", "Incoming", "Outgoing", "_Waiting", "Frames"),
        *("StandardStream", "SocketStream", "_Door"),
        *("ClientLog", "StandardError", "RepetitionFilter", "FailureLog"),
    },
    "one call's, one order's or one command's: collected, used and dropped": {
        *("FileChecker", "OtherFiles", "Outcome", "EditsOfCell", "_RenderContext", "MalformedError", "OtherLevelError"),
        *("ServerConnection", "ChosenFiles", "FileTrees", "_Matcher", "_Exclusions"),
        *("Host", "Process", "PluginRunner", "Decisions"),
        *("IgnoredPaths", "Keys", "Store", "DiagnosticsCache"),
        *("_Run", "_Scan", "_Scope", "_Tally", "_Worker", "_Nearest", "Profile"),
    },
    "another process's, which runs the project's own code": {"Channel", "BanditChecks", "PythonChecks"},
    "a cache's, bounded, of what can be computed again": {"Ruler"},
}
"""The classes of the server with mutable objects, by the owner of that state. All others are values."""


def can_change(node: ast.ClassDef) -> bool:
    """Whether a class sets its own attributes, or has a field that can change."""
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list if is_dataclass(decorator)]
    annotations = [ast.unparse(item.annotation) for item in node.body if isinstance(item, ast.AnnAssign)]
    is_value = bool(decorators) or any(ast.unparse(base) == "NamedTuple" for base in node.bases)
    if is_value and any(text.startswith(("list[", "dict[", "set[")) for text in annotations):
        return True
    if decorators:
        return not any("frozen=True" in decorator for decorator in decorators)
    return any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)


def classes_of_the_server() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in SERVER:
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_every_class_whose_objects_can_change_is_known_with_its_reason() -> None:
    changing = sorted(node.name for _, node in classes_of_the_server() if can_change(node))
    assert changing == sorted(name for names in STATE.values() for name in names)


def test_session_owns_what_is_remembered_between_messages() -> None:
    owned = next(iter(STATE.values()))
    made_by = {
        call.func.id: node.name
        for _, node in classes_of_the_server()
        if node.name in owned
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in owned
    }
    assert made_by.keys() == owned - {"Session", "WorkspaceState"}  # the one extends the other


def test_server_has_no_global_state_but_bounded_caches() -> None:
    for path in SERVER:
        for node in nodes_of(path):
            assert not isinstance(node, ast.Global), path
            assert not (isinstance(node, ast.Call) and ast.unparse(node) == "lru_cache(maxsize=None)"), path
            assert not (isinstance(node, ast.Name) and node.id == "cache"), path


@pytest.mark.parametrize("path", [*ENGINE, *SERVER], ids=name_of)
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    (module, *_) = nodes_of(path)
    assert len(path.read_text().splitlines()) <= 300
    assert isinstance(module, ast.Module) and ast.get_docstring(module)
