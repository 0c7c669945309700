"""The command `posse bandit`: Bandit's command line, to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from posse_server.bandit.run import run


def main(words: Sequence[str]) -> int:
    """Run the command with these words. Returns its exit status."""
    return run(words)
