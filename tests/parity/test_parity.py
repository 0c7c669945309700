"""Posse reports exactly what Bandit reports: a part of `make parity`, small enough for every run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.incremental.document import Document
from tests.oracle import bandit_rows, difference, posse_rows
from tests.parity.compare import SETTINGS, Setting, compare
from tests.parity.corpora import standard_library
from tests.parity.snippets import parses, programs

EXAMPLES = int(os.environ.get("POSSE_EXAMPLES", "400"))
"""Number of generated programs; `make parity` asks for more."""
FILES = standard_library(with_tests=False)
ONLY_SOME = Setting("some", only=("B105", "B404", "B602", "B608", "B701"))


@pytest.mark.parametrize("path", FILES[::12], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_standard_library_is_judged_as_by_bandit(path: Path) -> None:
    result = compare(path, SETTINGS)
    assert not result.differences, "\n".join(result.differences)


@pytest.mark.longest
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
@example("exec(shell=True, shell=False)\nexec(shell=[], shell=x)\n")
def test_generated_program_is_judged_as_by_bandit(source: str) -> None:
    assume(parses(source))
    for setting in (*SETTINGS, ONLY_SOME):
        catalogue = Catalogue((bandit_rules()[id] for id in setting.ids), setting.options)
        assessed = Document.opened(source, catalogue).assessed
        posse = posse_rows(j.finding for j in assessed if setting.ignore_nosec or j.suppressed_by is None)
        bandit = bandit_rows(source, ignore_nosec=setting.ignore_nosec, options=setting.options, only=setting.only)
        assert not difference(bandit, posse, source), setting.name
