"""Where in a command of a POSIX shell a value stands: whether quoting it makes it a word."""

from __future__ import annotations

import re

_RUNS_TEXT = re.compile(
    r"(?:^|[\s/;|&(])(?:(?:ba|da|z|k|fi|a)?sh|eval|exec|source|ssh|su|sudo|xargs|env|awk|sed|perl|python[\d.]*|ruby|node"
    r"|php|find|nohup|time|timeout|cmd|powershell|pwsh|psql|mysql|sqlite3|docker|kubectl)(?:\s|$)",
    re.IGNORECASE,
)
_UNUSUAL = re.compile(r"[\"'`\\$(){}<#\n]")


def is_quotable(before: str, after: str) -> bool:
    """Whether a value between these texts is an argument, or a part of one, once it is quoted.

    That is not so within quotes, for the name of the program, or for programs that run what their arguments say.
    """
    if _UNUSUAL.search(before) or _UNUSUAL.search(after) or _RUNS_TEXT.search(before):
        return False
    command = re.split(r"[;|&]", before)[-1]
    return len(command.split()) > 1 or (bool(command.strip()) and command[-1:].isspace())
