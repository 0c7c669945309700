"""Invariant 5: a document's findings are a function of its text, whatever edits led there."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.chunk import LIMITS, Limits
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position, Text
from tests.engine.edits import ALL_RULES, BLOCKS, CATALOGUE, FRAGMENTS, STANDARD_LIBRARY, place, same

SOURCES = st.lists(st.sampled_from(FRAGMENTS + BLOCKS), max_size=25).map("".join)


@pytest.fixture(
    params=[
        pytest.param(LIMITS, id="usual", marks=pytest.mark.slow),
        pytest.param(Limits(long_lines=2, lines_parsed_at_once=3, lines_a_slice=1), id="short"),
    ]
)
def limits(request: pytest.FixtureRequest) -> Limits:
    """Split statements and recheck as usual, and also so that small texts have many levels and need many slices."""
    limits: Limits = request.param
    return limits


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(SOURCES, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), SOURCES), max_size=6))
def test_generated_text_after_edits_is_as_fresh(limits: Limits, source: str, edits: list[tuple[int, int, str]]) -> None:
    document = Document.opened(source, ALL_RULES, limits)
    for start, length, new in edits:
        text = str(document.text)
        start = min(start, len(text))
        document = document.edited(place(text, start), place(text, min(start + length, len(text))), new)
        same(document.up_to_date(), Document.opened(str(document.text), ALL_RULES, limits))


@pytest.mark.longest
@pytest.mark.parametrize("name", ["subprocess.py", "tempfile.py", "smtplib.py", "random.py", "pickletools.py"])
def test_real_file_after_random_edits_is_as_fresh(limits: Limits, name: str) -> None:
    source = (STANDARD_LIBRARY / name).read_text()
    chance = random.Random(name)
    document = Document.opened(source, ALL_RULES, limits)
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
        same(document.up_to_date(), Document.opened(str(document.text), ALL_RULES, limits))


@pytest.mark.parametrize("behind", ["", " d"])
def test_a_quote_behind_a_docstring_that_was_cut_reaches_over_the_end_of_its_function(
    limits: Limits, behind: str
) -> None:
    source = (
        f'def f():\n    """Return a.\n    return b\n    c{behind}\n    """\n        e\ndef g():\n    """Return h.\n'
    )
    edited = Document.opened(source, CATALOGUE, limits).edited(Position(3, 5), Position(3, 5), '"""').up_to_date()
    same(edited, Document.opened(str(edited.text), CATALOGUE, limits))


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_line_that_goes_on_with_a_product_of_matrices_is_no_decorator(limits: Limits, indent: str) -> None:
    source = f"class C:\n    @d(eval(a\n{indent}@1))\n    def f(self):\n        pass\n    b = = c\n"
    before = Document.opened(source.replace("@1", "+1"), CATALOGUE, limits)
    edited = before.edited(Position(2, len(indent)), Position(2, len(indent) + 1), "@").up_to_date()
    same(edited, Document.opened(source, CATALOGUE, limits))
    assert [finding.line for finding in edited.findings()] == [2]


def test_an_open_bracket_before_a_decorator_costs_its_statement_alone(limits: Limits) -> None:
    document = Document.opened("a = (\n\n@d(eval(b))\ndef f():\n    assert c\n", CATALOGUE, limits)
    assert [finding.line for finding in document.findings()] == [3, 5]


def test_a_backslash_alone_between_a_head_and_its_block_belongs_to_the_head(limits: Limits) -> None:
    edited = (
        Document.opened("if x:\n\n    asif x:\n", CATALOGUE, limits)
        .edited(Position(1, 0), Position(1, 0), "\\\n")
        .up_to_date()
    )
    same(edited, Document.opened("if x:\n\\\n\n    asif x:\n", CATALOGUE, limits))


def test_a_form_feed_before_a_statement_takes_it_out_of_its_block(limits: Limits) -> None:
    source = "class C:\n    def m(self, token='a'):\n        assert self\n        return eval(self)\n\n"
    document = Document.opened(source, CATALOGUE, limits).edited(Position(3, 8), Position(3, 8), "\f")
    same(document.up_to_date(), Document.opened(str(document.text), CATALOGUE, limits))


@pytest.mark.parametrize(
    "lead", ["\\\n", "\\\n\\\n", " \f", "\f\\\n", "a\n \f", "a\n\\\n", "a  # \\\n", "a = '''\n#'''\\\n'b'\n\\\n"]
)
@pytest.mark.parametrize("statement", ["if x: 1\nelse: e\n", "try: 1\nexcept: assert x\n", "@d\ndef f(): assert x\n"])
def test_a_statement_that_no_line_seems_to_begin_stays_whole_beside_a_broken_one(
    limits: Limits, lead: str, statement: str
) -> None:
    source = f"{lead}{statement}y\n"
    edited = Document.opened(source, CATALOGUE, limits).with_text(Text.of(f"{source}:")).up_to_date()
    same(edited, Document.opened(f"{source}:", CATALOGUE, limits))
    same(edited.with_text(Text.of(source)).up_to_date(), Document.opened(source, CATALOGUE, limits))
    typed = Document.opened(f"{source}:", CATALOGUE, limits).edited(Position(0, 0), Position(0, 0), "z;")
    typed = typed.edited(Position(0, 0), Position(0, 2), "").up_to_date()
    same(typed, Document.opened(f"{source}:", CATALOGUE, limits))


@pytest.mark.parametrize("head", ["class", "if a", "if a:", "def f():\n    b\nelse"])
@pytest.mark.parametrize("after", ["f\n", "assert f\n", "\n", "else: f\n"])
def test_a_backslash_behind_a_string_takes_the_next_line_into_its_block(limits: Limits, head: str, after: str) -> None:
    source = f"{head}\n    '\n#'''\\\n{after}z\n"
    place = Position(1 + head.count("\n"), 5)
    edited = Document.opened(source, CATALOGUE, limits).edited(place, place, "''").up_to_date()
    same(edited, Document.opened(str(edited.text), CATALOGUE, limits))


@pytest.mark.parametrize(
    ("source", "place"),
    [("'''\n#'''\\\ny:\nz\n", (0, 3)), ("match\n '''\nc='''\n#'''\\\n;f\nz\n", (0, 1)), ("'\\\n#'\\\ny:\nz\n", (0, 1))],
)
def test_a_statement_goes_on_behind_a_string_whose_end_looks_like_a_comment(
    source: str, place: tuple[int, int]
) -> None:
    document = Document.opened(source, CATALOGUE)
    for new in ("", "x", "("):
        edited = document.edited(Position(*place), Position(*place), new).up_to_date()
        same(edited, Document.opened(str(edited.text), CATALOGUE))
        back = edited.edited(Position(*place), Position(place[0], place[1] + len(new)), "").up_to_date()
        same(back, document)


@pytest.mark.parametrize("head", ["try:", "try:  # c", "match b:", "case b:", "else:", "except b:"])
@pytest.mark.parametrize("before", ["for a in b:", "for", "class C:", "with a:"])
def test_a_head_that_becomes_an_arm_is_no_statement(before: str, head: str) -> None:
    block = "    assert a\n" * 40
    edited = Document.opened(f"{before}\n{block}z\n", CATALOGUE)
    edited = edited.edited(Position(0, 0), Position(0, len(before)), head).up_to_date()
    assert edited.broken
    same(edited, Document.opened(f"{head}\n{block}z\n", CATALOGUE))


def test_a_block_that_ends_in_a_semicolon_ends_behind_it(limits: Limits) -> None:
    source = "def f(a, password='x'):\n    import os\n    return 'é' ;\nassert f\n"
    assert list(Document.opened(source, CATALOGUE, limits).assessed) == check_module(source.encode(), CATALOGUE)


ARMS = """\
def f(a):
    try:
        eval(a)
        {}
        assert a
    except ValueError:
        exec(a)
    except Exception:
        pass
    else:
        if a:
            assert a
        elif eval(a):
            {}
            assert a
        else:
            assert a
"""


CASES = """\
match eval(a):
    case [b, "x"] if eval(b):
        assert a
        {}
        assert a
    case (b, c):
        exec(a)
    case _:
        if a:
            {}
            assert a
        match b:
            case {{"c": 1}}:
                assert a
assert a
"""


@pytest.mark.parametrize("unfinished", ["g(", "x = = 1", "if a", "x = 'abc", "import", "for b in (a, [b:"])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("source", "places"), [(ARMS, (4, 14)), (CASES, (4, 10))], ids=["arms", "cases"])
def test_an_unfinished_line_in_an_arm_or_a_case_costs_no_finding_of_its_statement(
    limits: Limits, source: str, places: tuple[int, int], place: int, unfinished: str
) -> None:
    lines = ["pass", "pass"]
    whole = Document.opened(source.format(*lines), CATALOGUE, limits)
    lines[place] = unfinished
    broken = Document.opened(source.format(*lines), CATALOGUE, limits)
    assert broken.findings() == whole.findings()
    assert [one.line for one in broken.broken] == [places[place]]


@pytest.mark.parametrize("indent", [" ", "\t", "        "])
@pytest.mark.parametrize("head", ["case", "case 1", "case [b, :", "case 1 + x:"])
def test_a_broken_case_costs_its_head_alone(limits: Limits, indent: str, head: str) -> None:
    source = f"match a:\n~{head}\n~~assert a\n~~assert a\n~case 2:\n~~assert a\nassert a\n".replace("~", indent)
    document = Document.opened(source, CATALOGUE, limits)
    assert [finding.line for finding in document.findings()] == [3, 4, 6, 7]
    assert [one.line for one in document.broken] == [2]


@pytest.mark.parametrize("head", ["if a b", "try", "for a in"])
@pytest.mark.parametrize("arm", ["else", "finally", "except a b"])
def test_a_broken_head_is_told_of_once(limits: Limits, head: str, arm: str) -> None:
    document = Document.opened(f"{head}:\n    assert a\n{arm}:\n    assert b\n", CATALOGUE, limits)
    assert [finding.line for finding in document.findings()] == [2, 4]
    lines = [one.line for one in document.broken]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    "source",
    [
        "case 1:\n    assert a\n",
        "def f():\n    case 1:\n        assert a\n",
        "match a:\n    assert a\n",
        "match a:\n    pass\n    case 1:\n        pass\n",
    ],
)
def test_cases_without_a_match_and_a_match_without_cases_are_broken(limits: Limits, source: str) -> None:
    assert len(Document.opened(source, CATALOGUE, limits).broken) == 1


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("try:\n    assert a\nassert b\n", [2, 3]),
        ("x = 1\nelse:\n    assert a\nassert b\n", [3, 4]),
        ("if a:\n    assert a\nelse:\n    eval(a)\nelse:\n    pass\nassert b\n", [2, 4, 7]),
    ],
    ids=["lack", "stray", "repeat"],
)
def test_arms_that_are_missing_or_too_many_cost_no_finding(limits: Limits, source: str, lines: list[int]) -> None:
    document = Document.opened(source, CATALOGUE, limits)
    assert [finding.line for finding in document.findings()] == lines
    assert len(document.broken) == 1


MARKED = {
    "before a statement": ("assert a\n", "assert b\n"),
    "before a block": ("assert a\n", "if b:\n    assert c\n"),
    "before an arm": ("if a:\n    assert b\n", "else:\n    assert c\n"),
    "before a decorator": ("assert a\n", "@b\ndef c():\n    assert d\n"),
    "after a decorator": ("@a\n", "def b():\n    assert c\n"),
    "in an inner block": ("class A:\n    assert b\n", "    assert c\n    def d(self):\n        assert e\n"),
    "at the margin of an inner block": ("def a():\n    assert b\n    ", "assert c\n    assert d\n"),
    "before a comment": ("assert a\n", "# b\nassert c\n"),
    "in brackets": ("assert (\n", "a)\nassert b\n"),
    "in a string": ("a = '''\n", "b'''\nassert c\n"),
    "after a broken line": ("assert a\nb = (\n", "assert c\nassert d\n"),
    "at the end": ("assert a\n", ""),
}
MARKS = ["\ufeff", "\f\ufeff", "\ufeff\f", "\ufeff\ufeff", "\ufeff    "]


@pytest.mark.parametrize("mark", MARKS, ids=ascii)
@pytest.mark.parametrize(("above", "below"), MARKED.values(), ids=list(MARKED))
def test_a_byte_order_mark_counts_only_where_the_file_begins(limits: Limits, above: str, below: str, mark: str) -> None:
    document = Document.opened(above + below, CATALOGUE, limits)
    at = place(above + below, len(above))
    marked = document.edited(at, at, mark).up_to_date()
    same(marked, Document.opened(above + mark + below, CATALOGUE, limits))
    same(document.with_text(marked.text).up_to_date(), marked)
    unmarked = marked.edited(at, Position(at.line, at.column + len(mark)), "").up_to_date()
    same(unmarked, document)
    first = marked.edited(Position(0, 0), at, "").up_to_date()
    same(first, Document.opened(mark + below, CATALOGUE, limits))
    same(first.edited(Position(0, 0), Position(0, 0), above).up_to_date(), marked)


READERS = {
    "what a name means": ("import a as b\n", "import subprocess as b\n", "b.run(c, shell=True)\n", "B602"),
    "whether something is imported": ("import a\n", "import tarfile\n", "b.extractall()\n", "B202"),
    "whether something of a name is imported": (
        "import a\n",
        "import acme.paramiko\n",
        "b.set_missing_host_key_policy(AutoAddPolicy)\n",
        "B507",
    ),
}
"""What findings may depend on besides the text of their statement: an import, another one, a reader of it, its rule."""


@pytest.mark.parametrize(("before", "after", "reader", "rule"), READERS.values(), ids=READERS)
def test_a_changed_import_reaches_each_statement_that_depends_on_it(
    limits: Limits, before: str, after: str, reader: str, rule: str
) -> None:
    document = Document.opened(before + reader * 3, CATALOGUE, limits)
    edited = document.edited(Position(0, 0), Position(1, 0), after).up_to_date()
    same(edited, Document.opened(after + reader * 3, CATALOGUE, limits))
    assert [finding.rule.id for finding in edited.findings()].count(rule) == 3
    assert rule not in [finding.rule.id for finding in document.findings()]


def test_a_rule_that_follows_variables_sees_an_edit_before_its_statement(limits: Limits) -> None:
    source = (
        "from django.utils.safestring import mark_safe\ndef f(a):\n    b = {}\n    c = 1\n    return mark_safe(b)\n"
    )
    document = Document.opened(source.format("'x'"), CATALOGUE, limits)
    assert "B703" not in [finding.rule.id for finding in document.findings()]
    edited = document.edited(Position(2, 8), Position(2, 11), "a").up_to_date()
    assert "B703" in [finding.rule.id for finding in edited.findings()]
    same(edited, Document.opened(source.format("a"), CATALOGUE, limits))


@pytest.mark.parametrize(("before", "after"), [("class A:", "def a():"), ("def a():", "class A:")])
@pytest.mark.parametrize(("above", "first"), [("", "    b = 'x'\n"), ("b = 'x'\n", "    b = a\n"), ("b = 'x'\n", "")])
def test_a_class_that_becomes_a_function_is_another_scope(
    limits: Limits, before: str, after: str, above: str, first: str
) -> None:
    head = f"from django.utils.safestring import mark_safe\n{above}"
    body = "\n" + first + "    x = 1\n" * 40 + "    mark_safe(b)\n"
    line = head.count("\n")
    document = Document.opened(f"{head}{before}{body}", CATALOGUE, limits)
    edited = document.edited(Position(line, 0), Position(line, len(before)), after).up_to_date()
    same(edited, Document.opened(f"{head}{after}{body}", CATALOGUE, limits))
    counts = [[finding.rule.id for finding in each.findings()].count("B703") for each in (document, edited)]
    assert counts[0] != counts[1]


@pytest.mark.parametrize("last", [4, 8])
@pytest.mark.parametrize("new", ["", "x = 1\n" * 20])
def test_edits_above_move_what_is_still_to_be_rechecked(limits: Limits, new: str, last: int) -> None:
    limits = replace(limits, lines_a_slice=1)
    document = Document.opened("import a as b\n" + "x = 1\n" * 8 + "b.system(c)\n" * 6, CATALOGUE, limits)
    document = document.edited(Position(0, 0), Position(1, 0), "import os as b\n")
    assert document.pending_from is not None
    document = document.edited(Position(1, 0), Position(last, 0), new)
    same(document.up_to_date(), Document.opened(str(document.text), CATALOGUE, limits))
    assert [finding.rule.id for finding in document.up_to_date().findings()].count("B605") == 6
