"""An error in following data loses only flows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.baseline.match import KnownFindings
from posse_checks.config.flow_model import FlowModel, Sink
from posse_checks.flow.document_evidence import DocumentEvidence
from posse_checks.flow.findings import Follower
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.evidence import NOTHING_KNOWN
from posse_server.lsp.open_flows import OpenFlows
from posse_server.project.workspace import Workspace
from posse_server.protocol.snapshot import Snapshot

FAILING = FlowModel(sinks=(Sink("acme.run", "a use that does not exist", (0,)),))
"""A model that no configuration can have: building a catalogue from it raises an exception."""
SOURCE = "from flask import request\nexec(request.args['x'])\nassert a\n"
IDS = ["B102", "B101"]


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(all_rules().values())


def test_file_keeps_its_findings(catalogue: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    follower = Follower(catalogue, model=FAILING)
    for _ in range(2):
        assessed = check_module(SOURCE.encode(), catalogue, follower)
        assert not isinstance(assessed, Broken)
        assert [item.finding.rule.id for item in assessed] == IDS
        assert {item.finding.evidence for item in assessed} == {NOTHING_KNOWN}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "following data failed, so nothing is known of the flows of a file: KeyError('a use that does not exist')"
    ]


def test_notebook_keeps_its_findings(catalogue: Catalogue) -> None:
    document = Document.opened(SOURCE, catalogue).up_to_date()
    assessed = Follower(catalogue, model=FAILING).in_text(document)
    assert [item.finding.rule.id for item in assessed] == IDS
    assert {item.finding.evidence for item in assessed} == {NOTHING_KNOWN}


def test_open_document_is_followed_again_with_its_next_version(tmp_path: Path) -> None:
    config = Workspace([tmp_path]).resolve(tmp_path / "a.py")
    sound = Snapshot("file:a", 1, Document.opened(SOURCE, config.catalogue), config, KnownFindings())
    policy = replace(config.configuration.policy, flow_model=FAILING)
    failing = replace(sound, config=replace(config, configuration=replace(config.configuration, policy=policy)))
    flows = OpenFlows()
    assert flows.evidence(failing) == DocumentEvidence()
    assert flows.evidence(failing) == DocumentEvidence()
    evidence = None
    while evidence is None:
        evidence = flows.evidence(sound)
    assert any(item.verdict == "shown" for items in evidence.by_node.values() for item in items)
