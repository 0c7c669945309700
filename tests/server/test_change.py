"""The single entry for changes: what each makes stale, and that no change bypasses it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from posse_server.lsp.change import CURRENT, Stale
from posse_server.lsp.features import documents
from posse_server.lsp.session import Session
from tests.server.live import Live, live

LSP = Path(documents.__file__).parents[1]

ONLY_IN_THE_FUNNEL = {"reconfigure", "read_baselines", "apply_baselines", "soon", "refresh_all", "refresh_lenses"}
"""Methods that reload files, or show documents again."""
WITH_A_REASON = {
    ("change.py", "*"): "it is the funnel",
    ("session.py", "*"): "it defines them",
    ("server.py", "apply_baselines"): "a large baseline comes from a thread; its effect goes through the funnel",
    ("server.py", "soon"): "refreshes and counts have schedules of their own",
    ("server.py", "refresh_all"): "an edit of one cell may change what another shows",
    ("project_code.py", "soon"): "a process finds more in documents whose configuration is the same",
    ("workspace_diagnostics.py", "refresh_all"): "a command asks for diagnostics that are not stale",
}


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def test_nothing_is_reloaded_or_shown_again_around_the_funnel() -> None:
    around = {
        (path.name, name)
        for path in LSP.rglob("*.py")
        for name in calls(path)
        if name in ONLY_IN_THE_FUNNEL and (path.name, "*") not in WITH_A_REASON
    }
    assert around == {key for key in WITH_A_REASON if key[1] != "*"}


A, B = Stale(("a",)), Stale(("b", "a"), is_unannounced=True, are_lenses=True)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (CURRENT, CURRENT, CURRENT),
        (A, CURRENT, A),
        (CURRENT, B, B),
        (A, B, Stale(("a", "b"), is_unannounced=True, are_lenses=True)),
        (B, A, B),
        (A, Stale(are_closed_files=True), Stale(("a",), are_closed_files=True)),
        (Stale.under([]), A, A),
        (Stale.under(["b"]), A, Stale(("b", "a"), is_unannounced=True, are_lenses=True)),
    ],
)
def test_what_two_changes_make_stale(one: Stale, other: Stale, both: Stale) -> None:
    assert one | other == both


URI = "file:///somewhere/a.py"


def test_what_the_session_calls_stale() -> None:
    session = Session()
    assert session.open(URI, 1, "exec(a)\n") == Stale((URI,))
    snapshot = session.snapshot(URI)
    assert snapshot is not None
    assert session.change(URI, 2, snapshot.document) == Stale((URI,))
    assert session.save(URI) == CURRENT  # nothing waited for it
    assert session.save("file:///somewhere/else.py") == CURRENT
    assert session.lose(URI) == Stale((URI,))
    assert session.lose("file:///somewhere/else.py") == CURRENT
    assert session.take_settings({}) == CURRENT
    assert session.reconfigure() == CURRENT
    assert session.change_folders([], []) == Stale(are_closed_files=True)
    assert session.apply_baselines() == Stale(are_closed_files=True)


CLIENT = {
    "textDocument": {"diagnostic": {}, "codeLens": {}},
    "workspace": {
        "diagnostics": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceFolders": True,
    },
}
REFRESH = "workspace/diagnostic/refresh"


Way = Callable[[str], dict[str, object]]


def begin(server: Live, root: Path, *names: str) -> list[str]:
    """Starts a client that pulls diagnostics, with open documents. Returns their URIs."""
    server.begin(capabilities=CLIENT, workspaceFolders=[{"uri": root.as_uri(), "name": "root"}])
    uris = [(root / name).as_uri() for name in names]
    for uri in uris:
        server.open(uri)
    return uris


def saved(uri: str) -> dict[str, object]:
    return {"method": "textDocument/didSave", "params": {"textDocument": {"uri": uri}}}


def reported(uri: str) -> dict[str, object]:
    return {"method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": uri, "type": 2}]}}


def pulled(server: Live, uri: str, id: str) -> list[str]:
    server.send({"id": id, "method": "textDocument/diagnostic", "params": {"textDocument": {"uri": uri}}})
    return [item["code"] for item in server.answer(id)["result"]["items"]]


def refreshes(server: Live, number: int) -> None:
    """Waits until this many refreshes have come; each counts once, as they keep their order."""
    server.until(lambda _: sum(message.get("method") == REFRESH for message in server.messages) >= number)


@pytest.mark.parametrize("ways", [(saved,), (reported,), (saved, reported), (reported, saved, reported)])
def test_one_configuration_that_changes_is_one_refresh_whatever_tells_of_it(
    tmp_path: Path, ways: Sequence[Way]
) -> None:
    configuration = tmp_path / "bandit.yaml"
    configuration.write_text("skips: [B101]\n")
    with live() as server:
        uris = begin(server, tmp_path, "a.py", "b.py")
        for round, (text, codes) in enumerate([("skips: [B102]\n", ["B101"]), ("skips: []\n", ["B101", "B102"])], 1):
            assert pulled(server, uris[0], f"before {round}") != codes
            configuration.write_text(text)
            server.send(*[way(configuration.as_uri()) for way in ways])
            refreshes(server, round)
            for uri in uris:
                assert pulled(server, uri, f"{uri} {round}") == codes
        assert sum(message.get("method") == REFRESH for message in server.messages) == 2


def test_a_document_whose_configuration_is_the_same_is_not_shown_again(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bandit.yaml").write_text("skips: [B101]\n")
    with live() as server:
        server.begin(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "root"}])
        one, other = [(tmp_path / name / "a.py").as_uri() for name in ("one", "other")]
        server.open(one)
        server.open(other)
        assert (server.codes(one), server.codes(other)) == (["B102"], ["B102"])
        (tmp_path / "one" / "bandit.yaml").write_text("")
        server.send(saved((tmp_path / "one" / "bandit.yaml").as_uri()))
        assert (server.codes(one), server.codes(other)) == (["B101", "B102"], ["B102"])
        pushed = [m["params"]["uri"] for m in server.messages if m.get("method") == "textDocument/publishDiagnostics"]
        assert (pushed.count(one), pushed.count(other)) == (2, 1)
