"""The diagnostics of open documents as the client got them last, each under an ID that no other process generates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from posse_checks.baseline.match import KnownFindings
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.diagnostics_json import ResultIds
from posse_server.protocol.rendered import NOT_RENDERED, Rendered
from posse_server.protocol.snapshot import Snapshot


class Diagnostics(NamedTuple):
    """The diagnostics of a document, as a client gets them."""

    text: str
    """JSON objects, separated by commas."""
    result_id: str
    """New only if the JSON has changed."""


@dataclass(frozen=True, slots=True)
class Published:
    """The diagnostics of a document, with what the next version may reuse."""

    diagnostics: Diagnostics
    rendered: Rendered
    """The rendered nodes; `NOT_RENDERED` if none may be reused."""
    known: KnownFindings
    """The baseline entries under which they were rendered."""


class PublishedCache:
    """The last rendering of each document, so that an edit renders only what it changed."""

    def __init__(self, ids: ResultIds) -> None:
        self._ids = ids
        self._published: dict[str, Published] = {}

    def rendered(self, snapshot: Snapshot, client: Client) -> Diagnostics:
        """Render the diagnostics of a snapshot. Returns them, under the last ID if they have not changed."""
        last = self._published.get(snapshot.uri)
        before = last.rendered if last is not None and last.known == snapshot.known else NOT_RENDERED
        rendered, text = snapshot.rendered(
            client.encoding, before, tells_related=client.shows_related, in_data=client.keeps_data
        )
        is_same = last is not None and last.diagnostics.text == text
        diagnostics = last.diagnostics if last is not None and is_same else Diagnostics(text, self._ids.next())
        self._published[snapshot.uri] = Published(diagnostics, rendered, snapshot.known)
        return diagnostics

    def is_outdated(self, snapshot: Snapshot, client: Client) -> bool:
        """Returns whether the diagnostics of a snapshot differ from those that the client got last, if it got any."""
        last = self._published.get(snapshot.uri)
        return last is not None and self.rendered(snapshot, client) is not last.diagnostics

    def last_id(self, uri: str) -> str | None:
        """Returns the ID of a document's last result; None if it has none since it was opened."""
        last = self._published.get(uri)
        return None if last is None else last.diagnostics.result_id

    def render_again(self, uris: Iterable[str]) -> None:
        """Discard renderings, so that nothing of them is reused. An equal result keeps its ID."""
        for uri in uris:
            if uri in self._published:
                self._published[uri] = replace(self._published[uri], rendered=NOT_RENDERED)

    def forget(self, uri: str) -> None:
        """Remove a document."""
        self._published.pop(uri, None)
