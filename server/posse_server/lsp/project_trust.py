"""Whether the code of a workspace folder may run: the user decides, and no file of the workspace.

An editor that has a trust of its own, such as VS Code, decides for its user, if the command line that starts the server
says so. In all others the user is asked, and the answer is remembered for this state of the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class ProjectTrust:
    """The decisions that count in a session."""

    def __init__(self, *, client_decides: bool = False) -> None:
        self.client_decides = client_decides
        """Whether the editor says whether the workspace is trusted, so that nobody is asked."""
        self.client_trusts = False
        self._made: dict[Path, tuple[str, bool]] = {}
        """The decisions made in this session, with the fingerprint that each is about."""
        self._asked: set[tuple[Path, str]] = set()

    def take_from_client(self, value: object) -> None:
        """Store the editor's trust in the workspace. It is honored only if the command line lets the editor decide."""
        self.client_trusts = self.client_decides and value is True

    def decision(self, folder: Path, fingerprint: str, workspaces: Iterable[Path]) -> bool | None:
        """Returns whether the code of a folder in this state may run; None if that is not decided."""
        if self.client_decides:
            return self.client_trusts
        made = self._made.get(folder)
        if made is not None and made[0] == fingerprint:
            return made[1]
        from posse_server.plugins.trust import Decisions, state_folder  # loaded with the first question

        return Decisions(state_folder(), workspaces).made_on(folder, fingerprint)

    def decide(self, folder: Path, fingerprint: str, workspaces: Iterable[Path], *, is_trusted: bool) -> None:
        """Store the user's decision, and remember it."""
        self._made[folder] = fingerprint, is_trusted
        from posse_server.plugins.trust import Decisions, state_folder

        Decisions(state_folder(), workspaces).remember(folder, fingerprint, is_trusted=is_trusted)

    def may_ask(self, folder: Path, fingerprint: str) -> bool:
        """Returns whether the user is to be asked: only once in a session about the same state."""
        if self.client_decides or (folder, fingerprint) in self._asked:
            return False
        self._asked.add((folder, fingerprint))
        return True
