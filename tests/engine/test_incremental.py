"""Invariant 5: a document's findings are a function of its text, whatever edits led there."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posse_checks import editing, segments
from posse_checks.catalogue import Catalogue, all_rules
from posse_checks.document import Document
from posse_checks.nodes import Group, Node
from posse_checks.text import Position

CATALOGUE = Catalogue(rule for rule in all_rules().values() if not rule.optional)
STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FRAGMENTS = [
    *('"""', "'''", '"', "'", "(", ")", "[", "]", "{", "}", "\\", "\\\n", ":", ";", "#", "@", ",", "=", " ", "    "),
    *("\n", "\r\n", "\r", "\f", "\t", "é", "𝛼", "\u2028", "# nosec", "# nosec B101", "\n\n"),
    *("import subprocess as s\n", "from os import system\n", "s.run('ls', shell=True)\n", "assert x\n", "system(a)\n"),
    *(
        "def f():\n",
        "    return '/tmp/x'\n",
        "class C:\n",
        "    password = 'x'\n",
        "@decorated\n",
        "else:\n",
        "if x:\n",
    ),
    *("try:\n", "except:\n    pass\n", "async ", "elif y:\n", "finally:\n", "x = (\n", ")\n", "exec(a)\n", "pass\n"),
    *('x = """\n', '"""\n', "lambda: ", "f'{", "}'", "with a:\n", "match x:\n", "    case 1:\n", "        pass\n"),
]
BLOCKS = [
    "class C:\n    x = 1\n    def m(self, token='a'):\n        assert self\n        return eval(self)\n\n",
    "class D:\n    @dec(eval(1))\n    def n(self):\n        pass\n    y = assert z\n",
    "def f(a, password='x'):\n    import os as o\n    if a:\n        o.system(a)\n    return o\n",
    "with a:\n    import subprocess as s\n    for i in b:\n        s.run(i, shell=True)\n",
    "with a:\n    for i in b:\n        x = '''\ncol0 = 1\n'''\n",
    "if x:\n    assert 1\nelse:\n    assert 2\n",
    "from django.utils.safestring import mark_safe\nv = 'a'\nmark_safe(v)\n",
]
SOURCES = st.lists(st.sampled_from(FRAGMENTS + BLOCKS), max_size=25).map("".join)


def shape(node: Node) -> object:
    """How the text under a node is split."""
    return (node.head.height, [shape(part) for part in node.parts]) if isinstance(node, Group) else node.height


def same(incremental: Document, fresh: Document) -> None:
    source = str(fresh.text)
    assert str(incremental.text) == source
    assert [(j.finding, j.silenced_by) for j in incremental.judged] == [
        (j.finding, j.silenced_by) for j in fresh.judged
    ], source
    assert incremental.broken == fresh.broken, source
    assert [shape(n) for n in incremental.nodes] == [shape(n) for n in fresh.nodes], source


@pytest.fixture(params=[segments.LONG, 2], ids=["usual", "short"], autouse=True)
def long(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Split statements as usual, and also short ones, so that small texts have many levels."""
    monkeypatch.setattr(segments, "LONG", request.param)
    monkeypatch.setattr(editing, "LONG", request.param)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SOURCES, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), SOURCES), max_size=6))
def test_generated_text_after_edits_is_as_fresh(source: str, edits: list[tuple[int, int, str]]) -> None:
    document = Document.opened(source, CATALOGUE)
    for start, length, new in edits:
        text = str(document.text)
        start = min(start, len(text))
        document = document.edited(place(text, start), place(text, min(start + length, len(text))), new)
        same(document, Document.opened(str(document.text), CATALOGUE))


@pytest.mark.parametrize("name", ["subprocess.py", "tempfile.py", "smtplib.py", "random.py", "pickletools.py"])
def test_real_file_after_random_edits_is_as_fresh(name: str) -> None:
    source = (STANDARD_LIBRARY / name).read_text()
    chance = random.Random(name)
    document = Document.opened(source, CATALOGUE)
    undo = None
    for _ in range(60):
        text = str(document.text)
        if undo and chance.random() < 0.4:
            start, end, new = undo
            undo = None
        else:
            start = chance.randrange(len(text))
            end = min(len(text), start + chance.choice([0, 0, 0, 1, 3, 40, 300]))
            new = "".join(chance.choices(FRAGMENTS, k=chance.choice([0, 1, 1, 2])))
            undo = (start, start + len(new), text[start:end])
        document = document.edited(place(text, start), place(text, end), new)
        same(document, Document.opened(str(document.text), CATALOGUE))


def place(text: str, offset: int) -> Position:
    """The position of an offset, never between a carriage return and its line feed."""
    from posse_checks.text import split_lines

    for number, line in enumerate(split_lines(text)):
        if offset <= len(line.rstrip("\r\n")) or not line.endswith(("\n", "\r")):
            return Position(number, min(offset, len(line)))
        if offset < len(line):
            return Position(number, len(line.rstrip("\r\n")))
        offset -= len(line)
    raise AssertionError("an offset past the text")
