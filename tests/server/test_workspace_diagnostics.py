"""The findings of a whole workspace, pulled or pushed, beside those of a scan."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.server.clients import CLIENTS
from tests.server.conftest import Connect
from tests.server.session import SERVER, Editor
from tests.server.waiting import within

pytestmark = pytest.mark.asyncio(loop_scope="session")

PULLING = [name for name, ability in CLIENTS.items() if ability.pulls]
EVAL = "# \N{PILE OF POO}\r\nx = '\N{PILE OF POO}', eval(y)\r\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A workspace with findings, files without, a file that is broken and one that is excluded."""
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


class Pulled:
    """What a client knows of a workspace."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.results: dict[str, str] = {}
        self.items: dict[str, Sequence[lsp.Diagnostic]] = {}

    def ask(self, **more: Any) -> asyncio.Future[lsp.WorkspaceDiagnosticReport]:
        """Ask for what is new."""
        known = [lsp.PreviousResultId(uri, value) for uri, value in self.results.items()]
        params = lsp.WorkspaceDiagnosticParams(known, identifier="posse", **more)
        return asyncio.ensure_future(self.editor.workspace_diagnostic_async(params))

    async def pull(self) -> None:
        """Ask and take the answer."""
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
    answer = pulled.ask()
    await editor.settled()
    assert not answer.done()
    editor.write(tree / "package/clean.py", "exec(a)\n")
    reports = (await within(answer)).items
    changed = [report.uri for report in reports if report.kind == "full"]
    assert changed == [(tree / "package/clean.py").as_uri()]
    assert len(reports) == 4
    pulled.take(reports)
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
    assert sorted(item["uri"] for value in values for item in value["items"]) == sorted(
        (tree / name).as_uri() for name in ("a.py", "package/b.py", "package/broken.py", "package/clean.py")
    )
    assert [value["kind"] for token, value in pulled.editor.progressed if token == "bar"] == ["begin", "end"]


async def test_a_pull_can_be_cancelled(connect: Connect, tree: Path) -> None:
    editor = await connect("vscode-1.139.1", tree, options=OPTED)
    pulled = Pulled(editor)
    await pulled.pull()
    params = lsp.WorkspaceDiagnosticParams(
        [lsp.PreviousResultId(uri, value) for uri, value in pulled.results.items()], identifier="posse"
    )
    answer = editor.protocol.send_request_async(lsp.WORKSPACE_DIAGNOSTIC, params, msg_id="pull")  # type: ignore[no-untyped-call]
    waiting = asyncio.ensure_future(answer)
    await editor.settled()
    editor.cancel_request(lsp.CancelParams("pull"))
    with pytest.raises(Exception, match="cancel"):
        await within(waiting)
    await editor.settled()


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_command_pushes_the_findings_of_all_files(client: str, connect: Connect, tree: Path) -> None:
    editor = await connect(client, tree)
    assert await editor.run("posse.scanWorkspace") == {"files": 4, "findings": 4}
    await editor.settled()
    pushed = {uri.removeprefix(tree.as_uri() + "/"): editor.problems(uri) for uri in editor.pushed}
    assert {name: [item.code for item in items if item.code] for name, items in pushed.items() if items} == WHOLE
    column = {"utf-8": 12, "utf-16": 10, "utf-32": 9}[editor.encoding]
    assert pushed["a.py"][0].range.start == lsp.Position(1, column)


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


async def test_a_scan_shows_its_progress_and_can_be_cancelled(connect: Connect, tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"m{number}.py").write_text("assert a\n")
    editor = await connect("vscode-1.139.1", tmp_path)
    scan = asyncio.ensure_future(editor.run("posse.scanWorkspace"))
    await editor.until(lambda: bool(editor.pushed))
    [token, begin], *_ = editor.progressed
    assert begin["cancellable"] is True
    editor.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(token))
    assert await within(scan) is None
    assert editor.progressed[-1][1]["kind"] == "end"
    assert len(editor.pushed) < 2000
