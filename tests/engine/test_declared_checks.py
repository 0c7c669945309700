"""Declared checks: what they match, what they say, and that they run like all other rules."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace

import pytest

from posse_checks.config.configuration import Configuration
from posse_checks.config.reader import read_toml, read_yaml
from posse_checks.declared.examples import findings_in
from posse_checks.fixes.apply import fixes
from posse_checks.flow.findings import Follower
from posse_checks.flow.own_examples import flows_in_example
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position
from posse_checks.rule.finding import Level


def configured(*checks: str, more: str = "") -> Configuration:
    """A configuration with these checks, each given as YAML without its ID and message unless it has them."""
    lines = []
    for number, check in enumerate(checks, start=1):
        head = "" if "id:" in check else f"id: X90{number}, "
        head += "" if "message:" in check else "message: found, "
        lines.append(f"    - {{{head}{check}}}")
    parsed = read_yaml("posse:\n  checks:\n" + "\n".join(lines) + f"\n{more}")
    assert not parsed.problems, parsed.problems
    assert parsed.configuration is not None
    return parsed.configuration


def found(configuration: Configuration, source: str) -> list[str]:
    """What own checks report: the underlined text and the message, the same in a scan and in an editor."""
    catalogue = configuration.catalogue_for("./a.py")
    document = Document.opened(source, catalogue)
    findings = [finding for finding in document.findings() if finding.rule.id.startswith("X")]
    checked = check_module(source.encode(), catalogue)
    assert isinstance(checked, list)
    assert [
        item.finding for item in checked if item.finding.rule.id[0] == "X" and item.suppressed_by is None
    ] == findings
    lines = source.encode().split(b"\n")
    return [
        f"{lines[f.span.line - 1][f.span.column : f.span.end_column].decode()}: {f.message}"
        if f.span.line == f.span.end_line
        else f"line {f.span.line}: {f.message}"
        for f in findings
    ]


CALLS = """
import jwt as j, hashlib, os
from jwt import decode
j.decode(t, verify=False)
decode(t, key, verify=0)
decode(t, **options)
decode(t, verify=None, algorithms=["HS256"])
hashlib.new("md5", data)
hashlib.new(name="md5")
hashlib.new(*names)
hashlib.new(-1)
cursor().execute(f"{q}")
os.system(f"{q}")
"""


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        ("call: jwt.decode", [4, 5, 6, 7]),
        ("call: [jwt.decode, os.system]", [4, 5, 6, 7, 13]),
        ("call: 'jwt.*'", [4, 5, 6, 7]),
        ("call: '*.execute'", [12]),
        ("call: jwt.decode, keyword: {verify: false}", [4]),
        ("call: jwt.decode, keyword: {verify: [false, 0]}", [4, 5]),
        ("call: jwt.decode, keyword: {verify: null}", [7]),
        ("call: jwt.decode, keyword: verify", [4, 5, 7]),
        ("call: jwt.decode, keyword: [verify, algorithms]", [7]),
        ("call: jwt.decode, keyword: {verify: {literal: true}}", [4, 5, 7]),
        ("call: jwt.decode, without: verify", []),
        ("call: jwt.decode, without: algorithms", [4, 5]),
        ("call: jwt.decode, without: [algorithms, 1]", [4]),
        ("call: hashlib.new, position: {0: md5}", [8]),
        ("call: hashlib.new, position: {0: {matches: '^MD'}}", []),
        ("call: hashlib.new, position: {0: {matches: '(?i)^MD'}}", [8]),
        ("call: hashlib.new, position: {0: -1}", [11]),
        ("call: hashlib.new, position: {1: {name: data}}", [8]),
        ("call: '*.execute', position: {0: {literal: false}}", [12]),
        ("any: [{call: os.system}, {call: jwt.decode, keyword: {verify: false}}]", [4, 13]),
        ("all: [{call: jwt.decode}, {not: {keyword: verify}}]", [6]),
        ("call: jwt.decode, not: {any: [{keyword: verify}, {position: 5}]}", [6]),
        ("call: jwt.decode, module_imported: [flask, hashlib]", [4, 5, 6, 7]),
        ("call: jwt.decode, module_imported: flask", []),
    ],
)
def test_calls(check: str, lines: list[int]) -> None:
    document = Document.opened(CALLS.lstrip("\n"), configured(check).catalogue_for("./a.py"))
    assert [f.line + 1 for f in document.findings() if f.rule.id == "X901"] == lines


@pytest.mark.parametrize(
    ("check", "source", "expected"),
    [
        ("import: pickle, message: '{name}'", "import os, pickle\n", ["pickle: pickle"]),
        ("import: pickle, message: '{name}'", "from pickle import loads as l\n", ["loads as l: pickle.loads"]),
        ("import: pickle", "import pickle5\nfrom .pickle import x\nfrom . import pickle\n", []),
        ("import: os.path", "import os.path as p\nfrom os import path\n", ["os.path as p: found", "path: found"]),
        ("string: '^ftp://', message: '{value}'", "x = 'ftp://a'\ny = 'no ftp://'\n'ftp://doc'\n", ["'ftp://a': ftp://a"]),
        ("string: 'b'", "x = f'a{c}b'\n", ["b: found" if sys.version_info >= (3, 12) else "f'a{c}b': found"]),
        ("decorated_by: '*.route', message: '{last}'", "@app.route('/')\ndef f(): pass\n", ["app.route: route"]),
        ("decorated_by: flask.x", "from flask import x as y\n@y\nclass A: pass\n", ["y: found"]),
        ("decorated_by: a.b, not: {decorated_by: c}", "@a.b\n@c\ndef f(): pass\n@a.b\ndef g(): pass\n", ["a.b: found"]),
        ("class_of: yaml.Y", "from yaml import Y\nclass A(B, Y): pass\n", ["Y: found"]),
        ("class_of: Generic", "class A(Generic[T], metaclass=M): pass\n", ["Generic: found"]),
        ("attribute: os.environ", "from os import environ as e\nimport os\nx = e['a']\nos.environ.get(1)\nenviron\n",
         ["e: found", "os.environ: found"]),
        ("attribute: '*.DEBUG'", "x = settings.DEBUG\ny = a().DEBUG.z\nDEBUG\n",
         ["settings.DEBUG: found", "a().DEBUG: found"]),
        ("assigned: DEBUG, value: true", "DEBUG = True\nDEBUG = 1\nx, DEBUG = 1, True\n", ["DEBUG: found"]),
        ("assigned: ['*_KEY', '*.debug'], message: '{name} {value}'",
         "A_KEY: str = 'x'\nself.app.debug += 1\n(B_KEY := c(1))\n",
         ["A_KEY: A_KEY 'x'", "self.app.debug: self.app.debug", "B_KEY: B_KEY c(1)"]),
        ("call: f, message: '{{{keyword.a}}} {keyword.b}{position.0}'", "f(g('x'), a=1)\n", ["f: {1} g('x')"]),
        ("any: [{call: eval}, {import: shelve}], message: 'no {name}'", "import shelve\neval(x)\n",
         ["shelve: no shelve", "eval: no eval"]),
    ],
)  # fmt: skip
def test_other_subjects(check: str, source: str, expected: list[str]) -> None:
    assert found(configured(check), source) == expected


def function(name: str, body: str, lines: int = 0, decorator: str = "") -> str:
    """A function with some more lines, so that it is split into parts or not."""
    return f"{decorator}def {name}(a):\n" + "    a = a + 1\n" * lines + textwrap.indent(body, "    ")


@pytest.mark.parametrize("lines", [0, 60])
@pytest.mark.parametrize(
    ("inside", "is_found"),
    [
        ("{function: test_one}", True),
        ("{function: 'test_*'}", True),
        ("{function: other}", False),
        ("{class: '*Case'}", True),
        ("{class: Other}", False),
        ("{class: Case, function: test_one}", True),
        ("{class: Case, function: other}", False),
        ("{decorated_by: pytest.mark}", True),
    ],
)
def test_inside_a_definition(inside: str, is_found: bool, lines: int) -> None:
    inner = function("test_one", "eval(a)\n", lines, "@mark\n")
    source = "from pytest import mark\nclass Case:\n" + textwrap.indent(inner, "    ")
    assert bool(found(configured(f"call: eval, inside: {inside}"), source)) is is_found
    assert bool(found(configured(f"call: eval, not: {{inside: {inside}}}"), source)) is not is_found


@pytest.mark.parametrize("lines", [0, 60])
def test_edit_of_a_head_moves_what_is_inside(lines: int) -> None:
    catalogue = configured("call: eval, inside: {function: 'test_*'}").catalogue_for("./a.py")
    document = Document.opened(function("test_one", "eval(a)\n", lines), catalogue)
    for new in ("best", "test"):
        document = document.edited(Position(0, 4), Position(0, 8), new).up_to_date()
        fresh = Document.opened(str(document.text), catalogue)
        assert document.findings() == fresh.findings()
        assert ("X901" in {finding.rule.id for finding in document.findings()}) is (new == "test")


def test_edit_of_an_import_rechecks_what_it_names() -> None:
    catalogue = configured("attribute: os.environ", "decorated_by: flask.x", "class_of: flask.y").catalogue_for(
        "./a.py"
    )
    source = "import other\n" + "pass\n" * 40 + "use(env)\n@dec\nclass A(base): pass\n"
    document = Document.opened(source, catalogue)
    assert not [f for f in document.findings() if f.rule.id[0] == "X"]
    new = "from os import environ as env\nfrom flask import x as dec, y as base\n"
    document = document.edited(Position(0, 0), Position(1, 0), new).up_to_date()
    assert [f.rule.id for f in document.findings() if f.rule.id[0] == "X"] == ["X901", "X902", "X903"]
    assert document.findings() == Document.opened(str(document.text), catalogue).findings()


def test_grades_and_texts_of_a_check() -> None:
    check = "call: f, severity: high, confidence: low, cwe: 1321, why: 'Because.', name: my_check"
    check += ", link: 'https://a.example/x'"
    (rule,) = configured(check).declared_rules
    assert (rule.severity, rule.confidence, rule.cwe.value, rule.name) == (Level.HIGH, Level.LOW, 1321, "my_check")
    assert rule.link == "https://a.example/x" and "Because." in rule.docstring
    assert configured(check).declared_rules == (
        rule,
    )  # equal checks share a rule, so nothing is checked again for them


@pytest.mark.parametrize(
    ("fix", "before", "after"),
    [
        ("{set: {verify: true}}", "f(a, verify=False)", "f(a, verify=True)"),
        ("{set: {kind: sha256}}", 'f("a", verify=False)', 'f("a", verify=False, kind="sha256")'),
        ("{set: {verify: {name: acme.ON}}}", "f(verify=False)", "import acme\n\nf(verify=acme.ON)"),
        ("{remove: verify}", "f(a, verify=False)", "f(a)"),
        ("{rename: {verify: check}}", "f(a, verify = False)", "f(a, check = False)"),
        ("{replace: acme.http.get}", "f(a, verify=False)", "import acme.http\n\nacme.http.get(a, verify=False)"),
        ("{add: {timeout: 10}, set: {verify: null}}", "f(verify=False)", "f(verify=None, timeout=10)"),
    ],
)
def test_fixes(fix: str, before: str, after: str) -> None:
    catalogue = configured(f"call: f, keyword: {{verify: false}}, fix: {fix}").catalogue_for("./a.py")
    if "kind" in fix:
        catalogue = configured(f"call: f, without: kind, fix: {fix}").catalogue_for("./a.py")
    document = Document.opened(f"{before}\n", catalogue)
    (finding,) = document.findings()
    (fixed,) = fixes(document, finding)
    assert str(document.replaced(fixed.replacements).text) == f"{after}\n"
    assert fixed.safety.value == "review"


@pytest.mark.parametrize(
    "comment", ["nosec X901", "nosec x901", "posse: ignore[X901]", "posse: ignore[x901] why", "nosec"]
)
def test_comments_suppress_it(comment: str) -> None:
    assert found(configured("call: f"), f"f()  # {comment}\n") == []


def test_its_comment_suppresses_nothing_else() -> None:
    document = Document.opened("exec(f())  # nosec X901\n", configured("call: f").catalogue_for("./a.py"))
    assert [finding.rule.id for finding in document.findings()] == ["B102"]


def test_configuration_knows_its_id() -> None:
    more = "  per_file_ignores: {'b.py': [X901]}\n  severity_map: {X901: high}\nskips: [X902]\n"
    configuration = configured("call: f", "call: g", more=more)
    assert "X901" in {rule.id for rule in configuration.rules_for("./a.py")}
    assert not {"X901", "X902"} & {rule.id for rule in configuration.rules_for("./b.py")}
    assert configuration.why_off(configuration.known_rules["X902"], "./a.py") == "`skips` contains X902"


@pytest.mark.parametrize(
    ("more", "runs"), [("tests: [B102]", True), ("tests: [B102, X901]", True), ("tests: [X902]", False)]
)
def test_selection_of_bandits_checks_leaves_own_ones(more: str, runs: bool) -> None:
    configuration = configured("call: f", "call: g", more=f"{more}\n")
    assert ("X901" in {rule.id for rule in configuration.rules}) is runs


def test_declared_in_toml() -> None:
    source = """
[tool.bandit.posse]
foreign_ids = []
[[tool.bandit.posse.checks]]
id = "X901"
call = ["jwt.decode"]
keyword = {verify = false}
message = "{name} does not verify."
bad = ["import jwt; jwt.decode(t, verify=False)"]
[[tool.bandit.posse.checks]]
id = "X902"
call = "f"
message = "g"
bad = "g()"
"""
    parsed = read_toml(source, find=findings_in)
    assert parsed.configuration is not None
    assert [rule.id for rule in parsed.configuration.declared_rules] == ["X901", "X902"]
    assert [(problem.line, problem.message) for problem in parsed.problems] == [
        (13, "X902 does not report this example, which is under `bad`.")
    ]


FLOWS = """posse:
  checks:
    - id: X911
      source: acme.queue.receive
      sink: ["acme.db.run(0, statement)", "*.launch"]
      sanitizer: acme.text.clean
      message: "Data from {source} reaches {sink}."
      bad: ["import acme.db, acme.queue; acme.db.run(acme.queue.receive())"]
      good: ["import acme.db; acme.db.run(1)", "import acme.db, acme.queue; acme.db.run(0, acme.queue.receive())"]
"""
PROGRAM = """import acme.db, acme.queue, acme.text
from flask import request
def f():
    acme.db.run(acme.queue.receive())
    acme.db.run(1, statement=request.args["a"])
    acme.db.run(acme.text.clean(acme.queue.receive()))
    x.launch(acme.queue.receive() + "a")
    acme.db.run(int(acme.queue.receive()))
    open(acme.queue.receive())
"""


def test_flows_from_own_sources_to_own_sinks() -> None:
    parsed = read_yaml(FLOWS, find=lambda check, example: flows_in_example(check, example))
    assert parsed.configuration is not None
    assert not parsed.problems
    policy = replace(parsed.configuration.policy, flow=True)
    catalogue = replace(parsed.configuration, policy=policy).catalogue_for("./a.py")
    checked = check_module(PROGRAM.encode(), catalogue, Follower(catalogue, model=policy.flow_model))
    assert isinstance(checked, list)
    assert [(item.finding.line, item.finding.rule.id) for item in checked] == [(4, "X911"), (5, "X911"), (7, "X911")]
    assert checked[0].finding.message == "Data from `acme.queue.receive` reaches `run()`."
    assert "X911" not in {rule.id for rule in parsed.configuration.rules}  # data is not followed there
