"""Hides who the user is: paths in the home folder begin with `~`, and the user's name is not in others."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Callable
from pathlib import Path

SOMEBODY = "USER"
"""Stands for the user's name in a path."""


def hider(homes: tuple[str, ...] | None = None, name: str | None = None) -> Callable[[str], str]:
    """Returns a function that hides these home folders and this name in a text, by default those of the user."""
    flags = re.IGNORECASE if os.name == "nt" else 0
    homes = _homes() if homes is None else homes
    name = _name() if name is None else name
    folders = sorted({home.rstrip("/\\") for home in homes}, key=len, reverse=True)
    patterns = [(re.compile(rf"{re.escape(folder)}(?![\w.-])", flags), "~") for folder in folders if folder]
    if name:
        patterns.append((re.compile(rf"(?<=[/\\]){re.escape(name)}(?![\w.-])", flags), SOMEBODY))

    def hide(text: str) -> str:
        for pattern, shown in patterns:
            text = pattern.sub(shown, text)
        return text

    return hide


def _homes() -> tuple[str, ...]:
    try:
        home = Path.home()
    except RuntimeError:
        return ()
    return str(home), os.path.realpath(home), home.as_posix()


def _name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in some containers
        return ""
