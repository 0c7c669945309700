"""How many findings a file has and how many are hidden: as a code lens, or sent to a client that wants them."""

from __future__ import annotations

import json

from lsprotocol import types as lsp

from posse_server.lsp.features.nosec import show_suppressed
from posse_server.lsp.offered import TELL_SUPPRESSED
from posse_server.lsp.server import Server
from posse_server.project.switches import Switch
from posse_server.system.console import printable

STATUS = "posse/status"
"""The notification with a document's numbers of findings."""
MOST_FINDINGS_LISTED = 20
"""Number of findings that a message lists."""


def code_lens(server: Server, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    """Returns a code lens above the first line with the number of hidden findings.

    Returns none if no finding is hidden, or if the settings do not ask for it.
    """
    snapshot = server.session.snapshot(params.text_document.uri)
    if snapshot is None or not server.session.workspace.wants(Switch.CODE_LENS):
        return []
    numbers = snapshot.numbers
    parts = [f"{numbers.suppressed} suppressed"] if numbers.suppressed else []
    parts += [f"{numbers.baselined} in the baseline"] if numbers.baselined else []
    if not parts:
        return []
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    title = f"Posse: {_count(numbers.findings)}, {', '.join(parts)}"
    return [lsp.CodeLens(top, lsp.Command(title, TELL_SUPPRESSED, arguments=[snapshot.uri]))]


def tell_suppressed(server: Server, uri: str) -> None:
    """Show the user a list of the findings that a comment or the baseline hides."""
    found = show_suppressed(server, uri) or []
    lines = [
        printable(f"line {item['line']}: {item['code']} {item['message']} ({item['why']})")
        for item in found
        if item["cause"] != "configuration"
    ]
    rest = len(lines) - MOST_FINDINGS_LISTED
    text = "\n".join(lines[:MOST_FINDINGS_LISTED] + ([f"and {rest} more"] if rest > 0 else []))
    server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text or "All findings are shown."))


def publish_counts(server: Server, uri: str) -> None:
    """Send the client the numbers of a document's newest version, unless it has been closed."""
    snapshot = server.session.snapshot(uri)
    if snapshot is not None:
        numbers = {name: number for name, number in snapshot.numbers._asdict().items() if number is not None}
        params = {"uri": uri, "version": snapshot.version, **numbers}
        server.protocol.send_notification(STATUS, json.dumps(params))


def _count(number: int) -> str:
    return "1 finding" if number == 1 else f"{number or 'no'} findings"
