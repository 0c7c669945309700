"""The data flows of open documents, which are followed while nobody types."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from posse_checks.config.flow_model import FlowModel
from posse_checks.config.policy import Policy
from posse_checks.incremental.document import Document
from posse_server.lsp.change import CURRENT, Stale
from posse_server.lsp.published import PublishedCache
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.snapshot import Snapshot

if TYPE_CHECKING:  # loaded with the first document, after its findings
    from posse_checks.flow.document_evidence import DocumentEvidence, EvidenceKeeper
    from posse_checks.flow.live import Live

SLICE_SECONDS = 0.002
"""Length, in seconds, of a slice of work, during which no message is answered."""


class Followed(NamedTuple):
    """What came of a slice of following the data in a document."""

    is_pending: bool
    judged: Snapshot | None = None
    """The document with the evidence of its newest version, once that is known."""

    def stale(self, published: PublishedCache, client: Client) -> Stale:
        """Returns what is stale: the document, if its diagnostics are not those that the client got last."""
        judged = self.judged
        if judged is None or judged.waits:
            return CURRENT
        parts = (judged,) if judged.cells is None else judged.parts()
        is_stale = any(published.is_outdated(part, client) for part in parts)
        return Stale((judged.uri,), is_unannounced=True) if is_stale else CURRENT


@dataclass(slots=True)
class OpenFlow:
    """The flows of one document, and its version that they are those of, or will be."""

    live: Live
    keeper: EvidenceKeeper
    model: FlowModel
    """The configuration's own sources, sinks and sanitizers."""
    with_local: bool
    """Whether findings on flows count data of the user who starts the program."""
    document: Document | None = None


class OpenFlows:
    """The flows of each open document, by URI."""

    def __init__(self) -> None:
        self._flows: dict[str, OpenFlow] = {}

    def evidence(self, snapshot: Snapshot) -> DocumentEvidence | None:
        """Follow the data in a document for one slice. Returns the evidence once it is that of this version.

        Waits for a pending recheck: findings that are not known yet cannot be judged. If following the data fails,
        nothing is known of this version, and the next one starts over.
        """
        if not snapshot.is_up_to_date:
            return None
        try:
            return self._evidence(snapshot)
        except Exception as error:
            snapshot.config.catalogue.note_failure_to_follow(error)
            self.forget(snapshot.uri)
            return self._nothing_known()

    def _evidence(self, snapshot: Snapshot) -> DocumentEvidence | None:
        """Follow the data for one slice; see `evidence`."""
        flow = self._flows.get(snapshot.uri)
        policy = snapshot.config.configuration.policy
        if flow is None or (flow.model, flow.with_local) != (policy.flow_model, policy.flow_local):
            flow = self._flows[snapshot.uri] = self._new_flow(policy)
        if flow.document is not snapshot.document:
            flow.live.take(snapshot.document)
            flow.document = snapshot.document
        end = time.perf_counter() + SLICE_SECONDS
        return None if flow.live.work(lambda: time.perf_counter() > end) else flow.keeper.update(snapshot.document)

    def forget(self, uri: str) -> None:
        """Remove a document."""
        self._flows.pop(uri, None)

    @staticmethod
    def _nothing_known() -> DocumentEvidence:
        from posse_checks.flow.document_evidence import DocumentEvidence

        return DocumentEvidence()

    @staticmethod
    def _new_flow(policy: Policy) -> OpenFlow:
        """Returns the flows of a document of which nothing is known yet."""
        from posse_checks.flow.document_evidence import EvidenceKeeper
        from posse_checks.flow.live import Live
        from posse_checks.flow.model import catalogue_with

        live = Live(catalogue_with(policy.flow_model))
        return OpenFlow(live, EvidenceKeeper(live, with_local=policy.flow_local), policy.flow_model, policy.flow_local)
