"""A bare editor for tests of plug-ins: what it shows of a file, edits, and its answer to the server's question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.server.live import Live
from tests.server.raw import Message

RUN, LEAVE = "Run them", "Do not run them"
QUESTION = "window/showMessageRequest"

Diagnostics = list[dict[str, Any]]


def begin(live: Live, folder: Path, answer: str | None = RUN, options: object = None) -> None:
    """Begin a session in a workspace folder, whose user gives this answer; None is none."""
    chosen = {"result": None if answer is None else {"title": answer}}
    live.replies[QUESTION] = lambda message: chosen
    literals = {"codeActionKind": {"valueSet": ["quickfix"]}}
    capabilities = {"textDocument": {"codeAction": {"codeActionLiteralSupport": literals}}}
    folders = [{"uri": folder.as_uri(), "name": "w"}]
    live.begin(workspaceFolders=folders, initializationOptions=options, capabilities=capabilities)


def open_file(live: Live, path: Path, text: str | None = None) -> None:
    live.open(path.as_uri(), path.read_text() if text is None else text)


def edit(live: Live, path: Path, version: int, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
    """Replace a range of a file."""
    first, last = ({"line": line, "character": column} for line, column in (start, end))
    change = {"range": {"start": first, "end": last}, "text": new}
    document = {"uri": path.as_uri(), "version": version}
    live.send({"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": [change]}})


def until_shown(live: Live, path: Path, is_right: Callable[[Diagnostics], bool]) -> Diagnostics:
    """Wait until what is shown of a file is right. Returns it, in order of position."""
    last = [message for message in live.messages if _is_about(message, path)][-1:]
    if last and is_right(found := _diagnostics(last[0])):
        return found
    seen = len(live.messages)

    def is_there(message: Message) -> bool:
        is_new = not any(message is old for old in live.messages[:seen])
        return is_new and _is_about(message, path) and is_right(_diagnostics(message))

    return _diagnostics(live.until(is_there))


def until_codes(live: Live, path: Path, *codes: str) -> Diagnostics:
    """Wait until findings of exactly these checks are shown of a file, in order of position."""
    return until_shown(live, path, lambda found: [item.get("code") for item in found] == list(codes))


def result_of(live: Live, id: str, method: str, **parameters: Any) -> Any:
    """Returns the result of a request."""
    live.send({"id": id, "method": method, "params": parameters})
    return live.answer(id)["result"]


def questions(live: Live) -> Sequence[str]:
    """The questions that the user was asked."""
    return [message["params"]["message"] for message in live.messages if message.get("method") == QUESTION]


def _is_about(message: Message, path: Path) -> bool:
    return message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == path.as_uri()


def _diagnostics(message: Message) -> Diagnostics:
    def position(item: dict[str, Any]) -> tuple[int, int, str]:
        start = item["range"]["start"]
        return start["line"], start["character"], str(item.get("code"))

    return sorted(message["params"]["diagnostics"], key=position)
