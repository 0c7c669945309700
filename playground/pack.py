"""Puts Python's library, the server and its packages into one archive, without what the server never imports.

Runs in the Python that it is for, inside Pyodide: modules that a session loads are stored compiled, which saves half of
the time to start; all others as sources, which are smaller. `pack` is called by `bundle.mjs`.
"""

from __future__ import annotations

import ast
import asyncio
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]  # no other writes this form
from pathlib import Path

ROOTS = (Path("/packages"), Path("/library"))
OWN = ("posse_checks", "posse_server")
NOT_IN_A_PAGE = (
    *(
        "posse_server.bandit",
        "posse_server.cli",
        "posse_server.commands",
        "posse_server.scan",
        "tomli",
        "exceptiongroup",
    ),
    *("_pydecimal", "_pyio", "_pyrepl", "bdb", "cmd", "ctypes", "curses", "doctest", "email", "ensurepip", "ftplib"),
    *("http", "logging.config", "logging.handlers", "multiprocessing", "optparse", "pdb", "pydoc", "pydoc_data"),
    *("smtplib", "sqlite3", "test", "tkinter", "unittest", "urllib.request", "venv", "webbrowser", "xml", "xmlrpc"),
    *("cattr.preconf", "cattrs.preconf", "concurrent.futures.process", "concurrent.interpreters"),
)
"""Modules, with all in them, that are left out though some other module would import them."""
ALWAYS = ("encodings.utf_8", "encodings.latin_1", "encodings.ascii", "encodings.cp437", "encodings.idna")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SOURCE = """\
import subprocess
from flask import Flask, request

app = Flask(__name__)

@app.route("/")
def run():
    name = request.args["name"]
    subprocess.call("ls " + name, shell=True)
    return name
"""
CONFIGURATION = "skips: [B404]\nposse: {flow: true}\n"


async def pack() -> bytes:
    """Returns the archive, compressed as a whole: a zip file without compression of its own packs better."""
    sys.path.insert(0, str(ROOTS[0]))
    before = frozenset(sys.modules)
    await _session()
    loaded = frozenset(sys.modules)
    if lost := sorted(filter(_is_left_out, loaded - before)):
        raise SystemExit(f"The server loads {', '.join(lost)}, left out by NOT_IN_A_PAGE: load it later, or put it in.")
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for module, path in sorted(_needed(loaded).items()):
            root = next(root for root in ROOTS if path.is_relative_to(root))
            name, source = path.relative_to(root).as_posix(), path.read_bytes()
            if not module.startswith((*OWN, "pyodide", "_pyodide")):
                source = _without_documentation(source)
            if module in loaded and root == ROOTS[0]:
                code = compile(source, f"/{name}", "exec", dont_inherit=True)
                name, source = f"{name}c", bytes(_code_to_hash_pyc(code, bytes(8), checked=False))
            archive.writestr(zipfile.ZipInfo(name), source)
    return gzip.compress(stored.getvalue(), 9, mtime=0)


def _without_documentation(source: bytes) -> bytes:
    """Returns a source without comments and docstrings, which nobody reads there."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            node.body[0] = ast.copy_location(ast.Expr(ast.Constant("")), node.body[0])
    return ast.unparse(tree).encode()


async def _session() -> None:
    """Use the server once, so that it loads what it needs."""
    from posse_server.lsp.embedded import embed

    folder = Path("/playground")
    folder.mkdir()
    (folder / "bandit.yaml").write_text(CONFIGURATION)
    answers: list[str] = []
    take = embed(answers.append)
    source, configuration = (f"file://{folder}/{name}" for name in ("app.py", "bandit.yaml"))
    shown = {"hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {"relatedInformation": True}}
    _send(take, "initialize", 1, processId=None, rootUri=f"file://{folder}", capabilities={"textDocument": shown})
    _send(take, "initialized")
    for uri, text in ((source, SOURCE), (configuration, CONFIGURATION)):
        _send(
            take, "textDocument/didOpen", textDocument={"uri": uri, "languageId": "python", "version": 1, "text": text}
        )
        place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
        _send(take, "textDocument/completion", 2, **place)
    place = {"textDocument": {"uri": source}, "position": {"line": 8, "character": 7}}
    _send(take, "textDocument/hover", 3, **place)
    range = {"start": place["position"], "end": place["position"]}
    _send(take, "textDocument/codeAction", 4, textDocument={"uri": source}, range=range, context={"diagnostics": []})
    ends = ('"id": 3', '"id": 4', "Step 1 of")
    while not all(end in "".join(answers) for end in ends):
        await asyncio.sleep(0.1)


def _send(take: object, method: str, id: int | None = None, **params: object) -> None:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    take(json.dumps(message if id is None else {**message, "id": id}))  # type: ignore[operator]


def _needed(loaded: Iterable[str]) -> Mapping[str, Path]:
    """Returns the modules that those loaded, and all of the server's own, may import, with their files."""
    needed: dict[str, Path] = {}
    waiting = [*loaded, *ALWAYS, *_own()]
    while waiting:
        module = waiting.pop()
        path = _path(module)
        if module in needed or path is None or _is_left_out(module):
            continue
        needed[module] = path
        waiting += [module.rpartition(".")[0], *_imported(module, path)]
    return needed


def _own() -> Iterator[str]:
    for package in OWN:
        for path in (ROOTS[0] / package).rglob("*.py"):
            yield ".".join(path.relative_to(ROOTS[0]).with_suffix("").parts).removesuffix(".__init__")


def _is_left_out(module: str) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in NOT_IN_A_PAGE)


def _path(module: str) -> Path | None:
    for root in ROOTS:
        base = root / module.replace(".", "/")
        for path in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if path.is_file():
                return path
    return None


def _imported(module: str, path: Path) -> Iterator[str]:
    """Yields the modules that a module imports anywhere, also within functions."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
