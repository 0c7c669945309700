"""Diagnostics: pushed with their version, or pulled by clients that can."""

from __future__ import annotations

import json

from lsprotocol import types as lsp

from posse_server.rendering import Json
from posse_server.server import Server


def publish(server: Server, uri: str) -> None:
    """Push the diagnostics of a document's or a cell's newest version, unless it has been closed."""
    snapshot = server.session.part(uri)
    if snapshot is not None:
        diagnostics, _ = server.session.rendered(snapshot)
        params = f'{{"uri":{json.dumps(uri)},"version":{snapshot.version},"diagnostics":[{diagnostics}]}}'
        server.protocol.send_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> Json:
    """Answer a client that asks for a document's diagnostics, or whether they are still those it has.

    A document that is not open has none.
    """
    snapshot = server.session.part(params.text_document.uri)
    if snapshot is None:
        return Json('{"kind":"full","items":[]}')
    if snapshot.waits and params.previous_result_id is not None:
        return Json(f'{{"kind":"unchanged","resultId":{json.dumps(params.previous_result_id)}}}')
    diagnostics, result = server.session.rendered(snapshot)
    if params.previous_result_id == result:
        return Json(f'{{"kind":"unchanged","resultId":"{result}"}}')
    return Json(f'{{"kind":"full","resultId":"{result}","items":[{diagnostics}]}}')
