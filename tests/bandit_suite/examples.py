"""The reports of both tools on Bandit's examples, in every format, byte by byte."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bandit.processes import Ended, ended, started
from tests.scan.compare import escaped

FORMATS = ("csv", "custom", "html", "json", "sarif", "screen", "txt", "xml", "yaml")


def differences(folder: Path) -> Iterator[str]:
    """Yields the first differing lines of each report that differs. The folder has the examples."""
    words = ["-r", "examples", "-q", "-f"]
    with ExitStack() as stack:
        bandit, posse = (stack.enter_context(started(name)) for name in ("bandit", "posse"))
        for name in FORMATS:
            theirs = _as_documented(ended(bandit, [*words, name], folder), name)
            ours = _as_documented(ended(posse, ["bandit", *words, name], folder), name)
            if theirs != ours:
                yield f"differs: {' '.join(words)} {name}"
                yield from _first_lines(theirs, ours)


def _as_documented(ended: Ended, name: str) -> tuple[int, str, str]:
    """Returns a result without what docs/deviations.md says of control characters, and of HTML."""
    out = ended.out
    if name in ("txt", "screen", "csv", "html"):
        out = escaped(out)
    if name == "html":
        out = out.replace("{'Other': <ast.List object>}", "{'Other': &lt;ast.List object&gt;}")
    return ended.status, out, ended.err


def _first_lines(theirs: tuple[int, str, str], ours: tuple[int, str, str]) -> list[str]:
    old, new = (f"{status}\n{out}\n{err}".splitlines() for status, out, err in (theirs, ours))
    return list(difflib.unified_diff(old, new, "bandit", "posse", lineterm="", n=1))[:20]
