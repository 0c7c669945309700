"""Diagnostics: pushed with their version, or pulled by clients that can."""

from __future__ import annotations

import json

from lsprotocol import types as lsp

from posse_server.lsp.server import Server
from posse_server.protocol.json_text import Json


def publish(server: Server, uri: str) -> None:
    """Push the diagnostics of a document's or a cell's newest version, unless it has been closed."""
    snapshot = server.session.part(uri)
    if snapshot is not None:
        diagnostics, _ = server.session.published.rendered(snapshot, server.session.client)
        params = f'{{"uri":{json.dumps(uri)},"version":{snapshot.version},"diagnostics":[{diagnostics}]}}'
        server.protocol.send_notification(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params, key=uri)


def pull(server: Server, params: lsp.DocumentDiagnosticParams) -> Json:
    """Answer a client that asks for a document's diagnostics, or whether those that it has are still current.

    A document that is not open has none.
    """
    snapshot = server.session.part(params.text_document.uri)
    if snapshot is None:
        return Json('{"kind":"full","items":[]}')
    published, previous = server.session.published, params.previous_result_id
    if snapshot.waits and previous is not None and previous == published.last_id(snapshot.uri):
        return Json(f'{{"kind":"unchanged","resultId":{json.dumps(previous)}}}')
    if snapshot.awaits_baseline:  # the client is asked to pull again once the baseline is read
        return Json('{"kind":"full","items":[]}')
    diagnostics, result = published.rendered(snapshot, server.session.client)
    if previous == result:
        return Json(f'{{"kind":"unchanged","resultId":"{result}"}}')
    return Json(f'{{"kind":"full","resultId":"{result}","items":[{diagnostics}]}}')
