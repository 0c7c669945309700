"""The findings of a whole workspace, pulled or pushed, compared with those of a scan."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from posse_server.background.client import ScanError, messages
from posse_server.background.main import FileChecked, Order
from posse_server.project.editor_settings import EditorSettings
from posse_server.protocol.convert import Encoding
from tests.server.clients import CLIENTS
from tests.server.conftest import Connect
from tests.server.session import SERVER, Editor
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

PULLING = [name for name, ability in CLIENTS.items() if ability.pulls]
EVAL = "# \N{PILE OF POO}\r\nx = '\N{PILE OF POO}', eval(y)\r\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A workspace of files with findings, files without, a broken one and an excluded one."""
    files = {
        "a.py": EVAL,
        "package/b.py": "assert a\nassert b\n",
        "package/clean.py": "import json\n",
        "package/broken.py": "assert a\nx = = 1\n",
        "generated/c.py": "exec(a)\n",
        "bandit.yaml": "exclude_dirs: [generated]\n",
        "notes.txt": "exec(a)\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path


def codes(editor: Editor, path: Path) -> list[int | str | None]:
    """The codes last pushed for a file."""
    return [diagnostic.code for diagnostic in editor.problems(path.as_uri())]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


class Pulled:
    """A client's knowledge of a workspace."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.results: dict[str, str] = {}
        self.items: dict[str, Sequence[lsp.Diagnostic]] = {}

    def ask(self, **more: Any) -> asyncio.Future[lsp.WorkspaceDiagnosticReport]:
        """Ask for changes."""
        known = [lsp.PreviousResultId(uri, value) for uri, value in self.results.items()]
        params = lsp.WorkspaceDiagnosticParams(known, identifier="posse", **more)
        return asyncio.ensure_future(self.editor.workspace_diagnostic_async(params))

    async def pull(self) -> None:
        """Ask, and apply the response."""
        self.take((await within(self.ask())).items)

    def take(self, reports: Sequence[lsp.WorkspaceDocumentDiagnosticReport]) -> None:
        for report in reports:
            if isinstance(report, lsp.WorkspaceFullDocumentDiagnosticReport):
                self.items[report.uri] = report.items
                self.results.pop(report.uri, None)
                if report.result_id is not None:
                    self.results[report.uri] = report.result_id
            else:
                assert self.results[report.uri] == report.result_id

    @property
    def codes(self) -> dict[str, list[int | str]]:
        """The IDs of the findings in each file that has some, by its path from the root."""
        found = {uri: [item.code for item in items if item.code] for uri, items in self.items.items()}
        return {uri.removeprefix(self.editor.root.as_uri() + "/"): codes for uri, codes in found.items() if codes}


WHOLE = {"a.py": ["B307"], "package/b.py": ["B101", "B101"], "package/broken.py": ["B101"]}
FILES = ("a.py", "package/b.py", "package/broken.py", "package/clean.py", "generated/c.py")
OPTED = {"workspaceDiagnostics": True}


async def test_they_are_offered_only_where_they_are_asked_for(connect: Connect, tmp_path: Path) -> None:
    for client in PULLING:
        for options in (None, OPTED):
            editor = await connect(client, tmp_path, options=options)
            assert editor.server.diagnostic_provider is not None
            assert editor.server.diagnostic_provider.workspace_diagnostics is (options is OPTED)


@pytest.mark.parametrize("client", PULLING)
async def test_all_files_are_reported_but_excluded_ones(client: str, connect: Connect, tree: Path) -> None:
    pulled = Pulled(await connect(client, tree, options=OPTED))
    await pulled.pull()
    assert pulled.codes == WHOLE
    [finding] = pulled.items[(tree / "a.py").as_uri()]
    assert finding.range.start == lsp.Position(1, {"utf-8": 12, "utf-16": 10, "utf-32": 9}[pulled.editor.encoding])


async def test_they_are_those_of_a_scan(connect: Connect, tree: Path) -> None:
    pulled = Pulled(await connect(PULLING[0], tree, options=OPTED))
    await pulled.pull()
    command = [SERVER[0], "scan", "-q", "-r", ".", "-f", "json"]
    report = json.loads(subprocess.run(command, cwd=tree, capture_output=True, check=False).stdout)
    scanned: dict[str, list[str]] = {}
    for result in report["results"]:
        scanned.setdefault(result["filename"].removeprefix("./"), []).append(result["test_id"])
    del pulled.items[(tree / "package/broken.py").as_uri()]  # a scan skips it, as Bandit does
    assert pulled.codes == scanned


async def test_an_answer_comes_once_there_is_news_and_says_of_the_rest_that_it_is_unchanged(
    connect: Connect, tree: Path
) -> None:
    editor = await connect("vscode-1.139.1", tree, options=OPTED)
    await editor.until(lambda: "**/*.py" in editor.watched)
    pulled = Pulled(editor)
    await pulled.pull()
    answer = pulled.ask(partial_result_token="part")
    await editor.settled()
    assert not answer.done()
    editor.write(tree / "package/clean.py", "exec(a)\n")
    await within(answer)
    parts = [item for token, value in editor.progressed if token == "part" for item in value["items"]]
    kinds = {item["uri"].removeprefix(tree.as_uri() + "/"): item["kind"] for item in parts}
    assert kinds == {**dict.fromkeys(WHOLE, "unchanged"), "package/clean.py": "full"}
    await pulled.pull()
    assert pulled.codes == {**WHOLE, "package/clean.py": ["B102"]}


async def test_a_file_that_is_deleted_or_excluded_is_reported_empty(connect: Connect, tree: Path) -> None:
    editor = await connect("vscode-1.139.1", tree, options=OPTED)
    await editor.until(lambda: {"**/*.py", "**/bandit.yaml"} <= {*editor.watched})
    pulled = Pulled(editor)
    await pulled.pull()
    editor.write(tree / "a.py", None)
    await pulled.pull()
    assert "a.py" not in pulled.codes
    editor.write(tree / "bandit.yaml", "exclude_dirs: [package]\n")
    while set(pulled.codes) != {"generated/c.py"}:
        await pulled.pull()
    assert set(pulled.results) == {(tree / "generated/c.py").as_uri()}


async def test_an_open_document_is_reported_as_it_is_typed(connect: Connect, tree: Path) -> None:
    pulled = Pulled(await connect("vscode-1.139.1", tree, options=OPTED))
    await pulled.pull()
    buffer = pulled.editor.open("exec(a)\n", tree / "a.py")
    reports = (await within(pulled.ask())).items
    assert [(report.uri, report.version) for report in reports if report.version] == [(buffer.uri, 1)]
    pulled.take(reports)
    assert pulled.codes["a.py"] == ["B102"]
    buffer.close()
    await pulled.pull()
    assert pulled.codes == WHOLE


async def test_parts_come_while_the_rest_is_checked(connect: Connect, tree: Path) -> None:
    pulled = Pulled(await connect("vscode-1.139.1", tree, options=OPTED))
    answer = await within(pulled.ask(partial_result_token="part", work_done_token="bar"))
    assert not answer.items
    values = [value for token, value in pulled.editor.progressed if token == "part"]
    reported = [item["uri"] for value in values for item in value["items"]]
    assert sorted(reported) == [(tree / name).as_uri() for name in WHOLE]
    assert pulled.editor.work == ["begin", *["report"] * 4, "end"]


async def test_a_pull_can_be_cancelled(connect: Connect, tree: Path) -> None:
    editor = await connect("vscode-1.139.1", tree, options=OPTED)
    pulled = Pulled(editor)
    await pulled.pull()
    params = lsp.WorkspaceDiagnosticParams(
        [lsp.PreviousResultId(uri, value) for uri, value in pulled.results.items()],
        identifier="posse",
        partial_result_token="part",
    )
    answer = editor.protocol.send_request_async(lsp.WORKSPACE_DIAGNOSTIC, params, msg_id="pull")  # type: ignore[no-untyped-call]
    waiting = asyncio.ensure_future(answer)
    await editor.settled()
    editor.cancel_request(lsp.CancelParams("pull"))
    with pytest.raises(Exception, match="cancel"):
        await within(waiting)
    await editor.settled()


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_command_shows_of_each_file_what_it_shows_when_open(
    client: str, connect: Connect, tree: Path
) -> None:
    editor = await connect(client, tree)
    assert await editor.run("posse.scanWorkspace") == {"files": 4, "findings": 4}
    closed = {name: editor.problems((tree / name).as_uri()) for name in FILES}
    assert {name: [item.code for item in items if item.code] for name, items in closed.items() if items} == WHOLE
    column = {"utf-8": 12, "utf-16": 10, "utf-32": 9}[editor.encoding]
    assert closed["a.py"][0].range.start == lsp.Position(1, column)
    opened = {name: editor.open((tree / name).read_bytes().decode(), tree / name) for name in FILES}
    assert closed == {name: await buffer.standing() for name, buffer in opened.items()}
    assert editor.work == ([] if client.startswith("vim-ale") else ["begin", *["report"] * 4, "end"])


@pytest.mark.parametrize("client", CLIENTS)
async def test_what_was_pushed_follows_the_files(client: str, connect: Connect, tree: Path) -> None:
    editor = await connect(client, tree)
    await editor.run("posse.scanWorkspace")
    uri = (tree / "a.py").as_uri()
    if CLIENTS[client].watches:
        await editor.until(lambda: "**/*.py" in editor.watched)
    buffer = editor.open("assert a\n", tree / "a.py")
    assert await buffer.codes() == ["B101"]
    if CLIENTS[client].pulls:
        assert editor.problems(uri) == []
    editor.write(tree / "a.py", "exec(a)\n")
    buffer.close()
    await editor.until(lambda: [item.code for item in editor.problems(uri)] == ["B102"])
    editor.write(tree / "a.py", None)
    if not CLIENTS[client].watches:
        editor.workspace_did_delete_files(lsp.DeleteFilesParams([lsp.FileDelete(uri)]))
    await editor.until(lambda: editor.problems(uri) == [])


async def test_a_changed_configuration_is_heeded_in_what_was_pushed(connect: Connect, tree: Path) -> None:
    editor = await connect("helix-25.07.1", tree)
    await editor.until(lambda: "**/bandit.yaml" in editor.watched)
    await editor.run("posse.scanWorkspace")
    editor.write(tree / "bandit.yaml", "skips: [B101]\n")
    b, c = (tree / "package/b.py").as_uri(), (tree / "generated/c.py").as_uri()
    await editor.until(lambda: not editor.problems(b) and len(editor.problems(c)) == 1)


async def test_the_user_can_end_a_scan(connect: Connect, tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"m{number}.py").write_text("assert a\n")
    editor = await connect("vscode-1.139.1", tmp_path)
    editor.is_ending_work = True
    assert await editor.run("posse.scanWorkspace") is None
    assert (editor.progressed[0][1]["cancellable"], editor.work[-1]) == (True, "end")
    editor.is_ending_work = False
    assert await editor.run("posse.scanWorkspace") == {"files": 200, "findings": 200}


async def test_an_open_file_keeps_what_it_shows_as_it_is_edited(connect: Connect, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "assert a\n", "b.py": "exec(b)\n"})
    editor = await connect("neovim-0.11.4", tmp_path)
    buffer = editor.open("assert a\n", tmp_path / "a.py")
    buffer.rewrite("exec(a)\n")
    await editor.run("posse.scanWorkspace")
    assert codes(editor, tmp_path / "b.py") == ["B102"]
    assert await buffer.codes() == ["B102"]


async def test_a_file_that_appears_is_shown_where_the_client_watches(connect: Connect, tmp_path: Path) -> None:
    editor = await connect("vscode-1.139.1", tmp_path)
    assert await editor.run("posse.scanWorkspace") == {"files": 0, "findings": 0}
    editor.write(tmp_path / "new.py", "assert a\n")
    await editor.until(lambda: codes(editor, tmp_path / "new.py") == ["B101"])


@pytest.mark.parametrize("client", ["neovim-0.11.4", "vscode-1.139.1"])
async def test_a_setting_shows_all_files_from_the_start(connect: Connect, tmp_path: Path, client: str) -> None:
    write(tmp_path, {"a.py": "assert a\n"})
    editor = await connect(client, tmp_path)
    editor.set_configuration(OPTED, section="posse")
    editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))
    await editor.until(lambda: codes(editor, tmp_path / "a.py") == ["B101"])
    editor.set_configuration({}, section="posse")
    editor.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(settings=None))
    await editor.until(lambda: codes(editor, tmp_path / "a.py") == [])


async def test_folders_come_and_go_with_their_files(connect: Connect, tmp_path: Path) -> None:
    write(tmp_path, {"one/a.py": "assert a\n", "two/b.py": "exec(b)\n", "two/bandit.yaml": "skips: [B101]\n"})
    one, two = tmp_path / "one", tmp_path / "two"
    editor = await connect("neovim-0.11.4", one)
    await editor.run("posse.scanWorkspace")
    event = lsp.WorkspaceFoldersChangeEvent(
        [lsp.WorkspaceFolder(two.as_uri(), "two")], [lsp.WorkspaceFolder(one.as_uri(), "one")]
    )
    editor.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))
    await editor.until(lambda: codes(editor, two / "b.py") == ["B102"] and codes(editor, one / "a.py") == [])


async def test_the_scan_runs_nothing_that_lies_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path, dict.fromkeys(["json.py", "pickle.py", "posse_server.py", "sitecustomize.py"], "raise SystemExit\n")
    )
    write(tmp_path, {"a.py": "assert a\n"})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    order = Order([(tmp_path, EditorSettings())], Encoding.UTF8)
    found = [message async for message in messages(order, pytest.fail) if isinstance(message, FileChecked)]
    assert {file.path.name: file.findings for file in found} == {
        "a.py": 1,
        "json.py": 0,
        "pickle.py": 0,
        "posse_server.py": 0,
        "sitecustomize.py": 0,
    }


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("executable", "/nowhere/python", "Python does not start"), ("path", [], r"exit status 1")],
    ids=["not started", "not finished"],
)
async def test_a_scan_that_fails_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, told: str
) -> None:
    monkeypatch.setattr(sys, name, value)
    order = Order([(tmp_path, EditorSettings())], Encoding.UTF8)
    with pytest.raises(ScanError, match=told):
        assert not [message async for message in messages(order, pytest.fail)]


async def test_a_folder_that_is_renamed_by_another_program_takes_its_findings_along(
    connect: Connect, tree: Path
) -> None:
    editor = await connect("neovim-0.11.4", tree)
    await editor.run("posse.scanWorkspace")
    (tree / "package").rename(tree / "renamed")
    await editor.until(lambda: not codes(editor, tree / "package" / "b.py"))


async def test_a_baseline_counts_for_files_that_are_not_open(connect: Connect, tree: Path) -> None:
    editor = await connect("neovim-0.11.4", tree)
    await editor.run("posse.scanWorkspace")
    await editor.run("posse.addWorkspaceToBaseline")
    assert await editor.run("posse.scanWorkspace") == {"files": 4, "findings": 1}, (
        "what lies in a broken file is not added"
    )


async def test_a_pull_reports_documents_that_are_no_files_but_no_notebooks(connect: Connect, tmp_path: Path) -> None:
    pulled = Pulled(await connect("vscode-1.139.1", tmp_path, options=OPTED))
    for number in range(2):
        pulled.editor.open("exec(a)\n", f"untitled:{number}")
    pulled.editor.open_notebook("assert a\n")
    await pulled.pull()
    assert pulled.codes == {"untitled:0": ["B102"], "untitled:1": ["B102"]}


async def test_a_pull_without_partial_results_is_answered_at_once(connect: Connect, tree: Path) -> None:
    editor = await connect("neovim-0.12.4", tree, options=OPTED)
    pulled = Pulled(editor)
    await pulled.pull()
    assert [report.kind for report in (await within(pulled.ask())).items] == ["unchanged"] * 3


async def test_a_pull_that_is_cancelled_half_way_leaves_the_rest_to_the_next(connect: Connect, tree: Path) -> None:
    editor = await connect("vscode-1.139.1", tree, options=OPTED)
    params = lsp.WorkspaceDiagnosticParams([], identifier="posse")
    answer = editor.protocol.send_request_async(lsp.WORKSPACE_DIAGNOSTIC, params, msg_id="pull")  # type: ignore[no-untyped-call]
    waiting = asyncio.ensure_future(answer)
    await editor.settled()
    editor.cancel_request(lsp.CancelParams("pull"))
    with pytest.raises(Exception, match="cancel"):
        await within(waiting)
    pulled = Pulled(editor)
    await pulled.pull()
    assert pulled.codes == WHOLE
