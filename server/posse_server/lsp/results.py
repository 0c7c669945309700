"""The results of open documents as they were rendered last, each with an ID that no other process generates."""

from __future__ import annotations

from collections.abc import Iterable

from posse_checks.baseline.match import Known
from posse_server.protocol.convert import Client
from posse_server.protocol.diagnostics_json import NOT_RENDERED, Rendered
from posse_server.protocol.result_ids import ResultIds
from posse_server.protocol.snapshot import Snapshot


class Results:
    """The last rendering of each document, so that an edit renders only what it changed."""

    def __init__(self, ids: ResultIds) -> None:
        self._ids = ids
        self._last: dict[str, tuple[Rendered, str, str, Known]] = {}

    def rendered(self, snapshot: Snapshot, client: Client) -> tuple[str, str]:
        """Render the diagnostics of a snapshot.

        Returns them as JSON objects, separated by commas, and a result ID, which is new only if the JSON has changed.
        """
        before, text, result, known = self._last.get(snapshot.uri, (NOT_RENDERED, "", "", snapshot.known))
        before = before if known == snapshot.known else NOT_RENDERED
        new, both = snapshot.rendered(client.encoding, before, tells_related=client.shows_related)
        if not result or both != text:
            result = self._ids.next()
        self._last[snapshot.uri] = new, both, result, snapshot.known
        return both, result

    def last(self, uri: str) -> str | None:
        """Returns the ID of a document's last result; None if it has none since it was opened."""
        return self._last[uri][2] if uri in self._last else None

    def render_again(self, uris: Iterable[str]) -> None:
        """Discard renderings, so that nothing of them is reused. An equal result keeps its ID."""
        for uri in uris:
            if uri in self._last:
                _, text, result, known = self._last[uri]
                self._last[uri] = NOT_RENDERED, text, result, known

    def forget(self, uri: str) -> None:
        """Remove a document."""
        self._last.pop(uri, None)
