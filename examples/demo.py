"""Plays a session with the real server, as an editor would, and prints it.

Opens `flask_app.py`, types a vulnerable line character by character, hovers over what is found, and applies the quick
fix that suppresses it. Then a query is typed that a request reaches: the path is shown, and a fix closes it. A check of
the project's own is added while the editor is open. At last a scan, as in CI, fails on a new finding and not on known
ones. Run it with `make demo`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

FILE = Path(__file__).with_name("flask_app.py")
TYPED = "    subprocess.run(request.form['command'], shell=True)"
QUERY = (
    """    sqlite3.connect('people.db').execute("SELECT * FROM person WHERE name = '" + request.form['name'] + "'")"""
)
BELOW = "def people():"


class Editor:
    """A minimal editor: it keeps a text, sends edits to the server, and shows the answers."""

    def __init__(self, file: Path = FILE) -> None:
        self.file = file
        self.client = LanguageClient("posse-demo", "1")
        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._take(params))
        self.client.feature(lsp.WINDOW_LOG_MESSAGE)(lambda params: None)
        self.uri = file.as_uri()
        self.lines = file.read_text(encoding="utf-8").splitlines()
        self.version = 1
        self.diagnostics: list[lsp.Diagnostic] = []
        self._answered: asyncio.Queue[int] = asyncio.Queue()

    def _take(self, params: lsp.PublishDiagnosticsParams) -> None:
        if params.uri == self.uri and params.version is not None:
            self.diagnostics = list(params.diagnostics)
            self._answered.put_nowait(params.version)

    async def start(self) -> None:
        """Start the server and open the file."""
        await self.client.start_io(sys.executable, "-m", "posse_server.cli", "server")
        await self.client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(
                    general=lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind.Utf16]),
                    text_document=lsp.TextDocumentClientCapabilities(
                        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(related_information=True),
                        code_action=lsp.CodeActionClientCapabilities(
                            code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
                                code_action_kind=lsp.ClientCodeActionKindOptions(value_set=["quickfix"])
                            )
                        ),
                    ),
                ),
                workspace_folders=[lsp.WorkspaceFolder(uri=self.file.parent.as_uri(), name="examples")],
            )
        )
        self.client.initialized(lsp.InitializedParams())
        text = "\n".join(self.lines) + "\n"
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri, "python", self.version, text))
        )
        await self._answer()

    async def insert(self, line: int, column: int, text: str) -> float:
        """Insert a text. Returns the milliseconds until the diagnostics of the new version arrived."""
        place = lsp.Position(line, column)
        return await self.replace(lsp.TextEdit(lsp.Range(place, place), text))

    async def replace(self, edit: lsp.TextEdit) -> float:
        """Replace a part of the text. Returns the milliseconds until the diagnostics of the new version arrived."""
        start, end = edit.range.start, edit.range.end
        first, last = (self.lines[at.line] if at.line < len(self.lines) else "" for at in (start, end))
        new = first[: start.character] + edit.new_text + last[end.character :]
        self.lines[start.line : end.line + 1] = new.split("\n")
        self.version += 1
        began = time.perf_counter()
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(self.version, self.uri),
                [lsp.TextDocumentContentChangePartial(edit.range, edit.new_text)],
            )
        )
        await self._answer()
        return (time.perf_counter() - began) * 1000

    async def _answer(self) -> None:
        while await asyncio.wait_for(self._answered.get(), 30) < self.version:
            pass

    async def followed(self, code: str) -> lsp.Diagnostic:
        """Wait until the server, which follows data while nobody types, shows the path of a finding; returns it."""
        while True:
            for found in self.diagnostics:
                if found.code == code and any(
                    step.message.startswith("Step") for step in found.related_information or ()
                ):
                    return found
            await asyncio.wait_for(self._answered.get(), 30)

    async def reported(self, code: str) -> bool:
        """Wait until a finding of a check is shown. Returns whether it was within half a minute."""
        try:
            while all(found.code != code for found in self.diagnostics):
                await asyncio.wait_for(self._answered.get(), 30)
        except asyncio.TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Shut the server down."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


def say(text: str = "", *, indent: int = 0) -> None:
    """Print one line of the transcript."""
    print(" " * indent + text)


def show(editor: Editor, code: str | None = None) -> None:
    """Write each finding, or those of one check, under the line it is on, as an editor would draw it."""
    for found in editor.diagnostics:
        if code not in (None, found.code):
            continue
        start, end = found.range.start, found.range.end
        severity = found.severity.name.upper() if found.severity else ""
        say(f"{start.line + 1:4} | {editor.lines[start.line]}", indent=2)
        say(f"     | {' ' * start.character}{'^' * (end.character - start.character)}", indent=2)
        say(f"     | {severity} {found.code}: {found.message}", indent=2)


async def main() -> None:
    """Play the session."""
    editor = Editor()
    began = time.perf_counter()
    await editor.start()
    say(f"== The server starts and opens {FILE.name} ({(time.perf_counter() - began) * 1000:.0f} ms)")
    show(editor)

    say("\n== An import is added at the top: a reminder that this file starts programs")
    say(f"({await editor.insert(1, 0, 'import subprocess'):.1f} ms)", indent=2)
    line = editor.lines.index(BELOW) + 2
    await editor.insert(line, 0, "\n")

    say("\n== A vulnerable line is typed, character by character")
    known = {(found.code, found.message) for found in editor.diagnostics}
    times = []
    for column, character in enumerate(TYPED):
        times.append(await editor.insert(line, column, character))
        for found in editor.diagnostics:
            if found.range.start.line == line and (found.code, found.message) not in known:
                known.add((found.code, found.message))
                say(f"{times[-1]:5.1f} ms  {editor.lines[line].strip()}", indent=2)
                say(f"          {found.code}: {found.message}", indent=2)
    say(f"{len(times)} keystrokes, each answered: median {sorted(times)[len(times) // 2]:.1f} ms", indent=2)

    target = next(found for found in editor.diagnostics if found.code == "B602")
    say("\n== The cursor rests on shell=True: the hover explains")
    document = lsp.TextDocumentIdentifier(editor.uri)
    began = time.perf_counter()
    hover = await editor.client.text_document_hover_async(lsp.HoverParams(document, target.range.start))
    say(f"({(time.perf_counter() - began) * 1000:.1f} ms)", indent=2)
    assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
    for text in hover.contents.value.splitlines():
        say(f"| {text}", indent=2)

    say("\n== The quick fix is applied")
    began = time.perf_counter()
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(document, target.range, lsp.CodeActionContext(diagnostics=[target]))
    )
    took = (time.perf_counter() - began) * 1000
    action = next(a for a in actions or [] if isinstance(a, lsp.CodeAction) and "B602" in a.title)
    say(f"{took:.1f} ms  offered: {action.title}", indent=2)
    assert action.edit is not None and action.edit.changes is not None
    (edit,) = action.edit.changes[editor.uri]
    took = await editor.insert(edit.range.start.line, edit.range.start.character, edit.new_text)
    say(f"{took:.1f} ms  {editor.lines[line].strip()}", indent=2)
    gone = all(found.code != "B602" for found in editor.diagnostics)
    say(f"B602 is {'gone' if gone else 'still there'}; what is left:", indent=2)
    show(editor)
    closed = await follow(editor, line)
    await editor.stop()
    if not gone or not closed:
        raise SystemExit("a fix did not do what it says")
    if not await own_check():
        raise SystemExit("the project's own check reports nothing")
    if gate() != [1, 0, 1]:
        raise SystemExit("the gate did not tell a new finding from known ones")


async def follow(editor: Editor, line: int) -> bool:
    """Type a query that a request reaches, and apply the fix. Returns whether the finding is gone."""
    say("\n== A query is typed that the sender of the request can change: the path is shown")
    await editor.insert(1, 0, "import sqlite3\n")
    await editor.insert(line + 1, 0, f"{QUERY}\n")
    found = await editor.followed("B608")
    show(editor, "B608")
    for step in found.related_information or []:
        say(f"     | {step.location.range.start.line + 1}: {step.message}", indent=2)
    say("\n== The fix hands the value over apart from the statement")
    document = lsp.TextDocumentIdentifier(editor.uri)
    actions = await editor.client.text_document_code_action_async(
        lsp.CodeActionParams(document, found.range, lsp.CodeActionContext(diagnostics=[found]))
    )
    offered = [a for a in actions or [] if isinstance(a, lsp.CodeAction) and a.edit is not None and a.edit.changes]
    action = next(a for a in offered if "nosec" not in a.title)
    say(f"offered: {action.title}", indent=2)
    assert action.edit is not None and action.edit.changes is not None
    edits = action.edit.changes[editor.uri]
    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        await editor.replace(edit)
    say(next(row for row in editor.lines if "people.db" in row and "connect" in row).strip(), indent=2)
    closed = all(item.code != "B608" for item in editor.diagnostics)
    say(f"B608 is {'gone' if closed else 'still there'}", indent=2)
    return closed


async def own_check() -> bool:
    """Add a check to a project that is open in the editor. Returns whether it reports what is there."""
    say("\n== A check of one's own is added to an open project, and runs at once")
    declared = Path(__file__).parent / "own_checks" / "declared"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "app.py").write_text((declared / "app.py").read_text(encoding="utf-8"), encoding="utf-8")
        editor = Editor(folder / "app.py")
        await editor.start()
        say("$ posse new-check prohibit_unsafe_deserialization", indent=2)
        posse(folder, "new-check", "prohibit_unsafe_deserialization")
        path = Path(".posse", "checks", "prohibit_unsafe_deserialization.yaml")
        text = (declared / path).read_text(encoding="utf-8")
        (folder / path).write_text(text, encoding="utf-8")
        for line in text.splitlines()[1:9]:
            say(f"| {line}", indent=2)
        found = await editor.reported("X901")
        if found:
            show(editor, "X901")
            say(f"$ posse checks test\n    {posse(folder, 'checks', 'test').stdout.strip()}", indent=2)
        await editor.stop()
        return found


def gate() -> list[int]:
    """Scan a project as CI does: as it is, with a baseline, and with a new finding. Returns the exit statuses."""
    say("\n== In CI, a gate that fails on a new finding only")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "old.py").write_text("import subprocess\n\nsubprocess.run('ls *', shell=True)\n")
        statuses = [scan(folder)]
        posse(folder, "baseline", "create", "-r", ".", "-q")
        say("$ posse baseline create -r .", indent=2)
        statuses.append(scan(folder))
        (folder / "new.py").write_text("import hashlib\n\nhashlib.md5(password)\n")
        say("new.py is added", indent=2)
        return [*statuses, scan(folder)]


def scan(folder: Path) -> int:
    """Scan a folder, and print what is found. Returns the exit status."""
    template = "{relpath}:{line}: {severity} {test_id} {msg}"
    done = posse(folder, "scan", "-r", ".", "-q", "-f", "custom", "--msg-template", template)
    say("$ posse scan -r .", indent=2)
    for line in done.stdout.splitlines():
        say(line, indent=4)
    say(f"exit status {done.returncode}", indent=4)
    return done.returncode


def posse(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Posse in a folder."""
    command = [sys.executable, "-m", "posse_server.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    asyncio.run(main())
