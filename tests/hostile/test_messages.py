"""Messages: a client that sends what Posse does not know or cannot read is served."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posse_server.lsp.app import FEATURES
from posse_server.protocol.client_capabilities import Client
from posse_server.transport import messages
from tests.server.live import CODES, SOURCE, Live, live
from tests.server.raw import Message, framed

URI = "file:///a.py"
INVALID_REQUEST, INVALID_PARAMS, NOT_FOUND = -32600, -32602, -32601
ODD: list[Any] = [None, True, 0, -1, 2**31, 2**53, 10**30, 3.5, "", "x", [], [None], {}, {"jsonrpc": "2.0", "id": 3}]
"""Values of all types."""


def span(line: Any, character: Any, end_line: Any, end_character: Any) -> Message:
    return {"start": {"line": line, "character": character}, "end": {"line": end_line, "character": end_character}}


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    """A server with the document open."""
    with live() as server:
        server.begin(
            capabilities={
                "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
            }
        )
        server.open()
        yield server


# -- initialize

CAPABILITIES: dict[str, Any] = {
    "nothing": {},
    "null": None,
    "a list": [],
    "tags of Visual Studio": {
        "textDocument": {
            "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2, -1, -2]}},
            "completion": {"completionItemKind": {"valueSet": [1, 118115]}},
        }
    },
    "unknown kinds": {
        "textDocument": {
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor.move", 5, None]}}},
            "hover": {"contentFormat": ["asciidoc", 1]},
            "foldingRange": {"foldingRangeKind": {"valueSet": [7]}},
            "documentSymbol": {"symbolKind": {"valueSet": [0, 99, "x"]}},
        },
        "workspace": {"workspaceEdit": {"resourceOperations": ["copy"], "failureHandling": "explode"}},
    },
    "unknown encodings": {"general": {"positionEncodings": ["utf-7", None, 8, "utf-16"]}},
    "other types": {"general": [], "textDocument": "all", "workspace": 1, "window": True, "notebookDocument": [{}]},
    "other types below": {
        "general": {"positionEncodings": "utf-8", "markdown": 1, "staleRequestSupport": []},
        "textDocument": {"hover": [], "codeAction": {"resolveSupport": {"properties": "edit"}}, "diagnostic": True},
        "workspace": {"configuration": {}, "didChangeWatchedFiles": 3, "workspaceFolders": "yes"},
    },
}
PARAMS: dict[str, Message] = {
    "a trace of another kind": {"trace": "compact"},
    "a trace of another type": {"trace": {"level": 3}},
    "numbers as texts": {"processId": "12345678901234567890", "capabilities": {"window": {"workDoneProgress": "1"}}},
    "folders of all kinds": {"workspaceFolders": [None, 1, {}, {"uri": None}, {"name": "x"}, {"uri": "untitled:x"}]},
    "folders as a text": {"workspaceFolders": "file:///"},
    "a root of another kind": {"rootUri": "vscode-remote://ssh/home", "rootPath": 5},
    "a root that is no URI": {"rootUri": "file://[::1", "workspaceFolders": [{"uri": "file://[x/%zz%", "name": "x"}]},
    "a client without a name": {"clientInfo": {"version": 3}, "locale": []},
    "options of another kind": {"initializationOptions": [1, 2]},
}


@pytest.mark.parametrize("capabilities", CAPABILITIES.values(), ids=CAPABILITIES)
def test_capabilities_that_are_not_known_are_passed_over(capabilities: Any) -> None:
    with live() as server:
        assert "result" in server.begin(capabilities=capabilities)
        server.open()
        assert server.codes() == CODES


@pytest.mark.parametrize("params", PARAMS.values(), ids=PARAMS)
def test_what_initialize_says_besides_may_be_odd(params: Message) -> None:
    with live() as server:
        assert "result" in server.begin(**params)
        server.open()
        assert server.codes() == CODES


@pytest.mark.parametrize("params", [None, [], [{}], "x", {}], ids=repr)
def test_initialize_may_say_nothing(params: Any) -> None:
    with live() as server:
        server.send({"id": 1, "method": "initialize", "params": params})
        assert "result" in server.answer(1)
        server.open()
        assert server.codes() == CODES


class Spy:
    """A protocol value that records which of its fields are read, as paths."""

    def __init__(self, read: set[str], path: str = "") -> None:
        self._read, self._path = read, path

    def __getattr__(self, name: str) -> Spy:
        path = f"{self._path}.{name}".strip(".")
        self._read.add(path)
        return Spy(self._read, path)

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, _: object) -> bool:
        return False


def test_all_that_is_read_of_a_clients_capabilities_is_in_the_table() -> None:
    read: set[str] = set()
    Client.of(Spy(read))  # type: ignore[arg-type]
    for path in read:
        said: Any = True
        for name in reversed(path.split(".")):
            first, *rest = name.split("_")
            said = {first + "".join(word.capitalize() for word in rest): said}
        found = [
            messages.CAPABILITIES(json.loads(json.dumps(said).replace("true", odd))) for odd in ("true", "{}", "[]")
        ]
        for name in path.split("."):
            found = [getattr(value, name) for value in found if value is not None]
        assert any(value is not None and value is not False for value in found), path


def test_every_feature_has_an_entry_in_the_table() -> None:
    assert not FEATURES.keys() - messages.READ.keys()


# -- documents

VERSIONS: dict[str, Any] = {
    "null": None,
    "beyond the protocol": 2**31,
    "beyond doubles": 2**53,
    "beyond all": 10**40,
    "a fraction": 3.0,
    "a text": "3",
    "negative": -3,
    "another type": {},
}


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_a_document_may_be_of_any_version(server: Live, version: Any) -> None:
    uri = f"file:///version/{json.dumps(version)}.py"
    server.open(uri, version=version)
    assert server.codes(uri) == CODES
    for text, codes in [("exec(a)\n", ["B102"]), ("assert a\n", ["B101"])]:
        changed = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
        server.send({"method": "textDocument/didChange", "params": changed})
        assert server.codes(uri) == codes


PLACES: dict[str, Any] = {"beyond all lines": 2**31, "beyond doubles": 2**60, "a fraction": 2.0, "infinite": 1e300}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_edit_may_end_anywhere(server: Live, place: Any) -> None:
    uri = f"file:///place/{place}.py"
    server.open(uri)
    changed = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"range": span(0, 0, place, place), "rangeLength": "x", "text": "eval(a)\n"}],
    }
    server.send({"method": "textDocument/didChange", "params": changed})
    assert server.codes(uri) == ["B307"]


@pytest.mark.parametrize("bad", [*ODD, {"range": {}, "text": "x"}, {"range": span(0, 0, 0, 1)}], ids=repr)
def test_before_a_whole_text_any_edit_is_passed_over(server: Live, bad: Any) -> None:
    uri = "file:///whole.py"
    server.open(uri)
    changed = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [bad, {"text": "eval(a)\n"}]}
    server.send({"method": "textDocument/didChange", "params": changed})
    assert server.codes(uri) == ["B307"]


# -- code actions beside other servers' diagnostics

PLAIN: Message = {"range": span(1, 0, 1, 4), "message": "m"}
FOREIGN: dict[str, Any] = {
    **{
        f"{field} {value!r}": {**PLAIN, field: value} for field in ("severity", "code", "tags", "data") for value in ODD
    },
    "tags that are not known": {**PLAIN, "tags": [-1, 9, "x", None]},
    "an empty description": {**PLAIN, "codeDescription": {}},
    "a negative range": {**PLAIN, "range": span(-1, -1, -1, -1)},
    "a range that is too large": {**PLAIN, "range": span(1, 0, 2**32, 2**60)},
    "no range": {"message": "m"},
    "no message": {"range": PLAIN["range"]},
    "a message in markup": {**PLAIN, "message": {"kind": "markdown", "value": "m"}},
    "related to nothing": {**PLAIN, "relatedInformation": [{"location": None}, 3]},
    "nothing": None,
    "a list": [],
}


def actions(server: Live, context: Any) -> Message:
    id = f"actions {len(server.messages)}"
    params = {"textDocument": {"uri": URI}, "range": span(1, 0, 1, 4), "context": context}
    server.send({"id": id, "method": "textDocument/codeAction", "params": params})
    return server.answer(id)


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_there_are_actions_beside_any_diagnostic(server: Live, foreign: Any) -> None:
    assert actions(server, {"diagnostics": [foreign]})["result"]


@pytest.mark.parametrize(
    "context",
    [None, {}, {"diagnostics": None}, {"diagnostics": [], "only": ["quickfix", 5]}, {"triggerKind": 9}],
    ids=repr,
)
def test_the_context_of_actions_may_be_odd(server: Live, context: Any) -> None:
    assert actions(server, context)["result"]


def test_an_action_that_is_resolved_keeps_what_it_was_offered_with(server: Live) -> None:
    for offered in actions(server, {"diagnostics": []})["result"]:
        id = f"resolved {len(server.messages)}"
        server.send({"id": id, "method": "codeAction/resolve", "params": offered})
        resolved = server.answer(id)["result"]
        assert {name: resolved.get(name) for name in offered if name != "data"} == {
            name: value for name, value in offered.items() if name != "data"
        }


# -- settings, and other answers

ANSWERS: dict[str, Message | None] = {
    "null": {"result": None},
    "another type": {"result": "x"},
    "other types in a list": {"result": [5, "x", []]},
    "too short": {"result": []},
    "too long": {"result": [None] * 9},
    "an error": {"error": {"code": -32601, "message": "?"}},
    "an odd error": {"error": "no"},
    "a result and an error": {"result": [{}], "error": {"code": "x"}},
    "neither": {},
    "none": None,
}
ASKS = {
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "window": {"workDoneProgress": True},
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_the_client_answers_the_options_of_the_beginning_count(tmp_path: Any, answer: Message | None) -> None:
    """That is, the files of the workspace are checked, after some seconds even without a response."""
    (tmp_path / "closed.py").write_text(SOURCE)
    with live() as server:
        server.replies = dict.fromkeys(
            ["workspace/configuration", "client/registerCapability", "window/workDoneProgress/create"],
            lambda _: answer,
        )
        folders = [{"uri": tmp_path.as_uri(), "name": "w"}]
        server.begin(workspaceFolders=folders, capabilities=ASKS, initializationOptions={"workspaceDiagnostics": True})
        shown = server.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        assert shown["params"]["uri"].endswith("closed.py")
        assert len(shown["params"]["diagnostics"]) == 2


def test_settings_that_come_late_count(tmp_path: Any) -> None:
    """The files of the workspace are checked without the settings, and hidden once these say so."""
    (tmp_path / "closed.py").write_text(SOURCE)
    with live() as server:
        server.begin(
            workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}],
            capabilities={"workspace": {"configuration": True}},
            initializationOptions={"workspaceDiagnostics": True},
        )
        question = server.until(lambda message: message.get("method") == "workspace/configuration")
        published = "textDocument/publishDiagnostics"
        server.until(lambda message: message.get("method") == published and message["params"]["diagnostics"] != [])
        server.send({"id": question["id"], "result": [{"workspaceDiagnostics": False}] * 2})
        server.until(lambda message: message.get("method") == published and message["params"]["diagnostics"] == [])


# -- requests and their IDs

HOVERED = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
IDS: dict[str, Any] = {"a text": "a", "zero": 0, "negative": -5, "huge": 10**300, "null": None, "a fraction": 1.5}


@pytest.mark.parametrize("id", IDS.values(), ids=IDS)
def test_a_request_may_have_any_id(server: Live, id: Any) -> None:
    server.messages.clear()
    server.send({"id": id, "method": "textDocument/hover", "params": HOVERED})
    assert server.answer(id)["result"]


@pytest.mark.parametrize("id", [True, [], {}, [1]], ids=repr)
def test_a_request_whose_id_is_none_is_refused(server: Live, id: Any) -> None:
    server.messages.clear()
    server.send({"id": id, "method": "textDocument/hover", "params": {}})
    assert server.answer(None)["error"]["code"] == INVALID_REQUEST


def test_requests_of_one_id_are_all_answered(server: Live) -> None:
    server.open()
    assert server.codes() == CODES
    server.messages.clear()
    server.send(*[{"id": "twice", "method": "textDocument/hover", "params": HOVERED}] * 3)
    for _ in range(3):
        answer = server.answer("twice")
        assert answer["result"]
        server.messages.remove(answer)


def test_what_cannot_be_taken_is_said_once_in_the_log_and_never_shown(server: Live) -> None:
    server.messages.clear()
    bad = {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": 5, "text": "pass"}}}
    server.send(*[bad] * 50)
    server.send({"id": "after", "method": "textDocument/hover", "params": HOVERED})
    assert "result" in server.answer("after")
    said = [m for m in server.messages if m.get("method") == "window/logMessage"]
    assert [m["params"]["message"] for m in said] == [
        "Skipped textDocument/didOpen: `textDocument.uri` is not a string."
    ]
    assert server.told() == []


# -- anything at all

VALUES = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
USUAL: dict[str, Any] = {
    "textDocument": {"uri": URI, "version": 2, "languageId": "python", "text": SOURCE},
    "position": {"line": 0, "character": 0},
    "range": span(0, 0, 1, 0),
    "context": {"diagnostics": [PLAIN], "only": ["quickfix"], "triggerKind": 1},
    "contentChanges": [{"range": span(0, 0, 0, 1), "text": "a"}, {"text": SOURCE}],
    "notebookDocument": {"uri": "file:///n.ipynb", "version": 1, "cells": [{"kind": 2, "document": "cell:1"}]},
    "cellTextDocuments": [{"uri": "cell:1", "languageId": "python", "version": 1, "text": SOURCE}],
    "change": {"cells": {"structure": {"array": {"start": 0, "deleteCount": 1, "cells": []}}}},
    "changes": [{"uri": URI, "type": 2}],
    "event": {"added": [{"uri": "file:///w", "name": "w"}], "removed": []},
    "files": [{"oldUri": URI, "newUri": URI, "uri": URI}],
    "settings": {"posse": {"skips": ["B101"]}},
    "previousResultIds": [{"uri": URI, "value": "1"}],
    "title": "x",
    "data": {"uri": URI, "do": "suppress"},
    "command": "posse.showConfiguration",
    "arguments": [URI],
    "id": 1,
    "token": "t",
}
METHODS = sorted(messages.READ.keys() - {"exit", "shutdown", "initialize", "textDocument/didClose"})


@st.composite
def malformed(draw: st.DrawFn) -> Message:
    """A message with usual parameters, some of which are replaced at any depth."""
    params = copy.deepcopy(USUAL)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = params
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], (dict, list)) and draw(st.booleans()):
                place = place[key]
                continue
            place[key] = draw(VALUES)
            break
    message: Message = {"method": draw(st.sampled_from(METHODS) | VALUES), "params": draw(st.just(params) | VALUES)}
    if draw(st.booleans()):
        message["id"] = draw(st.integers(10**6, 10**7) | VALUES)
    return message


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(st.lists(malformed(), min_size=1, max_size=8))
def test_after_any_messages_a_hover_is_answered(server: Live, bad: list[Message]) -> None:
    server.send(b"".join(framed(message) for message in bad))
    server.messages.clear()
    server.open("file:///fuzz.py")
    assert isinstance(server.codes("file:///fuzz.py"), list)
    assert not [text for text in server.told() if "rror in server" in text or "Traceback" in text]
