"""Emacs 30."""

from __future__ import annotations

from tests.editors.editor import INSTALLED, Editor
from tests.editors.terminal import ENTER

CONTROL_C, CONTROL_F, CONTROL_H, CONTROL_R, CONTROL_S, CONTROL_X = "\x03", "\x06", "\x08", "\x12", "\x13", "\x18"
META = "\x1b"
TAB = "\t"


class Emacs(Editor):
    """Emacs 30 in a terminal, with Eglot and Flymake."""

    page = "emacs.md"

    @classmethod
    def command(cls) -> list[str]:
        return [str(INSTALLED / "bin" / "emacs"), "-nw", "--no-splash"]

    def add_line(self, text: str) -> None:
        self.terminal.press(f"{META}>{TAB}{text}" if self._is_python() else f"{META}>{text}")

    def stop_typing(self) -> None:
        pass  # in Emacs, one always types

    def go_to(self, word: str) -> None:
        self.terminal.press(f"{META}>{CONTROL_R}{word}{ENTER}{CONTROL_F}")

    def hover(self) -> None:
        self.terminal.wait_for("(severity ")  # in the last line, once ElDoc has asked, as it does when one pauses
        self.terminal.press(f"{CONTROL_H}.")

    def act(self, title: str) -> None:
        self._command("eglot-code-actions")
        self.terminal.wait_for("Pick an action")
        self.terminal.press(f"{title}{ENTER}")
        self.terminal.wait_for_no("Pick an action")

    def save(self) -> None:
        self.terminal.press(f"{CONTROL_X}{CONTROL_S}")
        self.terminal.wait_for("Wrote ")

    def open(self, name: str) -> None:
        self.terminal.press(f"{CONTROL_X}{CONTROL_F}")
        self.terminal.wait_for("Find file: ")
        self.terminal.press(f"{name}{ENTER}")
        self.terminal.wait_for(f"  {name} ")

    def restart_server(self) -> None:
        # A timer that needed the server may write its error over what Eglot says when it gives up.
        reconnected, gave_up = "Reconnected!", ("Not auto-reconnecting", "Error running timer")
        self.terminal.wait("Eglot decides", lambda: any(said in self.terminal.text for said in (reconnected, *gave_up)))
        if reconnected not in self.terminal.text:
            self._command("eglot")

    def quit(self) -> None:
        self.terminal.press(f"{CONTROL_X}{CONTROL_C}")

    def _command(self, name: str) -> None:
        self.terminal.press(f"{META}x")
        self.terminal.wait_for("M-x")
        self.terminal.press(f"{name}{ENTER}")

    def _is_python(self) -> bool:
        return "(Python" in self.terminal.text
