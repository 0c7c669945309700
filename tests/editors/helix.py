"""Helix 25."""

from __future__ import annotations

from tests.editors.editor import INSTALLED, Editor
from tests.editors.terminal import COLUMNS, DOWN, ENTER, ESCAPE


class Helix(Editor):
    """Helix 25, with its own language client."""

    page = "helix.md"

    @classmethod
    def command(cls) -> list[str]:
        return [str(INSTALLED / "bin" / "hx")]

    def add_line(self, text: str) -> None:
        self.terminal.press("geo")
        self.terminal.wait_for(" INS ")
        for end, character in enumerate(text, 1):
            # In a burst of keys, Helix sends the changes in any order.
            self.terminal.press(character)
            self.terminal.wait_for(text[:end].rstrip())

    def stop_typing(self) -> None:
        self.terminal.press(ESCAPE)
        self.terminal.wait_for(" NOR ")

    def go_to(self, word: str) -> None:
        self.terminal.press(f"ge?{word}{ENTER}")

    def hover(self) -> None:
        self.terminal.press(" k")

    def act(self, title: str) -> None:
        self.terminal.press(" a")
        row, column = self.terminal.place_of(title)
        cells = self.terminal.screen.buffer
        page = cells[0][COLUMNS - 1].bg
        top = row
        while cells[top - 1][column].bg != page:  # the menu has a background of its own
            top -= 1
        self.terminal.press(DOWN * (row - top) + ENTER)
        self.terminal.wait_for_no(title)

    def save(self) -> None:
        self._command("write")
        self.terminal.wait_for("' written")

    def open(self, name: str) -> None:
        self._command(f"open {name}")
        self.terminal.wait_for(f" {name} ")

    def restart_server(self) -> None:
        self._command("lsp-restart")

    def quit(self) -> None:
        self._command("quit")

    def _command(self, command: str) -> None:
        self.terminal.press(f":{command}{ENTER}")
