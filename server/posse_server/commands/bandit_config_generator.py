"""The command `posse bandit-config-generator`: a configuration with all defaults, to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from posse_server.bandit.generate import run


def main(words: Sequence[str]) -> int:
    """Run the command with these words. Returns its exit status."""
    return run(words)
