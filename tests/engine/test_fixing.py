"""Fixes change what their title says and nothing else, in any code style; doubtful cases get no fix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixed, fixes
from posse_checks.incremental.document import Document
from posse_checks.rule.declaration import rule
from posse_checks.rule.finding import Cwe, Finding, Level
from posse_checks.rule.fix import REVIEW, SAFE, Edits, Fix
from posse_checks.rule.source import Source
from posse_checks.rule.views import Call

CATALOGUE = Catalogue(bandit_rules().values())


def fixes_of(source: str, id: str) -> tuple[Document, list[Fix]]:
    """The fixes of the first finding of a rule."""
    document = Document.opened(source, CATALOGUE)
    finding = next(finding for finding in document.findings() if finding.rule.id == id)
    return document, list(fixes(document, finding))


def first_fixed(source: str, id: str) -> str | None:
    """The source after the first fix offered for a rule's first finding."""
    document, offered = fixes_of(source, id)
    return str(document.replaced(offered[0].replacements).text) if offered else None


GET = "import requests\nrequests.get"
ARGUMENTS = {
    "one line": ("(u)", "(u, timeout=10)"),
    "no space": ("(u,v)", "(u,v, timeout=10)"),
    "trailing comma": ("(u,)", "(u, timeout=10,)"),
    "trailing comma and space": ("(u, )", "(u, timeout=10, )"),
    "no other argument": ("(\n)", "(\ntimeout=10)"),
    "argument in parentheses": ("((u))", "((u), timeout=10)"),
    "generator in parentheses": ("((x for x in y))", "((x for x in y), timeout=10)"),
    "each on its line": ("(\n    u,\n    v=1,\n)", "(\n    u,\n    v=1,\n    timeout=10,\n)"),
    "each on its line, with comments": (
        "(\n    u,  # one, (two\n    v=1,  # three)\n)",
        "(\n    u,  # one, (two\n    v=1,  # three)\n    timeout=10,\n)",
    ),
    "the last without a comma": ("(\n    u,\n    v\n)", "(\n    u,\n    v,\n    timeout=10\n)"),
    "the last without a comma, with a comment": (
        "(\n    u  # why\n    )",
        "(\n    u,  # why\n    timeout=10\n    )",
    ),
    "hanging": ("(u,\n             v)", "(u,\n             v, timeout=10)"),
    "tabs": ("(\n\tu,\n)", "(\n\tu,\n\ttimeout=10,\n)"),
    "backslash": ("(u, \\\n  v)", "(u, \\\n  v, timeout=10)"),
    "string of several lines": ("('''a\n)b''')", "('''a\n)b''', timeout=10)"),
    "characters of every width": ("('é𝛼👩‍💻', x)", "('é𝛼👩‍💻', x, timeout=10)"),
    "list of arguments": ("(*u)", "(*u, timeout=10)"),
    "comment at the end": ("(u)  # nosec B101", "(u, timeout=10)  # nosec B101"),
    "no limit": ("(u, timeout=None)", "(u, timeout=10)"),
    "no limit, in parentheses": ("(u, timeout=(None))", "(u, timeout=(10))"),
    "carriage returns": ("(\r\n  u,\r\n)\r\n", "(\r\n  u,\r\n  timeout=10,\r\n)\r\n"),
    "mapping that may have it": ("(u, **options)", None),
    "generator without parentheses": ("(x for x in y)", None),
    "value of the author's": ("(u, timeout=limit())", None),
}


@pytest.mark.parametrize(("before", "after"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_argument_is_added_in_the_style_of_the_call(before: str, after: str | None) -> None:
    head = GET.replace("\n", "\r\n") if "\r" in before else GET
    assert first_fixed(head + before, "B113") == (None if after is None else head + after)


PASSWORD = "password = 'hunter2'\n"
READ = "password = os.environ['PASSWORD']\n"
IMPORTS = {
    "empty file": (PASSWORD, f"import os\n\n{READ}"),
    "comment on the code": (f"# secret\n{PASSWORD}", f"import os\n\n# secret\n{READ}"),
    "interpreter and encoding": (
        f"#!/usr/bin/python\n# -*- coding: utf-8 -*-\n{PASSWORD}",
        f"#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\nimport os\n\n{READ}",
    ),
    "licence": (f"# (c) me\n# all rights\n\n{PASSWORD}", f"# (c) me\n# all rights\n\nimport os\n\n{READ}"),
    "docstring": (f"'''Says\nwhat.'''\n\n{PASSWORD}", f"'''Says\nwhat.'''\n\nimport os\n\n{READ}"),
    "docstring right before": (f"'''Says.'''\n{PASSWORD}", f"'''Says.'''\n\nimport os\n\n{READ}"),
    "future": (
        f"'''D'''\nfrom __future__ import annotations\n{PASSWORD}",
        f"'''D'''\nfrom __future__ import annotations\n\nimport os\n\n{READ}",
    ),
    "future and others": (
        f"from __future__ import annotations\n\nimport ast\nimport re\n{PASSWORD}",
        f"from __future__ import annotations\n\nimport ast\nimport os\nimport re\n{READ}",
    ),
    "in order": (f"import re  # why\n{PASSWORD}", f"import os\nimport re  # why\n{READ}"),
    "at the end": (f"import ast  # why\n\n{PASSWORD}", f"import ast  # why\nimport os\n\n{READ}"),
    "before names of modules": (
        f"from a import (\n    b,\n)\n{PASSWORD}",
        f"import os\n\nfrom a import (\n    b,\n)\n{READ}",
    ),
    "before other people's": (f"import yaml\n{PASSWORD}", f"import os\n\nimport yaml\n{READ}"),
    "behind a variable": (f"x = 1\nimport re\n{PASSWORD}", f"x = 1\nimport os\nimport re\n{READ}"),
    "not below": (f"{PASSWORD}import re\n", f"import os\n\n{READ}import re\n"),
    "there already": (f"import os\n{PASSWORD}", f"import os\n{READ}"),
    "a part of it is there": (f"import os.path\n{PASSWORD}", f"import os.path\n{READ}"),
    "by another name": (f"import os as o\n{PASSWORD}", f"import os as o\n{READ.replace('os.', 'o.')}"),
    "the function itself": (
        f"from os import environ\n{PASSWORD}",
        f"from os import environ\n{READ.replace('os.', '')}",
    ),
    "only below": (f"{PASSWORD}import os\n", f"import os\n\n{READ}import os\n"),
    "only in a function": (
        f"def f():\n    import os\n{PASSWORD}",
        f"import os\n\ndef f():\n    import os\n{READ}",
    ),
    "in this function": (
        f"def f():\n    import os\n    {PASSWORD}",
        f"def f():\n    import os\n    {READ}",
    ),
    "perhaps": (
        f"if x:\n    import os\n{PASSWORD}",
        f"import os\n\nif x:\n    import os\n{READ}",
    ),
    "too late in this function": (f"def f():\n    {PASSWORD}    import os\n", None),
    "something else of that name": (f"import posixpath as os\n{PASSWORD}", None),
    "a variable of that name": (f"{PASSWORD}os = 1\n", None),
    "a parameter of that name": (f"def f(os):\n    {PASSWORD}", None),
    "a parameter around it": (f"def f(os):\n    def g():\n        {PASSWORD}", None),
    "in an outer function": (
        f"def f():\n  def h():\n    import os\n    def g():\n      {PASSWORD}",
        f"def f():\n  def h():\n    import os\n    def g():\n      {READ}",
    ),
    "an attribute of the class around": (
        f"class C:\n    os = 1\n    def f(self):\n        {PASSWORD}",
        f"import os\n\nclass C:\n    os = 1\n    def f(self):\n        {READ}",
    ),
    "an attribute of this class": (f"class C:\n    os = 1\n    {PASSWORD}", None),
    "a parameter elsewhere": (
        f"def f(os): pass\ndef g():\n    {PASSWORD}",
        f"import os\n\ndef f(os): pass\ndef g():\n    {READ}",
    ),
    "a global elsewhere": (f"def f():\n    global os\n    os = 1\n{PASSWORD}", None),
    "an attribute": (f"x.os = 1\n{PASSWORD}", f"import os\n\nx.os = 1\n{READ}"),
    "docstring that shares its line": (f"'''D'''; {PASSWORD}", None),
    "carriage returns": (
        "import re\r\npassword = 'hunter2'\r\n",
        "import os\r\nimport re\r\npassword = os.environ['PASSWORD']\r\n",
    ),
    "form feed": (f"import re\n\f\n{PASSWORD}", f"import os\nimport re\n\f\n{READ}"),
}


@pytest.mark.parametrize(("before", "after"), IMPORTS.values(), ids=IMPORTS)
def test_import_is_added_once_in_its_place(before: str, after: str | None) -> None:
    result = first_fixed(before, "B105")
    assert result == after
    if result is not None:
        compile(result, "fixed", "exec")


SQLITE = "import sqlite3\n"
OTHERS = {
    "assert with a message": ("B101", "assert x, 'é'\n", "if not x:\n    raise AssertionError('é')\n"),
    "assert of a choice": ("B101", "assert x or y\n", "if not (x or y):\n    raise AssertionError\n"),
    "assert of a denial": ("B101", "assert not x\n", "if x:\n    raise AssertionError\n"),
    "assert in parentheses": ("B101", "assert (x or y), (z)\n", "if not (x or y):\n    raise AssertionError(z)\n"),
    "assert with a tuple": ("B101", "assert x, (y, z)\n", "if not x:\n    raise AssertionError((y, z))\n"),
    "assert of parts in parentheses": (
        "B101",
        "assert (x) == (y)\n",
        "if not (x) == (y):\n    raise AssertionError\n",
    ),
    "assert with comments": (
        "B101",
        "def f():\n  assert x  # type: ignore\n  y = 1\n",
        "def f():\n  if not x:  # type: ignore\n    raise AssertionError\n  y = 1\n",
    ),
    "assert in several lines": (
        "B101",
        "if y:\n\tassert (\n\t\tx  # why\n\t), (\n\t\t'z'\n\t)  # end\n",
        "if y:\n\tif not (\n\t\tx  # why\n\t):\n\t\traise AssertionError(\n\t\t'z'\n\t)  # end\n",
    ),
    "assert with a backslash": ("B101", "assert x, \\\n    'y'\n", "if not x:\n    raise AssertionError('y')\n"),
    "assert behind another": ("B101", "x = 1; assert x\n", None),
    "assert before another": ("B101", "assert x; y = 1\n", None),
    "assert behind a colon": ("B101", "if x: assert y\n", None),
    "mode in decimal": ("B103", "import os\nos.chmod('f', 511)\n", "import os\nos.chmod('f', 0o700)\n"),
    "address in single quotes": ("B104", "f(host='0.0.0.0')  # '\n", "f(host='127.0.0.1')  # '\n"),
    "address with a prefix": ("B104", "f(host=r'0.0.0.0')\n", None),
    "address in parts": ("B104", "f(host='0.0' '.0.0')\n", None),
    "address in an f-string": ("B104", "f(f'0.0.0.0')\n", None),
    "secret in capital humps": (
        "B105",
        "self.dbPassword_token = 'c0ffee'\n",
        "import os\n\nself.dbPassword_token = os.environ['DB_PASSWORD_TOKEN']\n",
    ),
    "secret in the environment": ("B105", "import os\nos.environ['PASSWORD'] = 'a'\n", None),
    "no secret at all": ("B105", "password = ''\n", None),
    "path in a format": ("B108", "f('/tmp/%s' % x)\n", None),
    "directory": (
        "B108",
        "import os\nos.makedirs('/tmp/é/b')\n",
        "import os\nimport tempfile\nos.makedirs(tempfile.mkdtemp() + '/é/b')\n",
    ),
    "pass on the line": (
        "B110",
        "try: f()\nexcept Exception: pass\n",
        'import logging\n\ntry: f()\nexcept Exception: logging.exception("An exception was ignored")\n',
    ),
    "continue on the line": (
        "B112",
        "for x in y:\n  try: f()\n  except: continue\n",
        (
            "import logging\n\nfor x in y:\n  try: f()\n  "
            'except: logging.exception("An exception was ignored"); continue\n'
        ),
    ),
    "name that was imported": (
        "B311",
        "from random import choice as c\npin = c(x)\n",
        "import secrets\nfrom random import choice as c\npin = secrets.choice(x)\n",
    ),
    "other arguments": (
        "B311",
        "import random\npin = random.randrange(1, 7)\n",
        "import random\npin = random.SystemRandom().randrange(1, 7)\n",
    ),
    "hash in single quotes": (
        "B324",
        "import hashlib\nhashlib.new('md5', usedforsecurity=True)\n",
        "import hashlib\nhashlib.new('sha256', usedforsecurity=True)\n",
    ),
    "names the package has not": ("B405", "from xml.etree.ElementTree import parse, Element\n", None),
    "what is used the package has not": ("B405", "import xml.etree.ElementTree as ET\nET.Element('a')\n", None),
    "one import of several": (
        "B408",
        "import re, xml.dom.minidom as m  # why\nm.parse(x)\n",
        "import re, defusedxml.minidom as m  # why\nm.parse(x)\n",
    ),
    "loader on a line of its own": (
        "B506",
        "import yaml\nyaml.load(\n    f,\n    Loader=yaml.Loader,\n)\n",
        "import yaml\nyaml.safe_load(\n    f,\n)\n",
    ),
    "loader behind a comment": (
        "B506",
        "import yaml\nyaml.load(f,  # stream\n    yaml.Loader)\n",
        "import yaml\nyaml.load(f,  # stream\n    yaml.SafeLoader)\n",
    ),
    "function of another name": (
        "B506",
        "import yaml\nfrom yaml import load\nload(f)\n",
        "import yaml\nfrom yaml import load\nyaml.safe_load(f)\n",
    ),
    "command for a shell": ("B602", "import subprocess\nsubprocess.run('ls | wc', shell=True)\n", None),
    "command of the shell's own": ("B602", "import subprocess\nsubprocess.run('cd /', shell=True)\n", None),
    "variable for a command": ("B602", "import subprocess\nsubprocess.run('A=1 ls', shell=True)\n", None),
    "table from a variable": ("B608", SQLITE + "c.execute(f'select a from {t}')\n", None),
    "part of a value": ("B608", SQLITE + "c.execute(f\"select a from t where b = 'x{y}'\")\n", None),
    "value in a format": ("B608", SQLITE + "c.execute(f'select a from t where b = {y:d}')\n", None),
    "values there already": ("B608", SQLITE + "c.execute(f'select a from t where b = {y}', z)\n", None),
    "statement in parentheses": ("B608", SQLITE + "c.execute((f'select a from t where b = {y}'))\n", None),
    "statement in other quotes": (
        "B608",
        SQLITE + "c.execute(f'''select a\nfrom t where b = {y.z[0]} and c = '{é}' ''')\n",
        SQLITE + "c.execute('''select a\nfrom t where b = ? and c = ? ''', (y.z[0], é))\n",
    ),
    "known driver": (
        "B608",
        "import psycopg2\nc.execute('select a from t where b = ' + str(y))\n",
        "import psycopg2\nc.execute('select a from t where b = %s', (y,))\n",
    ),
    "loader of the pipeline": ("B615", "import transformers as t\nt.AutoModel.from_pretrained('a/b', **k)\n", None),
}


@pytest.mark.parametrize(("id", "before", "after"), OTHERS.values(), ids=OTHERS)
def test_first_fix_is_written_as_the_code_is(id: str, before: str, after: str | None) -> None:
    result = first_fixed(before, id)
    assert result == after
    if result is not None:
        compile(result, "fixed", "exec")


@pytest.mark.parametrize(
    ("source", "id", "safety"),
    [
        ("import yaml\nyaml.load(f)\n", "B506", SAFE),
        ("import yaml\nyaml.load(f, yaml.Loader)\n", "B506", REVIEW),
        ("eval('[1, 2]')\n", "B307", SAFE),
        ("eval(text)\n", "B307", REVIEW),
    ],
)
def test_fix_is_safe_only_where_the_program_means_the_same(source: str, id: str, safety: object) -> None:
    _, offered = fixes_of(source, id)
    assert offered[0].safety is safety


@pytest.mark.parametrize("above", ["", '"""Doc."""\n', "import pickle\n", "#!python\n", "# a\n", "import zipfile\n\n"])
def test_an_import_goes_after_a_byte_order_mark(above: str) -> None:
    source = f"{above}password = 'hunter2'\n"
    assert first_fixed(f"\ufeff{source}", "B105") == f"\ufeff{first_fixed(source, 'B105')}"


def test_no_fix_is_offered_that_brings_another_finding() -> None:
    _, offered = fixes_of("from Crypto.Hash import MD5\nMD5.new(x)\n", "B303")
    assert offered == []


def test_fix_is_offered_beside_broken_lines_unless_it_needs_to_know_the_names_around() -> None:
    source = "def f():\n    {}\n    y = (\n"
    assert fixes_of(source.format("assert x"), "B101")[1] != []
    assert fixes_of(source.format("password = 'hunter2'"), "B105")[1] == []


def test_all_that_is_chosen_is_fixed_and_nothing_else() -> None:
    source = "import yaml\nyaml.load(f); yaml.load(yaml.load(g))\nassert x\n"
    document = fixed(Document.opened(source, CATALOGUE), lambda _, fixer: fixer.safety is SAFE)
    assert str(document.text) == "import yaml\nyaml.safe_load(f); yaml.safe_load(yaml.safe_load(g))\nassert x\n"


def test_fixing_all_asserts_one_by_one_keeps_the_lines_apart() -> None:
    source = "assert a\n" * 5
    document = fixed(Document.opened(source, CATALOGUE), lambda *_: True)
    assert str(document.text) == "if not a:\n    raise AssertionError\n" * 5


WRITTEN = {
    "the finding stays": ("g", []),
    "the finding goes": ("h", ["Call another"]),
    "it goes, but the program no longer parses": ("h(", []),
    "it goes, but another finding comes": ("exec", []),
}
"""The text that a fixer writes in place of the function's name, and the result; calls of `f` and `g` are reported."""


@pytest.mark.parametrize(("new", "offered"), WRITTEN.values(), ids=WRITTEN)
def test_a_fix_is_offered_only_if_it_keeps_what_it_promises(new: str, offered: list[str]) -> None:
    def check(call: Call) -> Iterator[Finding]:
        yield call.finding("Found.")

    def write(call: Call, source: Source) -> Edits:
        return [source.replaced(call.node.func, new)]

    careless = rule("B998", "careless", Level.LOW, Level.LOW, Cwe.CLEARTEXT_TRANSMISSION, called={"f", "g"})(check)
    careless.fix("Call another", SAFE)(write)
    document = Document.opened("f(1)\n", Catalogue([careless, bandit_rules()["B102"]]))
    (finding,) = document.findings()
    assert [fix.title for fix in fixes(document, finding)] == offered
