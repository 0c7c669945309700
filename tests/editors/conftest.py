"""Skips tests of editors that this system cannot install, and lists them in the summary.

The marker `needs` names what a test runs: `terminal`, `neovim`, or `vscode`, which includes the browser. A test of an
editor that this system could install, but that `make editors` has not installed, is not skipped: it fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import LEFT_OUT

UNPACKED = Path(__file__).parents[2] / ".editors"
WHAT = {"terminal": "Emacs, Helix and Vim", "neovim": "Neovim", "vscode": "VS Code"}
NOTES = {"terminal": ("terminal",), "neovim": (), "vscode": ("browser", "vscode")}
"""Components that `tests/editors/install.sh` may have recorded as unavailable, by the value of `needs`."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(name): runs an editor: " + ", ".join(WHAT))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Run tests of editors one after the other: they share a screen, and have a user's patience."""
    item.add_marker(pytest.mark.alone)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: dict[str, int] = {}
    kept: list[pytest.Item] = []
    deselected: list[pytest.Item] = []
    for item in items:
        missing = next((mark.args[0] for mark in item.iter_markers("needs") if why_unavailable(mark.args[0])), None)
        (deselected if missing else kept).append(item)
        if missing:
            what = f"{WHAT[missing]}: {why_unavailable(missing)}"
            left_out[what] = left_out.get(what, 0) + 1
    config.stash[LEFT_OUT] |= left_out
    config.hook.pytest_deselected(items=deselected)
    items[:] = kept


def why_unavailable(name: str) -> str | None:
    """Returns the reason why this system cannot have an editor; None if it can."""
    if not sys.platform.startswith("linux"):
        return "they run on Linux only"
    notes = (UNPACKED / f"{note}.unavailable" for note in NOTES[name])
    return next((note.read_text(encoding="utf-8").strip() for note in notes if note.exists()), None)
