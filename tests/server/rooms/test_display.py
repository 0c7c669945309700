"""`protocol`: which findings an editor shows, and which of them as hints. What a scan reports stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from posse_checks.analysis.registry import bandit_rules
from posse_checks.baseline.match import KnownFindings
from posse_checks.incremental.document import Document
from posse_checks.rule.documentation import BAD, documentation_of
from posse_server.lsp.features.findings_in_range import diagnostic_of
from posse_server.project.editor_settings import read_editor_settings
from posse_server.project.workspace import Workspace
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import Encoding
from posse_server.protocol.snapshot import Snapshot

HINT = lsp.DiagnosticSeverity.Hint.value
TEXT = """import subprocess
import telnetlib
subprocess.run(["ls", "-l"])
subprocess.run(args=("/bin/ls",))
subprocess.run(["ls", path])
subprocess.run("ls " + path, shell=True)
exec(code)
assert x
"""


def snapshot_of(text: str, path: Path, settings: object = None) -> Snapshot:
    config = Workspace([path.parent], read_editor_settings(settings)).resolve(path)
    return Snapshot(path.as_uri(), 1, Document.opened(text, config.catalogue), config, KnownFindings())


def shown(snapshot: Snapshot) -> dict[tuple[str, int], int]:
    """The severities of the diagnostics, by ID and line."""
    items = json.loads(f"[{snapshot.rendered(Encoding.UTF16).text}]")
    return {(item["code"], item["range"]["start"]["line"] + 1): item["severity"] for item in items}


def hints(snapshot: Snapshot) -> set[tuple[str, int]]:
    return {place for place, severity in shown(snapshot).items() if severity == HINT}


def test_reminders_are_hints(tmp_path: Path) -> None:
    snapshot = snapshot_of(TEXT, tmp_path / "a.py")
    assert hints(snapshot) == {("B404", 1), ("B401", 2), ("B603", 3), ("B607", 3), ("B603", 4)}
    assert len(shown(snapshot)) == len(snapshot.findings)
    actions = {(item.code, item.range.start.line + 1) for item in diagnostics(snapshot) if item.severity == HINT}
    assert actions == hints(snapshot)


def diagnostics(snapshot: Snapshot) -> list[lsp.Diagnostic]:
    return [diagnostic_of(finding, snapshot, Client()) for finding in snapshot.findings]


@pytest.mark.parametrize(
    ("call", "is_hint"),
    [
        ("subprocess.run(['git', 'status'], cwd=path)", True),
        ("subprocess.Popen(('git', 'status'))", True),
        ("subprocess.call('ls')", True),
        ("subprocess.run(['git', *words])", False),
        ("subprocess.run(['git'] + words)", False),
        ("subprocess.run(f'git')", False),
        ("subprocess.run(args=[*words])", False),
        ("subprocess.run([])", True),
        ("subprocess.run(**options)", False),
        ("subprocess.run(COMMAND)", False),
        ("subprocess.check_output(['git', name])", False),
        ("os.execl('git', 'git', name)", False),
    ],
)
def test_only_a_command_of_constants_is_a_reminder(tmp_path: Path, call: str, is_hint: bool) -> None:
    found = shown(snapshot_of(f"import os, subprocess\n{call}\n", tmp_path / "a.py"))
    severities = [severity for (code, line), severity in found.items() if line == 2 and code in ("B603", "B607")]
    assert severities and {severity == HINT for severity in severities} == {is_hint}


@pytest.mark.parametrize("id", [id for id in bandit_rules() if id.startswith("B4")])
def test_every_import_is_a_reminder(tmp_path: Path, id: str) -> None:
    for example in documentation_of(bandit_rules()[id].docstring).examples(BAD):
        found = {
            place: item for place, item in shown(snapshot_of(example.code, tmp_path / "a.py")).items() if place[0] == id
        }
        assert found and set(found.values()) == {HINT}


@pytest.mark.parametrize(
    ("show", "left"),
    [
        ("all", {"B401", "B404", "B603", "B607", "B602", "B102", "B101"}),
        ("no_reminders", {"B603", "B607", "B602", "B102", "B101"}),
        ("medium", {"B602", "B102"}),
        ("high", {"B602"}),
    ],
)
def test_setting_leaves_out_what_it_says(tmp_path: Path, show: str, left: set[str]) -> None:
    snapshot = snapshot_of(TEXT, tmp_path / "a.py", {"show": show})
    assert {code for code, _ in shown(snapshot)} == left
    assert len(snapshot.findings) == len(snapshot_of(TEXT, tmp_path / "a.py").findings), "baselines have all"
    assert snapshot.numbers.findings == len(shown(snapshot)) == len(snapshot.displayed)
    assert {finding.rule.id for finding in snapshot.findings_near(0, 99)} == left
    assert [snapshot.shows(finding) for finding in snapshot.findings] == [
        (finding.rule.id, finding.span.line) in shown(snapshot) for finding in snapshot.findings
    ]


def test_severity_of_an_id_shows_its_reminders_like_that(tmp_path: Path) -> None:
    snapshot = snapshot_of(TEXT, tmp_path / "a.py", {"severityMap": {"B404": "high", "low": "medium"}})
    assert hints(snapshot) == {("B401", 2), ("B603", 3), ("B607", 3), ("B603", 4)}
    assert shown(snapshot)["B404", 1] == lsp.DiagnosticSeverity.Error.value
