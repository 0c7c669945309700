"""The command `posse bandit-baseline`: Bandit's findings that the last commit brought, to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from posse_server.bandit.commits import run


def main(words: Sequence[str]) -> int:
    """Run the command with these words. Returns its exit status."""
    return run(words)
