"""The README says nothing without a proof, and shows a film that can be watched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_statement_has_a_command_that_shows_it() -> None:
    section = README.partition("## Why believe it")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 8
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for row in rows:
        commands = re.findall(r"`(make|pytest) ([\w/-]+)", row.split(" | ")[1])
        assert commands, f"no command shows this: {row}"
        for program, name in commands:
            assert name in targets if program == "make" else (ROOT / name).is_dir(), row


def test_the_film_is_short_and_small() -> None:
    [file] = re.findall(r"\]\((docs/images/\S+\.gif)\)", README)
    with Image.open(ROOT / file) as film:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
    milliseconds = sum(durations)
    assert len(durations) > 40
    assert 25 <= milliseconds / 1000 <= 35
    assert (ROOT / file).stat().st_size < 500_000
    [said] = re.findall(r"!\[VS Code, (\d+) seconds", README)
    assert int(said) == pytest.approx(milliseconds / 1000, abs=1)


def test_it_says_which_software_it_is_compared_with() -> None:
    pinned = re.findall(r'"(bandit|ruff)(?:\[[\w,]+\])?==([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert {name for name, _ in pinned} == {"bandit", "ruff"}
    for name, version in pinned:
        assert version in README, f"{name} {version}"
