"""The invariants that are about the code's own shape; ARCHITECTURE.md states them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = sorted((ROOT / "checks").rglob("*.py"))
SERVER = sorted((ROOT / "server").rglob("*.py"))
RULES = sorted((ROOT / "checks" / "posse_checks" / "rules").glob("b*.py"))


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_engine_knows_neither_protocol_nor_input_and_output(path: Path) -> None:
    forbidden = {"posse_server", "pygls", "lsprotocol", "asyncio", "pathlib", "os", "socket", "subprocess", "bandit"}
    assert not forbidden & {module.partition(".")[0] for module in imported_modules(path)}
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    assert not {"open", "print", "input"} & {function.id for function in calls if isinstance(function, ast.Name)}


def test_engine_loads_without_the_protocol() -> None:
    script = "import sys, posse_checks.incremental.document, posse_checks.config.configuration as c; c.all_rules(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pygls", "lsprotocol", "asyncio", "posse_server", "bandit"} & set(loaded)


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_rule_sees_its_node_and_options_only(path: Path) -> None:
    allowed = {"ast", "collections", "collections.abc", "re", "stat", "string", "fnmatch", "itertools", "functools"}
    allowed |= {"__future__", "typing", "dataclasses"}
    engine = {"finding", "fix", "rule", "views", "syntax", "source", "text", "blocklist", "rules"}
    for module in imported_modules(path):
        package, _, rest = module.partition(".")
        assert module in allowed or (package == "posse_checks" and rest.partition(".")[0] in engine), module


@pytest.mark.parametrize("path", SERVER, ids=name_of)
def test_only_protocol_and_features_build_protocol_values(path: Path) -> None:
    if path.name in ("protocol.py", "messages.py", "rpc.py", "server.py", "app.py") or path.parent.name == "features":
        return
    assert "lsprotocol" not in {module.partition(".")[0] for module in imported_modules(path)}


@pytest.mark.parametrize("path", [*ENGINE, *SERVER], ids=name_of)
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(source))
