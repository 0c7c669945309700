"""Vim 9, with ALE."""

from __future__ import annotations

import re

from tests.editors.editor import INSTALLED
from tests.editors.neovim import Neovim
from tests.editors.terminal import ENTER

ALE = INSTALLED / "root" / "usr" / "share" / "vim-ale"


class Vim(Neovim):
    """Vim 9, with ALE's language client and, except for the page's mappings, the keys of Neovim."""

    page = "vim.md"

    @classmethod
    def command(cls) -> list[str]:
        return [str(INSTALLED / "bin" / "vim"), "--cmd", f"set runtimepath+={ALE}"]

    def hover(self) -> None:
        self.terminal.press("gh")

    def act(self, title: str) -> None:
        self.terminal.press("ga")
        self.terminal.wait_for("Type number")
        [number] = re.findall(rf"(\d+)\) {re.escape(title)}", self.terminal.text)
        self.terminal.press(f"{number}{ENTER}")
        self.terminal.wait_for_no("Type number")

    def restart_server(self) -> None:
        self._command("ALEStopAllLSPs")
        self._command("edit")
