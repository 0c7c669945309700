"""Texts and edits that are hard for an incremental engine, and the properties that hold after each edit."""

from __future__ import annotations

import sysconfig
from itertools import pairwise
from pathlib import Path

from posse_checks.analysis.registry import Catalogue, all_rules, bandit_rules
from posse_checks.incremental.document import Document
from posse_checks.incremental.tree import Group, Node
from posse_checks.python.syntax import Broken, parse
from posse_checks.python.text import Position, split_lines

CATALOGUE = Catalogue(rule for rule in bandit_rules().values() if not rule.optional)
ALL_RULES = Catalogue(rule for rule in all_rules().values() if not rule.optional)
"""With Posse's own rules, whose findings have a comment of their own."""
STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FRAGMENTS = [
    *('"""', "'''", '"', "'", "(", ")", "[", "]", "{", "}", "\\", "\\\n", ":", ";", "#", "@", ",", "=", " ", "    "),
    *("\n", "\r\n", "\r", "\f", "\t", "é", "𝛼", "\u2028", "# nosec", "# nosec B101", "\n\n"),
    *("# posse: ignore[P203]", "# posse: ignore[", "import ssl\n", "x.check_hostname = False\n"),
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
    *("match ", "case ", "case", "_:"),
    *(" \f", "\\\nif x: 1\nelse: e\n", "# \\\n", "#'''\\\n", "f'{f('(')}'\n", "f'{\na\n}'\n", "\t  \t", " \t \t"),
]
BLOCKS = [
    "class C:\n    x = 1\n    def m(self, token='a'):\n        assert self\n        return eval(self)\n\n",
    "class D:\n    @dec(eval(1))\n    def n(self):\n        pass\n    y = assert z\n",
    "def f(a, password='x'):\n    import os as o\n    if a:\n        o.system(a)\n    return o\n",
    "with a:\n    import subprocess as s\n    for i in b:\n        s.run(i, shell=True)\n",
    "with a:\n    for i in b:\n        x = '''\ncol0 = 1\n'''\n",
    "if x:\n    assert 1\nelse:\n    assert 2\n",
    "def g(a):\n    try:\n        eval(a)\n        foo(\n    except A:\n        pass\n    finally:\n        exec(a)\n",
    "if a:\n    import os as o\nelif o.system(b):\n    for c in d:\n        assert c\n    else:\n        e = (\n",
    "match eval(a):\n    case [1, b] if exec(b):\n        import os as o\n    case (c):\n        o.system(c)\n",
    "match a:\n  case 1:\n    foo(\n  case {'x': y}:\n    match y:\n      case _:\n        eval(y)\nmatch = case\n",
    "from django.utils.safestring import mark_safe\nv = 'a'\nmark_safe(v)\n",
]


def shape(node: Node) -> object:
    """The way in which the text under a node is split."""
    return (node.head.height, [shape(part) for part in node.parts]) if isinstance(node, Group) else node.height


def same(incremental: Document, fresh: Document) -> None:
    source = str(fresh.text)
    cells = pairwise((0, *fresh.cell_boundaries, len(fresh.text.lines)))
    is_broken = any(isinstance(parse("".join(fresh.program[begin:end])), Broken) for begin, end in cells)
    assert bool(fresh.broken) == is_broken, source
    assert str(incremental.text) == source
    assert list(incremental.assessed) == list(fresh.assessed), source
    assert incremental.comments == fresh.comments, source
    assert incremental.broken == fresh.broken, source
    assert [shape(n) for n in incremental.nodes] == [shape(n) for n in fresh.nodes], source


def place(text: str, offset: int) -> Position:
    """The position of an offset, never between a carriage return and its line feed."""
    for number, line in enumerate(split_lines(text)):
        if offset <= len(line.rstrip("\r\n")) or not line.endswith(("\n", "\r")):
            return Position(number, min(offset, len(line)))
        if offset < len(line):
            return Position(number, len(line.rstrip("\r\n")))
        offset -= len(line)
    raise AssertionError("an offset past the text")
