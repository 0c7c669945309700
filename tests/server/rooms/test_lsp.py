"""`lsp`: the parts of the session, one by one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.document import Document
from posse_checks.python.text import Text
from posse_server.lsp.change import Schedule
from posse_server.lsp.configuration_document import ConfigurationDocuments
from posse_server.lsp.features.disable_rule import _patterns
from posse_server.lsp.open_cells import OpenCells
from posse_server.lsp.open_documents import OpenDocuments
from posse_server.lsp.published import PublishedCache
from posse_server.lsp.workspace_state import WorkspaceState
from posse_server.notebook.notebook import Cell, Notebook
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.workspace import Workspace
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.diagnostics_json import ResultIds
from posse_server.protocol.encoding import Encoding
from posse_server.protocol.snapshot import Snapshot


def snapshot_of(path: Path, source: str = "exec(a)\n", uri: str = "", workspace: Workspace | None = None) -> Snapshot:
    config = (workspace or Workspace([path.parent])).resolve(path)
    return Snapshot(uri or path.as_uri(), 1, Document.opened(source, config.catalogue), config, KnownFindings())


def test_document_opened_last_is_that_of_a_file(tmp_path: Path) -> None:
    documents, workspace, path = OpenDocuments(), Workspace([tmp_path]), tmp_path / "a.py"
    for uri in ("file:one", "file:other"):
        documents.add(snapshot_of(path, uri=uri, workspace=workspace), workspace.folders[0])
    last = documents.at(path)
    assert last is not None and last.uri == "file:other"
    assert documents.pop("file:other") == last
    first = documents.at(path)
    assert first is not None and first.uri == "file:one"
    assert documents.pop("file:one") == first
    assert documents.at(path) is None
    assert documents.pop("file:one") is None


def test_documents_are_outdated_by_folder(tmp_path: Path) -> None:
    documents, workspace = OpenDocuments(), Workspace([tmp_path])
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        documents.add(snapshot_of(tmp_path / folder / "a.py", workspace=workspace), workspace.folders[0])
    (tmp_path / "one" / "bandit.yaml").write_text("skips: [B101]\n")
    assert not documents.outdated()
    workspace.refresh()
    assert [snapshot.config.location for snapshot in documents.outdated()] == [tmp_path / "one" / "a.py"]
    assert documents.configuration_files == [None, None]


def notebook_of(version: int, *sources: str) -> Snapshot:
    config = Workspace().resolve(None)
    cells = [Cell.of(f"cell:{index}", version, Text.of(source), is_python=True) for index, source in enumerate(sources)]
    notebook = Notebook.opened(cells, config.catalogue)
    return Snapshot("book", version, notebook.document, config, KnownFindings(), cells=notebook.cells)


def test_cells_that_changed_since_the_last_call() -> None:
    cells = OpenCells()
    cells.take("book", ["cell:0", "cell:1"])
    first = notebook_of(1, "import os\n", "os.system(a)\n")
    assert [(cell.snapshot.uri, cell.is_unannounced) for cell in cells.changed(first)] == [
        ("cell:0", False),
        ("cell:1", False),
    ]
    assert not cells.changed(first)
    assert {cell.snapshot.uri for cell in cells.changed(notebook_of(1, "import re\n", "os.system(a)\n"))} == {
        "cell:0",
        "cell:1",
    }


def test_cell_in_two_notebooks_belongs_to_the_last() -> None:
    cells = OpenCells()
    cells.take("one", ["a", "b"])
    cells.take("other", ["b"])
    assert (cells.notebook_of("a"), cells.notebook_of("b"), cells.notebook_of("c")) == ("one", "other", None)
    assert cells.forget("one", ["a", "b"]) == ["a"]
    assert (cells.notebook_of("a"), cells.notebook_of("b")) == (None, "other")


def test_equal_diagnostics_keep_their_id(tmp_path: Path) -> None:
    cache, client = PublishedCache(ResultIds()), Client()
    snapshot = snapshot_of(tmp_path / "a.py")
    assert cache.last_id(snapshot.uri) is None
    first = cache.rendered(snapshot, client)
    assert cache.rendered(snapshot, client) == first
    cache.render_again([snapshot.uri, "another"])
    assert cache.rendered(snapshot, client) == first
    assert cache.last_id(snapshot.uri) == first.result_id
    other = cache.rendered(snapshot_of(tmp_path / "a.py", "exec(a)\nexec(b)\n"), client)
    assert other.result_id != first.result_id
    cache.forget(snapshot.uri)
    assert cache.last_id(snapshot.uri) is None


def test_open_configuration_files() -> None:
    documents = ConfigurationDocuments()
    documents.open("file:///w/bandit.yaml", 1, "skips: [B101]\n")
    documents.open("file:///w/pyproject.toml", 1, "[tool.bandit]\nskip = 3\n")
    first, second = documents.get("file:///w/bandit.yaml"), documents.get("file:///w/pyproject.toml")
    assert first is not None and second is not None
    assert (first.name, len(first.problems)) == ("bandit.yaml", 0)
    assert second.problems
    documents.change(first.uri, 2, Text.of("skips: 3\n"))
    changed = documents.get(first.uri)
    assert changed is not None and changed.version == 2 and changed.problems
    assert documents.close(first.uri)
    assert not documents.close(first.uri)


@pytest.mark.parametrize(
    ("name", "is_configuration"),
    [("bandit.yaml", True), ("sub/.bandit", True), ("pyproject.toml", True), ("a.py", False), ("named.yaml", False)],
)
def test_configuration_files_are_known_by_their_names(tmp_path: Path, name: str, is_configuration: bool) -> None:
    state = WorkspaceState()
    state.open_folders([(tmp_path.as_uri(), tmp_path)], EditorSettings())
    assert state.is_configuration((tmp_path / name).as_uri()) is is_configuration
    state.named.add(tmp_path / name)
    assert state.is_configuration((tmp_path / name).as_uri())
    assert state.decides_about_others((tmp_path / name).as_uri())


def test_burst_is_one_action_for_each_document() -> None:
    done: list[str] = []
    again = asyncio.Event()

    def act(uri: str) -> None:
        done.append(uri)
        if uri == "c":
            again.set()

    async def burst() -> None:
        schedule = Schedule(act)
        for uri in ("a", "b", "a"):
            schedule.soon(uri)
        schedule.drop("b")
        await asyncio.sleep(0)
        assert done == ["a"]
        schedule.soon("a")
        schedule.soon("c")
        await again.wait()

    asyncio.run(burst())
    assert done == ["a", "a", "c"]


@pytest.mark.parametrize(
    ("path", "patterns"),
    [
        ("a.py", {"this file": "a.py", "the project": None}),
        ("./a/b.py", {"this file": "a/b.py", "the project": None}),
        ("./tests/a.py", {"this file": "tests/a.py", "tests/": "tests/**", "the project": None}),
        ("./a/test/b/c.py", {"this file": "a/test/b/c.py", "a/test/": "a/test/**", "the project": None}),
        (
            "./tests/x/tests/a.py",
            {"this file": "tests/x/tests/a.py", "tests/x/tests/": "tests/x/tests/**", "the project": None},
        ),
        ("./a[1]/b*.py", {"this file": "a[[]1]/b[*].py", "the project": None}),
    ],
)
def test_scopes_in_which_a_rule_can_be_disabled(path: str, patterns: dict[str, str | None]) -> None:
    assert _patterns(path) == patterns


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        (lsp.ClientCapabilities(), Client()),
        (
            lsp.ClientCapabilities(general=lsp.GeneralClientCapabilities(position_encodings=["utf-7", "utf-8"])),
            Client(encoding=Encoding.UTF8),
        ),
        (
            lsp.ClientCapabilities(
                text_document=lsp.TextDocumentClientCapabilities(
                    diagnostic=lsp.DiagnosticClientCapabilities(),
                    hover=lsp.HoverClientCapabilities(content_format=[lsp.MarkupKind.Markdown]),
                    code_lens=lsp.CodeLensClientCapabilities(),
                )
            ),
            Client(shows_markdown=True, has_lenses=True),  # it pulls, but cannot be told to pull again
        ),
        (
            lsp.ClientCapabilities(
                text_document=lsp.TextDocumentClientCapabilities(diagnostic=lsp.DiagnosticClientCapabilities()),
                workspace=lsp.WorkspaceClientCapabilities(
                    configuration=True, diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
                ),
            ),
            Client(pulls=True, has_settings=True),
        ),
    ],
)
def test_capabilities_that_make_a_difference(capabilities: lsp.ClientCapabilities, expected: Client) -> None:
    assert Client.of(capabilities) == expected
