"""The hover of every rule on each of its own examples: short, without repetition, and alike for all clients."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.document import Document
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import BAD, documentation_of
from posse_server.lsp.features.hover import explanation
from posse_server.lsp.open_flows import OpenFlows
from posse_server.project.workspace import Workspace
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import markup
from posse_server.protocol.snapshot import Snapshot

MOST_LINES = 12
"""Number of lines before the first code, which is then visible without scrolling."""
CLIENTS = {"markdown": Client(shows_markdown=True), "plain text": Client()}


def snapshot_of(source: str, rule: Rule, path: Path) -> Snapshot:
    config = Workspace([path.parent]).resolve(path)
    policy = replace(config.configuration.policy, flow=True)
    config = replace(config, configuration=replace(config.configuration, policy=policy))
    return Snapshot(path.as_uri(), 1, Document.opened(source, Catalogue([rule])), config, KnownFindings())


def hovers(rule: Rule, client: Client, path: Path) -> list[str]:
    """The hovers on the findings in a rule's bad examples, with what following the data shows of each."""
    texts = []
    for example in documentation_of(rule.docstring).examples(BAD):
        snapshot, flows, evidence = snapshot_of(example.code, rule, path), OpenFlows(), None
        while evidence is None:
            evidence = flows.evidence(snapshot)
        snapshot = replace(snapshot, evidence=evidence)
        for finding in snapshot.findings_near(0, len(example.code.splitlines())):
            if finding.rule.id == rule.id:
                parts = explanation(finding, snapshot, client, tries=True)
                content = markup("\n\n".join(parts), client)
                assert content.kind == (lsp.MarkupKind.Markdown if client.shows_markdown else lsp.MarkupKind.PlainText)
                assert finding.message not in content.value, "the diagnostic has the message"
                texts.append(content.value)
    return texts


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_code_is_at_the_top_and_nothing_is_said_twice(rule: Rule, client: Client, tmp_path: Path) -> None:
    texts = hovers(rule, client, tmp_path / "a.py")
    assert texts
    for text in texts:
        lines = text.splitlines()
        first_code = next(
            index for index, line in enumerate(lines) if line.startswith("```" if client.shows_markdown else "    ")
        )
        assert first_code <= MOST_LINES, text
        prose = " ".join(lines[:first_code])
        assert len(prose) <= 80 * MOST_LINES, "it fits on as many lines of 80 columns"
        twice = [line for line, count in Counter(filter(None, map(str.strip, lines))).items() if count > 1]
        assert twice == [], text
        assert sum(line.startswith(("**When to suppress:**", "When to suppress:")) for line in lines) == 1


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_plain_text_says_what_markdown_does(rule: Rule, tmp_path: Path) -> None:
    for formatted, plain in zip(*(hovers(rule, client, tmp_path / "a.py") for client in CLIENTS.values()), strict=True):
        assert not [mark for mark in ("**When", "](http", "```") if mark in plain]
        words = [word.strip("`*[]():") for word in formatted.split() if word.isalpha()]
        assert not set(words) - set(plain.split()) - {"python"}
