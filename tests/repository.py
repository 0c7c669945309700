"""Repositories for tests, created with the real Git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


class Repository:
    """Create a repository in a folder, which may already have files."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str, given: bytes | None = None) -> str:
        """Run a Git command. Returns its output without the last line end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | SETTINGS
        done = subprocess.run(
            ["git", *arguments], cwd=self.top, env=environment, input=given, capture_output=True, check=True
        )
        return done.stdout.decode().rstrip("\n")

    def commit(self) -> str:
        """Commit all files that are not ignored. Returns the name of the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "--message", "A commit")
        return self.git("rev-parse", "HEAD")
