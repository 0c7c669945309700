"""docs/api.md is one program, and prints the output shown on the page."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import posse_checks

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_blocks_print_what_follows_them() -> None:
    blocks = re.findall(r"^```(python|text)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 14
    names: dict[str, object] = {}
    printed = ""
    for kind, content in blocks:
        if kind == "text":
            assert printed == content
            printed = ""
            continue
        assert not printed, f"nothing says what is printed before\n{content}"
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(content, names)
        printed = output.getvalue()
    assert not printed


def test_every_name_is_described() -> None:
    page = PAGE.read_text()
    spoken = {"Level", "Rule", "Safety", "SyntaxProblem"}  # types of attributes, which are described where they are
    assert [name for name in posse_checks.__all__ if name not in spoken and name not in page] == []
