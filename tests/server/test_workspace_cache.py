"""The check of a workspace keeps its results: the next one shows the same, and checks only what has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.incremental.document import Document
from posse_server.background.diagnostics_cache import CheckResult, decoded, encoded
from posse_server.background.main import LENGTH_BYTES, Order, ServerConnection, work
from posse_server.project.editor_settings import NO_SETTINGS
from posse_server.protocol.convert import Encoding
from tests.scan import tree


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the files that are checked, rather than found in the cache."""
    texts: list[str] = []
    open_document = Document.opened

    def counted(source: str, *arguments: Any) -> Document:
        texts.append(source)
        return open_document(source, *arguments)

    monkeypatch.setattr(Document, "opened", counted)
    return texts


def check(folder: Path, encoding: Encoding = Encoding.UTF16) -> dict[str, tuple[str, int]]:
    """Check a workspace. Returns the diagnostics of each file and the number of its findings."""
    messages = folder.parent / "messages"
    with messages.open("wb", buffering=0) as file:
        work(Order([(folder, NO_SETTINGS)], encoding), ServerConnection(file.fileno()))
    content, found = messages.read_bytes(), {}
    while content:
        size = int.from_bytes(content[:LENGTH_BYTES], "big")
        kind, *values = json.loads(content[LENGTH_BYTES : LENGTH_BYTES + size])
        content = content[LENGTH_BYTES + size :]
        if kind == "found":
            found[os.path.relpath(values[0], folder)] = values[1], values[2]
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    tree.write(folder)
    return folder


def test_the_next_check_shows_the_same(workspace: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = check(workspace)
    assert len(opened) >= 10 and any(count for _, count in first.values())
    opened.clear()
    assert check(workspace) == first and opened == []
    (workspace / "app.py").write_text("assert x\n")
    assert check(workspace)["app.py"][1] == 1 and opened == ["assert x\n"]
    monkeypatch.setenv("POSSE_CACHE_DIR", "/dev/null/nowhere")
    del first["app.py"]
    without = check(workspace)
    assert {name: without[name] for name in first} == first


def test_what_changes_what_is_shown_changes_the_key(workspace: Path, opened: list[str]) -> None:
    check(workspace)
    for configuration in (
        "skips: [B101]",
        "posse: {severity_map: {B101: high}}",
        "posse: {nosec: {require_ids: error}}",
    ):
        (workspace / "bandit.yaml").write_text(configuration)
        opened.clear()
        check(workspace)
        assert len(opened) >= 10
    opened.clear()
    shown = check(workspace, Encoding.UTF8)
    assert len(opened) >= 10
    entry: dict[str, object] = {"code": "", "line_range": [1]}
    entry |= {"test_id": "B403", "test_name": "blacklist", "filename": "app.py", "issue_text": "x", "line_number": 1}
    entry |= {"issue_severity": "LOW", "issue_confidence": "HIGH", "issue_cwe": {"id": 502}}
    entry["issue_text"] = "Consider possible security implications associated with pickle module."
    (workspace / ".bandit-baseline.json").write_text(json.dumps({"results": [entry]}))
    opened.clear()
    assert check(workspace, Encoding.UTF8)["app.py"][1] == shown["app.py"][1] - 1
    assert len(opened) == 1, "only the file that the baseline is about"


def test_damage_is_not_shown(workspace: Path, opened: list[str], cache_folder: Path) -> None:
    first = check(workspace)
    (store,) = cache_folder.iterdir()
    store.write_bytes(store.read_bytes().replace(b"module", b"MODULE").replace(b"https://", b"ftps:///"))
    assert check(workspace) == first


DIAGNOSTIC = {
    "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}},
    "message": "m",
    "severity": 2,
    "code": "B101",
    "codeDescription": {"href": "https://example.org"},
    "source": "posse",
    "tags": [1],
}


def with_value(member: str, value: object) -> bytes:
    return json.dumps([1, [{**DIAGNOSTIC, member: value}]]).encode()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *[("range", 1), ("range", {}), ("range", {"start": {"line": 1, "character": 0}}), ("message", 1)],
        *[("severity", True), ("severity", 9), ("code", 1), ("codeDescription", {"href": "file:///etc"})],
        *[("codeDescription", {"href": "command:x"}), ("codeDescription", "https://"), ("source", "other")],
        *[("tags", [True]), ("tags", 1), ("data", {}), ("relatedInformation", [])],
    ],
)
def test_a_diagnostic_of_another_shape_is_not_believed(member: str, value: object) -> None:
    assert decoded(json.dumps([1, [DIAGNOSTIC]]).encode()) is not None
    assert decoded(with_value(member, value)) is None


@pytest.mark.parametrize(
    "value", [b"", b"[]", b"[1]", b"[1,1]", b"[-1,[]]", b"[1,[1]]", b"[1,[[]]]", b"1", b"[" * 99_999]
)
def test_what_is_no_result_is_not_believed(value: bytes) -> None:
    assert decoded(value) is None


def test_a_key_that_comes_twice_has_the_value_that_was_verified() -> None:
    text = json.dumps(DIAGNOSTIC)[:-1] + ', "message": "last"}'
    read = decoded(f"[1,[{text}]]".encode())
    assert (
        read is not None
        and json.loads(read.diagnostics)["message"] == "last"
        and read.diagnostics.count("message") == 1
    )


@given(st.lists(st.text()))
def test_a_result_survives_being_kept(messages: list[str]) -> None:
    diagnostics = [json.dumps({**DIAGNOSTIC, "message": message}, separators=(",", ":")) for message in messages]
    result = CheckResult(",".join(diagnostics), len(messages))
    assert decoded(encoded(result)) == result
