"""Flows between files: programs of several files, whose lines say by a comment which flow is reported there."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from posse_checks.analysis.check import analyze
from posse_checks.analysis.registry import Catalogue
from posse_checks.flow.adapter import Module, flows_in
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.kinds import IDS
from posse_checks.flow.values import OUTSIDE
from posse_checks.flow.workspace import DEEPEST, LARGEST_BYTES, MOST_FILES, Workspace
from posse_checks.incremental.document import Document
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken, parse
from posse_checks.rule.evidence import NONE, NOT_KNOWN, SHOWN
from tests.flow.test_cases import CASE, EXPECTED
from tests.flow.test_live import RULES

FILE = re.compile(r"^## (\S+)$\n?", re.MULTILINE)


def programs() -> list[tuple[str, dict[str, str]]]:
    _, *parts = CASE.split((Path(__file__).parent / "workspaces.txt").read_text())
    found = []
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        _, *files = FILE.split(body)
        found.append((name, dict(zip(files[::2], files[1::2], strict=True))))
    return found


PROGRAMS = programs()
ALL = pytest.mark.parametrize("files", [files for _, files in PROGRAMS], ids=[name for name, _ in PROGRAMS])


def workspace_of(files: Mapping[str, str | bytes]) -> Workspace:
    def read(file: str) -> bytes:
        content = files[file]
        return content.encode() if isinstance(content, str) else content

    return Workspace(files, read, CATALOGUE)


def followed(workspace: Workspace, file: str, program: str) -> Module:
    """What a scan finds out about a file, in which Bandit's findings are those of all rules."""
    statements = parse(program)
    assert not isinstance(statements, Broken)
    imported = analyze(statements, Names(), Catalogue([])).bindings.modules
    findings = [item.finding for item in Document.opened(program, RULES).assessed]
    return flows_in(statements, program, imported, findings, others=workspace.around(file, program.encode()))


def flows(workspace: Workspace, file: str, program: str) -> set[tuple[int, str]]:
    result = followed(workspace, file, program).result
    return {(flow.at[0], IDS[flow.kind]) for flow in result.flows if flow.level == OUTSIDE}


def expected(program: str) -> set[tuple[int, str]]:
    return {
        (number, id)
        for number, line in enumerate(program.splitlines(), start=1)
        if (match := EXPECTED.search(line))
        for id in re.split(r",\s*", match[1])
    }


@ALL
def test_a_program_of_several_files_has_its_flows(files: dict[str, str]) -> None:
    for file, program in files.items():
        assert flows(workspace_of(files), file, program) == expected(program), file


@ALL
def test_which_files_were_followed_before_does_not_matter(files: dict[str, str]) -> None:
    alone = {file: followed(workspace_of(files), file, program).result for file, program in files.items()}
    for seed in range(4):
        order = random.Random(seed).sample(sorted(files), len(files))
        workspace = workspace_of(files)
        for file in order:
            result = followed(workspace, file, files[file]).result
            assert (result.flows, result.judgments) == (alone[file].flows, alone[file].judgments)


@ALL
def test_a_file_is_followed_anew_when_another_one_changes(files: dict[str, str]) -> None:
    for changed in files:
        after = {**files, changed: "\n" + files[changed].replace("os.system", "print")}
        for file, program in files.items():
            is_known = changed in workspace_of(files).around(file, program.encode()).files
            before = workspace_of(files).around(file, program.encode()).digest
            now = workspace_of(after).around(file, program.encode()).digest
            assert (before != now) == is_known


def test_steps_name_their_file() -> None:
    files = dict(PROGRAMS)["a sink in another file"]
    result = followed(workspace_of(files), "views.py", files["views.py"]).result
    paths = {flow.at[0]: [(step.file, step.line) for step in flow.steps] for flow in result.flows}
    assert paths[6] == [("", 6), ("", 6), ("runs.py", 3), ("runs.py", 3)]
    assert paths[10] == [("", 10), ("", 10), ("runs.py", 5), ("runs.py", 7)]


def evidence(files: Mapping[str, str | bytes], file: str) -> dict[int, str]:
    program = files[file]
    assert isinstance(program, str)
    module = followed(workspace_of(files), file, program)
    findings = [item.finding for item in Document.opened(program, RULES).assessed]
    return {one.line: module.evidence_for(one).verdict for one in findings if one.rule.id in ("B605", "B602")}


def test_a_finding_gets_evidence_from_other_files() -> None:
    files = dict(PROGRAMS)["a sanitizer in another file"]
    assert evidence(files, "views.py") == {5: NONE, 7: SHOWN, 11: NONE, 15: NONE, 16: SHOWN}


@pytest.mark.parametrize(
    "helper",
    [
        "def safe(x):\n    return unknown(x)\n",
        "from elsewhere import safe\n",
        "from helper import *\n",
        "@decorated\ndef safe(x):\n    return 'a'\n",
        "def safe(x):\n    return safe(x)\n",
        "def safe(x):\n    return STATE[x]\nSTATE = {}\ndef put(x):\n    STATE[x] = x\n",
        "STATE = {'a': 'b'}\ndef safe(x):\n    return STATE[x]\n",
        "class safe:\n    NAMES = {'a': 'b'}\n    def __new__(cls, x):\n        return cls.NAMES[x]\n",
        "def safe(x, y=request.args):\n    return y['a']\n",
        "try:\n    from fast import safe\nexcept ImportError:\n    safe = str\n",
        "safe = wrap(lambda x: 'a')\n",
        "def safe(x:\n",
        b"\xff\xfe\x00",
        "def safe(x):\n    while True:\n        x = x.y(x)\n        if x: return x\n" * 3_000,
        "def safe(x):\n" + "".join(f"    if x == {n}: x = f{n}(x)\n" for n in range(2_000)) + "    return x\n",
    ],
)
def test_nothing_is_claimed_of_what_is_not_known(helper: str | bytes) -> None:
    program = "import os\nfrom helper import safe\ndef a(x):\n    os.system(safe(x))\n"
    assert evidence({"helper.py": helper, "views.py": program}, "views.py") == {4: NOT_KNOWN}


def test_a_file_that_cannot_be_read_is_not_known() -> None:
    def read(file: str) -> bytes:
        raise OSError("no")

    program = "import os\nfrom helper import safe\ndef a(x):\n    os.system(safe(x))\n"
    workspace = Workspace(["helper.py", "views.py"], read, CATALOGUE)
    assert not flows(workspace, "views.py", program)


def test_the_files_that_a_file_knows_are_limited() -> None:
    count = 1_000
    ring = {
        f"m{number}.py": f"import m{(number + 1) % count}, m{(number * 7 + 1) % count}\n"
        f"def f(x):\n    return m{(number + 1) % count}.f(x)\n"
        for number in range(count)
    }
    workspace = workspace_of(ring)
    assert all(len(workspace.around(file, text.encode()).files) <= MOST_FILES for file, text in ring.items())
    chain = {f"m{number}.py": f"import m{number + 1}\n" for number in range(50)}
    assert len(workspace_of(chain).around("m0.py", b"import m1\n").files) == DEEPEST


def test_a_large_file_is_not_followed() -> None:
    program = "from large import run\nfrom flask import request\ndef a():\n    run(request.args['x'])\n"
    helper = "import os\ndef run(x):\n    os.system(x)\n"
    assert flows(workspace_of({"large.py": helper}), "views.py", program) == {(4, "P102")}
    assert not flows(workspace_of({"large.py": helper + "#" * LARGEST_BYTES}), "views.py", program)
