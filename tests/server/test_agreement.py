"""The editor, for open and closed files, and `posse scan` agree, whatever configurations there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lsprotocol.types import Diagnostic
from lsprotocol.types import DiagnosticSeverity as Severity

from posse_server.cli import main
from tests.engine.test_baseline import entry
from tests.server.conftest import Connect
from tests.server.session import Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODULE = "import pickle\nassert a\nexec(b)  # nosec\nx = '/tmp/y'\npassword = 'geheim'\n"
MODULES = ("a.py", "pkg/b.py", "pkg/deep/c.py", "tests/test_d.py", "build/e.py")


Shown = tuple[int, str]
"""A line, from 1, and the ID of a finding or the code of a remark on it."""


class Layout(NamedTuple):
    """Configuration files by their paths, and the codes that a module gets with them."""

    files: dict[str, str]
    module: str
    codes: list[str]


ALL = ["B403", "B101", "B108", "B105"]
ASSERT: dict[str, Any] = {
    "issue_text": "Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.",
    "issue_cwe": {"id": 703},
}
KNOWN = json.dumps({"results": [entry(name, **ASSERT) for name in ("a.py", ".\\pkg\\b.py")]})
LAYOUTS = {
    "nothing": Layout({}, "a.py", ALL),
    "yaml": Layout({"bandit.yaml": "skips: [B101]"}, "pkg/b.py", ["B403", "B108", "B105"]),
    "yml": Layout({".bandit.yml": "tests: [B101, B102]"}, "a.py", ["B101"]),
    "the first of several": Layout(
        {"bandit.yml": "skips: [B105]", ".bandit.yaml": "skips: [B101]", "pyproject.toml": "[tool.bandit]\n"},
        "a.py",
        ["B403", "B101", "B108"],
    ),
    "toml": Layout({"pyproject.toml": "[tool.bandit]\nskips = ['B101']\n"}, "a.py", ["B403", "B108", "B105"]),
    "toml of others": Layout(
        {"pyproject.toml": "[tool.bandit]\nskips = ['B101']\n", "pkg/pyproject.toml": "[project]\nname = 'bandit'\n"},
        "pkg/b.py",
        ["B403", "B108", "B105"],
    ),
    "ini": Layout(
        {".bandit": "[bandit]\nskips = B101\nexclude = ./build,tests/\nlevel = 1\n"},
        "tests/test_d.py",
        ALL[:1] + ALL[2:],
    ),
    "ini with levels": Layout({".bandit": "[bandit]\nlevel = medium\nignore-nosec = yes\n"}, "a.py", ["B102", "B108"]),
    "ini with a configuration": Layout(
        {
            ".bandit": "[bandit]\nconfigfile = ci/conf.yaml\nprofile = p\n",
            "ci/conf.yaml": "profiles: {p: {include: [B108]}}",
        },
        "a.py",
        ["B108"],
    ),
    "ini behind toml": Layout(
        {".bandit": "[bandit]\nskips = B101\n", "pyproject.toml": "[tool.bandit]\nskips = ['B105']\n"},
        "a.py",
        ["B403", "B101", "B108"],
    ),
    "several ini files": Layout(
        {".bandit": "[bandit]\nskips = B101\n", "pkg/.bandit": "[bandit]\nskips = B108\n"},
        "pkg/b.py",
        ["B403", "B101", "B105"],
    ),
    "the nearest": Layout(
        {"bandit.yaml": "skips: [B101]", "pkg/.bandit.yaml": "skips: [B108]", "pkg/deep/pyproject.toml": ""},
        "pkg/deep/c.py",
        ["B403", "B101", "B105"],
    ),
    "excluded": Layout({"bandit.yaml": "exclude_dirs: [build, './tests/*']"}, "build/e.py", []),
    "excluded below": Layout({"pkg/bandit.yaml": "exclude_dirs: ['./deep/*']"}, "pkg/deep/c.py", []),
    "an option for some files": Layout(
        {"bandit.yaml": "assert_used: {skips: ['./tests/*']}"}, "tests/test_d.py", ["B403", "B108", "B105"]
    ),
    "our section": Layout(
        {
            "bandit.yaml": "posse:\n  per_file_ignores: {'pkg/*': [B101]}\n  severity_map: {B108: low, B105: high}\n"
            "  minimum_severity: low\n"
        },
        "pkg/b.py",
        ["B403", "B108", "B105"],
    ),
    "our section in TOML": Layout(
        {"pyproject.toml": "[tool.bandit.posse]\nminimum_severity = 'medium'\nminimum_confidence = 'medium'\n"},
        "a.py",
        ["B108"],
    ),
    "a harmless mistake": Layout({"bandit.yaml": "skips: [B101, B999]\nskip: []"}, "a.py", ["B403", "B108", "B105"]),
    "a baseline": Layout({".bandit-baseline.json": KNOWN}, "pkg/b.py", ["B403", "B108", "B105"]),
    "a baseline that is named": Layout(
        {"ci/known.json": KNOWN, "bandit.yaml": "posse: {baseline: ci/known.json, matching: bandit}"},
        "a.py",
        ["B403", "B108", "B105"],
    ),
    "a baseline that is named further down": Layout(
        {"pkg/known.json": KNOWN, "pkg/bandit.yaml": "posse: {baseline: known.json}"},
        "pkg/b.py",
        ["B403", "B108", "B105"],
    ),
    "a baseline that a .bandit file names": Layout(
        {"known.json": KNOWN, ".bandit": "[bandit]\nbaseline = known.json\n"}, "a.py", ["B403", "B108", "B105"]
    ),
    "a baseline under mapped severities": Layout(
        {".bandit-baseline.json": KNOWN, "bandit.yaml": "posse: {severity_map: {B101: high}}"},
        "a.py",
        ["B403", "B108", "B105"],
    ),
    "a damaged baseline": Layout({".bandit-baseline.json": KNOWN[:-1]}, "a.py", ALL),
    "rules for comments": Layout(
        {"bandit.yaml": "posse: {nosec: {require_ids: warning, require_reason: error, report_unused: off}}"},
        "a.py",
        ["B403", "B101", "nosec-blanket", "nosec-no-reason", "B108", "B105"],
    ),
    "remarks that are loud": Layout(
        {"pyproject.toml": "[tool.bandit]\nskips = ['B102']\nposse.nosec.report_unused = 'warning'\n"},
        "a.py",
        ["B403", "B101", "nosec-unused", "B108", "B105"],
    ),
    "Windows line ends and a mark": Layout(
        {"bandit.yaml": "\ufeff# a\r\nskips:\r\n- B101\r\n"}, "a.py", ["B403", "B108", "B105"]
    ),
}


def scanned(root: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, list[Shown]]:
    """The findings and remarks of a scan of a folder, started in it, by module, sorted by position."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        capsys.readouterr()
        assert main(["scan", "-r", ".", "-f", "json", "--exit-zero"]) == 0
    captured = capsys.readouterr()
    found: dict[str, list[Shown]] = {name: [] for name in MODULES}
    for result in json.loads(captured.out)["results"]:
        found[result["filename"].removeprefix("./")].append((result["line_number"], result["test_id"]))
    for told in re.finditer(r"^posse: \./(.*?):(\d+): .* \((nosec-[a-z-]+)\)$", captured.err, re.MULTILINE):
        found[told[1]].append((int(told[2]), told[3]))
    return {name: sorted(shown) for name, shown in found.items()}


async def shown_in(editor: Editor, root: Path) -> dict[str, list[Shown]]:
    """The diagnostics that an editor shows in the modules below one of its folders, once they are open as before."""
    shown = {}
    for name in MODULES:
        closed = loud(editor.problems((root / name).as_uri()))
        shown[name] = loud(await editor.open(MODULE, root / name).standing())
        assert shown[name] == closed, root / name
    return shown


def loud(diagnostics: list[Diagnostic]) -> list[Shown]:
    """The findings, and the remarks that a scan prints too: those that are hints are for editors alone."""
    return sorted(
        (one.range.start.line + 1, str(one.code))
        for one in diagnostics
        if one.severity != Severity.Hint or re.fullmatch(r"[BP]\d{3}", str(one.code))
    )


async def test_editor_and_scan_agree(connect: Connect, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roots = {name: tmp_path / str(number) for number, name in enumerate(LAYOUTS)}
    for name, layout in LAYOUTS.items():
        for file, text in {**dict.fromkeys(MODULES, MODULE), **layout.files}.items():
            path = roots[name] / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    editor = await connect("neovim-0.11.4", *roots.values())
    await editor.run("posse.scanWorkspace")
    for name, layout in LAYOUTS.items():
        shown = await shown_in(editor, roots[name])
        assert shown == scanned(roots[name], capsys), name
        assert [code for _, code in shown[layout.module]] == layout.codes, name
