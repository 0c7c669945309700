"""`# nosec` comments: parsed and applied as in Bandit, and written where they take effect."""

from __future__ import annotations

import ast

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.analysis.suppression import named_in
from posse_checks.incremental.document import Document
from posse_checks.nosec.write import suppressed, suppressing_edit
from posse_checks.rule.fix import UnfixableError
from tests.oracle import bandit_rows, difference, posse_rows

IDS = ["B101", "B105", "B108", "B404", "B501", "B602", "B607"]
CATALOGUE = Catalogue(bandit_rules()[id] for id in IDS)

COMMENTS = [
    *("# nosec", "#nosec", "# nosec: B101", "# nosec B101", "# nosec B101,B602", "# nosec B101, B602", "# NOSEC B101"),
    *(
        "# nosec assert_used",
        "# nosec B9999",
        "# nosec: because",
        "# nosec B101 because",
        "# nosec b101",
        "# nosecB101",
    ),
    *(
        "# noqa # nosec B404",
        "# nosec B404 # noqa",
        "# nosec # B101",
        "# nosec B001",
        "# nosec blacklist",
        "# see nosec",
    ),
    *("# nosec B404;B101", "# nosec (B101)", "#  nosec:B101", "# nosec B105 # nosec B101", "# type: ignore # nosec"),
]


@pytest.mark.parametrize(
    ("comment", "ids"),
    [
        ("# nosec", set()),
        ("# nosec B9999", set()),
        ("# nosec B101,B602", {"B602"}),
        ("# nosec B101, B602", {"B101", "B602"}),
        ("# nosec assert_used", {"B101"}),
        ("# NOSEC", None),
        ("# a comment", None),
    ],
)
def test_comment_names_ids(comment: str, ids: set[str] | None) -> None:
    assert named_in(comment) == ids


TEMPLATES = [
    "import subprocess  {}\nassert subprocess  {}\n",
    "x = {{  {}\n    'password': 'a',  {}\n    'token': '/tmp/x',  {}\n}}  {}\n",
    "import subprocess\nsubprocess.run(  {}\n    ['ls',  {}\n     '''a\n b'''],  {}\n    shell=True,  {}\n)  {}\n",
    "assert (  {}\n    'a'  {}\n    ==  {}\n    '/tmp/x'  {}\n)  {}\n",
    "def f(\n    a='/tmp',  {}\n):  {}\n    assert a  {}\n    return '''\n{} no comment\n'''\n",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from([*COMMENTS, ""]), min_size=5, max_size=5))
def test_comments_suppress_what_they_suppress_in_bandit(template: str, comments: list[str]) -> None:
    source = template.format(*comments)
    posse = posse_rows(Document.opened(source, CATALOGUE).findings())
    assert not difference(bandit_rows(source, only=IDS), posse, source)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("assert x\n", "assert x  # nosec B101\n"),
        ("assert x", "assert x  # nosec B101"),
        ("assert x   \r\ny = 1\r\n", "assert x  # nosec B101\r\ny = 1\r\n"),
        ("assert x  # type: ignore\n", "assert x  # type: ignore  # nosec B101\n"),
        ("assert x  # nosec B602\n", "assert x  # nosec B602, B101\n"),
        ("assert x  # nosec B602 because\n", "assert x  # nosec B602, B101 because\n"),
        ("assert x, \\\n    y\n", "assert x, \\\n    y  # nosec B101\n"),
        ('assert f("""\n""")\n', 'assert f("""\n""")  # nosec B101\n'),
        ("assert é == '𝛼'\n", "assert é == '𝛼'  # nosec B101\n"),
        ("assert f(  # nosec B602\n    x)\n", "assert f(  # nosec B602, B101\n    x)\n"),
        ("assert x  # noqa: S101\n", "assert x  # noqa: S101  # nosec B101\n"),
        ("assert x # why\n", "assert x # why # nosec B101\n"),
        ("y = 1 #one\nz = 2 #two\nassert x\n", "y = 1 #one\nz = 2 #two\nassert x #nosec B101\n"),
        ("y = 1  # a\nz = 2 #nosec\nassert x\n", "y = 1  # a\nz = 2 #nosec\nassert x #nosec B101\n"),
        ("if y:\n\tassert x\n", "if y:\n\tassert x  # nosec B101\n"),
    ],
)
def test_suppressing_edit_goes_where_bandit_looks(before: str, after: str) -> None:
    document = Document.opened(before, Catalogue([bandit_rules()["B101"]]))
    (finding,) = document.findings()
    edit = suppressing_edit(document, finding)
    edited = document.replaced([edit])
    assert str(edited.text) == after
    assert edited.findings() == []
    assert not bandit_rows(after, only=["B101"])


@pytest.mark.parametrize(
    "source",
    [
        "x = ('''\n''' + \\\n '/tmp/x' + '''\n''')\n",
        "password = '''a\nb''' \\\n\n",
        "x = '''\n\u202e\n'''\n",
    ],
)
def test_suppressing_edit_says_why_there_is_none(source: str) -> None:
    document = Document.opened(source, Catalogue(bandit_rules().values()))
    (finding,) = document.findings()
    with pytest.raises(UnfixableError, match="ends inside a string or with a backslash"):
        suppressing_edit(document, finding)


def test_whole_file_is_suppressed_as_far_as_there_are_places() -> None:
    source = "assert x == '/tmp/y'\nassert '''\n'''; password = 'a'\nassert f'''{x}\n''' + \\\n'''\n'''\n"
    document = suppressed(Document.opened(source, CATALOGUE), lambda _: True)
    assert str(document.text) == (
        "assert x == '/tmp/y'  # nosec B101, B108\n"
        "assert '''\n'''; password = 'a'  # nosec B101, B105\n"
        "assert f'''{x}\n''' + \\\n'''\n'''  # nosec B101\n"
    )
    assert document.findings() == []


def test_suppressing_a_whole_file_uncovers_nothing_that_a_comment_suppresses() -> None:
    source = "exec(\n    '/tmp/a',\n)  # nosec B108\nexec(b)\n"
    document = suppressed(Document.opened(source, Catalogue(bandit_rules().values())), lambda _: True)
    assert str(document.text) == "exec(\n    '/tmp/a',\n)  # nosec B108, B102\nexec(b)  # nosec B102\n"
    assert document.findings() == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from([*COMMENTS, "", ""]), min_size=5, max_size=5), st.data())
def test_suppressing_edit_suppresses_in_bandit_too(template: str, comments: list[str], data: st.DataObject) -> None:
    source = template.format(*comments)
    document = Document.opened(source, CATALOGUE)
    findings = document.findings()
    assume(findings)
    finding = data.draw(st.sampled_from(findings))
    try:
        edit = suppressing_edit(document, finding)
    except UnfixableError:
        reject()
    after = str(document.replaced([edit]).text)
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(source))
    gone = bandit_rows(source, only=IDS) - bandit_rows(after, only=IDS)
    assert {row[0] for row in gone} == {finding.rule.id}
    assert finding.line in {row[2] for row in gone}


def test_tokenizer_that_stops_loses_no_earlier_comment() -> None:
    # From CPython 3.12 on, the tokenizer fails with a UnicodeDecodeError behind a lone carriage return.
    document = Document.opened("assert x  # nosec\nassert y\n\r\u00e9 = 1  # nosec\n", CATALOGUE)
    assert [finding.line for finding in document.findings()] == [2]
