"""The search for counterexamples: the same in each `make test`, seeded in `make soak`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROPERTY = """
import sys
from hypothesis import given, settings, strategies as st

@given(st.text(), st.integers())
@settings(max_examples=20)
def test_probe(text, number):
    print("tried", repr((text, number)), file=sys.stderr)
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "test_probe.py"
    path.write_text(PROPERTY)
    return path


@pytest.fixture(params=["", "true"], ids=["here", "on CI"], autouse=True)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test as on a developer's machine and as on CI, where Hypothesis has other defaults."""
    monkeypatch.delenv("CI", raising=False)
    if request.param:
        monkeypatch.setenv("CI", request.param)


def examples(module: Path, *options: str) -> list[str]:
    """The examples that a property is tried with in a process of its own, started as by `make`."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "tests.conftest", *options, str(module)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in run.stderr.splitlines() if line.startswith("tried ")]


def test_it_is_the_same_in_each_run_by_default(module: Path) -> None:
    first = examples(module)
    assert len(first) == 20
    assert examples(module) == first
    assert not (module.parent / ".hypothesis").exists()


def test_it_is_the_same_for_a_seed_only(module: Path) -> None:
    profile = "--hypothesis-profile=random"
    first = examples(module, profile, "--hypothesis-seed=7")
    assert examples(module, profile, "--hypothesis-seed=7") == first
    assert examples(module, profile, "--hypothesis-seed=8") != first
