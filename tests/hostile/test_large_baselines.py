"""A baseline of many megabytes: read like a small one, outside the loop, and never treated as empty meanwhile."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from posse_checks.baseline.match import LONG_CHARACTERS, NotABaselineError, report_in
from tests.server.conftest import Connect

in_loop = pytest.mark.asyncio(loop_scope="session")

ENTRY: dict[str, Any] = {
    "code": "1 assert a\n",
    "col_offset": 0,
    "end_col_offset": 8,
    "filename": "./module.py",
    "issue_confidence": "HIGH",
    "issue_cwe": {"id": 703, "link": "https://cwe.mitre.org/data/definitions/703.html"},
    "issue_severity": "LOW",
    "issue_text": "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.",
    "line_number": 1,
    "line_range": [1],
    "more_info": "",
    "test_id": "B101",
    "test_name": "assert_used",
}
COUNT = LONG_CHARACTERS // 300


def large(**more: object) -> dict[str, Any]:
    others = [{**ENTRY, "filename": f"./other{number}.py"} for number in range(COUNT)]
    return {"errors": [], "metrics": {"a]": {"}": 1}}, "results": [ENTRY, *others], **more}


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_a_large_report_is_read_like_a_small_one(indent: int | str | None) -> None:
    report = large(empty=[], nested=[[1], {"a": []}], text='"],}', number=-1.5e3)
    text = json.dumps(report, indent=indent)
    assert len(text) > LONG_CHARACTERS
    assert report_in(text) == report
    assert report_in(f"\n\t {text}\r\n") == report


SPOILT: dict[str, tuple[str, str]] = {
    "no end": ("]}$", "]"),
    "a comma before the end": ("]}$", "],}"),
    "text behind it": ("}$", "}x"),
    "no beginning": ("^{", ""),
    "no comma": ("}, {", "} {"),
    "a comma in an empty list": (r"\[\]", "[,]"),
    "no colon": ('": ', '"  '),
    "half of it": ("[0-9]+$|results.*", ""),
}


@pytest.mark.parametrize(("part", "instead"), SPOILT.values(), ids=SPOILT)
def test_what_is_wrong_with_a_large_report_is_said_like_of_a_small_one(part: str, instead: str) -> None:
    text = re.sub(part, instead, json.dumps(large()), count=1) + " " * LONG_CHARACTERS
    with pytest.raises(NotABaselineError) as refused:
        report_in(text)
    with pytest.raises(ValueError, match=re.escape(str(refused.value))):
        json.loads(text)


@in_loop
@pytest.mark.parametrize("client", ["neovim-0.11.4", "vscode-1.139.1"])
async def test_what_a_large_baseline_hides_is_not_shown_before_it_is_read(
    connect: Connect, tmp_path: Path, client: str
) -> None:
    (tmp_path / ".bandit-baseline.json").write_text(json.dumps(large()))
    editor = await connect(client, tmp_path)
    buffer = editor.open("assert a\nexec(b)\n", tmp_path / "module.py")
    await buffer.shows("B102")
    for push in editor.pushed[buffer.uri]:
        assert "B101" not in [diagnostic.code for diagnostic in push.diagnostics]
    report = large()
    report["results"] = report["results"][1:]
    editor.write(tmp_path / ".bandit-baseline.json", json.dumps(report))
    await buffer.shows("B101", "B102")
    assert await editor.run("posse.addFileToBaseline", buffer.uri) == 2
    await buffer.shows()
