"""The editor and `posse scan` agree on every file, whatever configurations lie where."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.server.conftest import Connect

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODULE = "import pickle\nassert a\nexec(b)  # nosec\nx = '/tmp/y'\npassword = 'geheim'\n"
MODULES = ("a.py", "pkg/b.py", "pkg/deep/c.py", "tests/test_d.py", "build/e.py")


class Layout(NamedTuple):
    """Configuration files by their paths, and the codes that one of the modules gets because of them."""

    files: dict[str, str]
    module: str
    codes: list[str]


ALL = ["B403", "B101", "B108", "B105"]
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
    "Windows line ends and a mark": Layout(
        {"bandit.yaml": "\ufeff# a\r\nskips:\r\n- B101\r\n"}, "a.py", ["B403", "B108", "B105"]
    ),
}


async def scanned(root: Path) -> dict[str, list[tuple[str, int]]]:
    command = [sys.executable, "-m", "posse_server.cli", "scan", "-r", ".", "-f", "json", "--exit-zero"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=pipe, stderr=pipe)
    out, err = await process.communicate()
    assert process.returncode == 0, err
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in MODULES}
    for result in json.loads(out)["results"]:
        found[result["filename"].removeprefix("./")].append((result["test_id"], result["line_number"]))
    return found


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
async def test_editor_and_scan_agree(connect: Connect, tmp_path: Path, layout: Layout) -> None:
    for name, text in {**dict.fromkeys(MODULES, MODULE), **layout.files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    editor = await connect("neovim-0.11.4", tmp_path)
    shown = {}
    for name in MODULES:
        diagnostics = await editor.open(MODULE, tmp_path / name).standing()
        findings = [diagnostic for diagnostic in diagnostics if str(diagnostic.code).startswith("B")]
        shown[name] = [(str(diagnostic.code), diagnostic.range.start.line + 1) for diagnostic in findings]
    assert shown == await scanned(tmp_path)
    assert [code for code, _ in shown[layout.module]] == layout.codes
