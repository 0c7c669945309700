"""Remarks about `# posse: ignore[...]` comments, what is done about them, and where such comments are written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.registry import own_rules
from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.flow.findings import Follower
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.nosec.remark import NOT_FOLLOWED, Flaw, FlowFindings, Remark, correction_of
from posse_checks.nosec.write import suppressed, suppressing_edit
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position
from posse_checks.rule.documentation import BAD, documentation_of
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import UnfixableError
from tests.engine.edits import ALL_RULES
from tests.oracle import bandit_rows

ALL = NosecPolicy(require_ids=Display.WARNING, require_reason=Display.WARNING)
HEAD = "import flask, ssl\napp = flask.Flask(__name__)\n@app.get('/')\ndef view():\n    assert flask.request.args\n"
HEAD += "    c = ssl.create_default_context()\n    name = flask.request.args['a']\n"
REDIRECT = "    return flask.redirect(name)"
BOTH = "    c.check_hostname = open(name) and False"
OFF = "    c.check_hostname = False"


def flows(source: str) -> list[Assessed]:
    """The findings of rules on flows in a source."""
    checked = check_module(source.encode(), ALL_RULES, Follower(ALL_RULES))
    assert not isinstance(checked, Broken)
    return [item for item in checked if item.finding.rule.id in ALL_RULES.on_flows]


DEFAULT = NosecPolicy()


def remarks(source: str, policy: NosecPolicy = DEFAULT) -> list[tuple[Flaw, str, Remark]]:
    """The remarks on a source: the flaw, what is marked, and all of it."""
    document = Document.opened(source, ALL_RULES)
    found = []
    for remark in remarks_in(document, policy, FlowFindings(flows(source))):
        span = remark.span
        marked = document.text.lines[span.line - 1].encode()[span.column : span.end_column].decode()
        found.append((remark.flaw, marked, remark))
    return found


def corrected(source: str, remark: Remark) -> str:
    document = Document.opened(source, ALL_RULES)
    correction = correction_of(document, remark)
    assert correction is not None
    return str(document.replaced([correction.edit]).text)


@pytest.mark.parametrize(
    ("before", "flaw", "marked", "after"),
    [
        # an ID that is none of Posse's own
        ("# posse: ignore[P106, P999]", Flaw.IGNORE_UNKNOWN_ID, "P999", "# posse: ignore[P106]"),
        ("# posse: ignore[P999, P106] why", Flaw.IGNORE_UNKNOWN_ID, "P999", "# posse: ignore[P106] why"),
        ("# posse: ignore[p106]", Flaw.IGNORE_UNKNOWN_ID, "p106", "# posse: ignore[P106]"),
        ("# posse: ignore[redirect_flows]", Flaw.IGNORE_UNKNOWN_ID, "redirect_flows", "# posse: ignore[redirect_flow]"),
        ("# posse: ignore[P999]", Flaw.IGNORE_UNKNOWN_ID, "P999", ""),
        ("# noqa # posse: ignore[nothing] # fmt: skip", Flaw.IGNORE_UNKNOWN_ID, "nothing", "# noqa # fmt: skip"),
        # an ID of Bandit's, which does not read this comment
        ("# posse: ignore[B101] why", Flaw.IGNORE_BANDIT_ID, "B101", "# nosec B101 why"),
        ("# posse: ignore[assert_used]", Flaw.IGNORE_BANDIT_ID, "assert_used", "# nosec B101"),
        ("# posse: ignore[S101]", Flaw.IGNORE_BANDIT_ID, "S101", "# nosec B101"),
        ("# posse: ignore[P106, B101] why", Flaw.IGNORE_BANDIT_ID, "B101", "# posse: ignore[P106] why  # nosec B101"),
        (
            "# nosec B102 # posse: ignore[P106, B101] why",
            Flaw.IGNORE_BANDIT_ID,
            "B101",
            "# nosec B102, B101 # posse: ignore[P106] why",
        ),
        ("# posse: ignore[B101]  # nosec B102", Flaw.IGNORE_BANDIT_ID, "B101", "# nosec B102, B101"),
        ("# posse: ignore[P106, B101]  # nosec", Flaw.IGNORE_BANDIT_ID, "B101", "# posse: ignore[P106]  # nosec"),
        # it names none, and so suppresses nothing
        ("# posse: ignore", Flaw.IGNORE_NO_ID, "# posse: ignore", "# posse: ignore[P106]"),
        ("# posse: ignore[]", Flaw.IGNORE_NO_ID, "# posse: ignore[]", "# posse: ignore[P106]"),
        ("#posse:ignore checked", Flaw.IGNORE_NO_ID, "#posse:ignore checked", "#posse:ignore[P106] checked"),
        (
            "# posse: ignore P106, P203 why",
            Flaw.IGNORE_NO_ID,
            "# posse: ignore P106, P203 why",
            "# posse: ignore[P106, P203] why",
        ),
        ("# posse: ignore: p106", Flaw.IGNORE_NO_ID, "# posse: ignore: p106", "# posse: ignore[P106]"),
        ("# posse: ignore (P106) why", Flaw.IGNORE_NO_ID, "# posse: ignore (P106) why", "# posse: ignore[P106] why"),
        ("# posse: ignore[P106", Flaw.IGNORE_UNCLOSED, "# posse: ignore[P106", "# posse: ignore[P106]"),
        ("# posse: ignore[P106 why", Flaw.IGNORE_UNCLOSED, "# posse: ignore[P106 why", "# posse: ignore[P106] why"),
        # it suppresses nothing
        ("# posse: ignore[P101]", Flaw.IGNORE_UNUSED, "# posse: ignore[P101]", ""),
        ("# é posse # posse: ignore[P203]", Flaw.IGNORE_UNUSED, "# posse: ignore[P203]", "# é posse"),
        ("# posse: ignore[P101, P106] why", Flaw.IGNORE_UNUSED, "P101", "# posse: ignore[P106] why"),
        ("# posse: ignore[P106, sql_flow]", Flaw.IGNORE_UNUSED, "sql_flow", "# posse: ignore[P106]"),
        ("# posse: ignore[P203] why # nosec B101", Flaw.IGNORE_UNUSED, "# posse: ignore[P203] why", "# nosec B101"),
        # it says too little
        (
            "# posse: ignore[P106] # noqa",
            Flaw.IGNORE_NO_REASON,
            "# posse: ignore[P106]",
            "# posse: ignore[P106] # TODO: say why # noqa",
        ),
        # a `# nosec` that suppresses own findings
        ("# nosec", Flaw.BLANKET, "# nosec", "# posse: ignore[P106]"),
        ("# nosec: it is ours", Flaw.BLANKET, "# nosec: it is ours", "# posse: ignore[P106] it is ours"),
        ("# nosec P106", Flaw.UNKNOWN_ID, "P106", "# posse: ignore[P106]"),
        ("# nosec: P106 why", Flaw.UNKNOWN_ID, "P106", "# posse: ignore[P106] why"),
        ("# nosec B101, P106 why", Flaw.UNKNOWN_ID, "P106", "# nosec B101 why  # posse: ignore[P106]"),
        ("# nosec P106, B101", Flaw.UNKNOWN_ID, "P106", "# nosec B101  # posse: ignore[P106]"),
        ("# nosec P106, P203", Flaw.UNKNOWN_ID, "P203", "# posse: ignore[P106, P203]"),
    ],
)
def test_flaw_is_told_and_corrected(before: str, flaw: Flaw, marked: str, after: str) -> None:
    source = f"{HEAD}{REDIRECT}  {before}\n"
    [remark] = [remark for name, text, remark in remarks(source, ALL) if (name, text) == (flaw, marked)]
    result = corrected(source, remark)
    assert result == f"{HEAD}{REDIRECT}  {after}".rstrip() + "\n"
    if flaw is not Flaw.IGNORE_NO_REASON:
        assert (flaw, marked) not in [(name, text) for name, text, _ in remarks(result, ALL)]
    if flaw is not Flaw.IGNORE_BANDIT_ID:
        assert bandit_rows(source) - bandit_rows(result) == bandit_rows(result) - bandit_rows(source)


def test_nosec_that_suppresses_findings_of_both_is_replaced_by_both_comments() -> None:
    source = f"{HEAD}    assert flask.redirect(name)  # nosec P106 why\n"
    [(_, _, unknown), (_, _, blanket)] = remarks(source, ALL)
    assert (unknown.flaw, blanket.flaw) == (Flaw.UNKNOWN_ID, Flaw.BLANKET)
    both = f"{HEAD}    assert flask.redirect(name)  # nosec B101 why  # posse: ignore[P106]\n"
    assert corrected(source, unknown) == both
    source = f"{HEAD}    assert flask.redirect(name)  # nosec: ours\n"
    [(_, _, blanket)] = remarks(source, ALL)
    assert (
        corrected(source, blanket)
        == f"{HEAD}    assert flask.redirect(name)  # nosec: B101 ours  # posse: ignore[P106]\n"
    )


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("\x1b]0;a\x07", r"\x1b[0;a\x07"),
        ("P1\u202e", r"P1\u202e"),
        ("x" * 9999, "x" * 80 + "..."),
    ],
)
def test_word_of_a_stranger_is_shown_as_text(word: str, shown: str) -> None:
    word, shown = word.replace("]", "["), shown.replace("]", "[")
    [(_, _, remark), *_] = remarks(f"{HEAD}    x = 1  # posse: ignore[P106, {word}]\n")
    assert remark.correction is not None
    assert (remark.message.split(":")[0], remark.correction.title) == (f"Unknown check {shown}", f"Remove {shown}")


@pytest.mark.parametrize(
    "line",
    [
        f"{REDIRECT}  # posse: ignore[P106]",
        f"{REDIRECT}  # posse: ignore[redirect_flow] checked",
        f"{OFF}  # posse: ignore[P203]",
        "    return flask.redirect(  # posse: ignore[P106]\n        name\n    )",
        "    return flask.redirect(\n        name\n    )  # posse: ignore[P106]",
        f"{REDIRECT}  # nosec",
        "    x = '# posse: ignore'",
        "    x = 1  # see posse: ignore",
        "    def f(:  # posse: ignore[P999]",
    ],
)
def test_nothing_is_said_without_need(line: str) -> None:
    source = f"{HEAD}{line}\n"
    if "(:" in line:
        assert remarks_in(Document.opened(source, ALL_RULES), ALL) == []
    else:
        assert remarks(source) == []


def test_nothing_is_said_of_flows_that_are_not_known_yet() -> None:
    source = f"{HEAD}    x = 1  # posse: ignore[P106]\n    y = 2  # posse: ignore[P203]\n"
    document = Document.opened(source, ALL_RULES)
    assert [remark.span.line for remark in remarks_in(document, ALL, NOT_FOLLOWED) if remark.flaw.is_unused] == [9]
    known = FlowFindings(unknown_lines=lambda: [range(1, 8), range(9, 10)])
    assert [remark.span.line for remark in remarks_in(document, ALL, known) if remark.flaw.is_unused] == [8, 9]


@pytest.mark.parametrize(
    ("ranges", "unknown"),
    [
        ([], []),
        ([range(3, 5)], [3, 4]),
        ([range(3, 5), range(1, 2)], [1, 3, 4]),
        ([range(1, 8), range(2, 3), range(7, 9)], [1, 2, 3, 4, 5, 6, 7, 8]),
        ([range(5, 5), range(2, 4), range(3, 4)], [2, 3]),
    ],
)
def test_flows_are_known_where_no_range_says_otherwise(ranges: Sequence[range], unknown: Sequence[int]) -> None:
    flows = FlowFindings(unknown_lines=lambda: ranges)
    assert [line for line in range(10) if not flows.are_known_on(line)] == unknown


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (REDIRECT, f"{REDIRECT}  # posse: ignore[P106]"),
        (f"{REDIRECT}  # why", f"{REDIRECT}  # why  # posse: ignore[P106]"),
        (f"{REDIRECT}  # posse: ignore[P101] why", f"{REDIRECT}  # posse: ignore[P101, P106] why"),
        (f"{REDIRECT}  # posse: ignore[]", f"{REDIRECT}  # posse: ignore[P106]"),
        (f"{REDIRECT}  # posse: ignore", f"{REDIRECT}  # posse: ignore[P106]"),
        (f"{REDIRECT}  # posse: ignore[P1", f"{REDIRECT}  # posse: ignore[P1  # posse: ignore[P106]"),
        (f"{REDIRECT}  # nosec B101", f"{REDIRECT}  # nosec B101  # posse: ignore[P106]"),
        (
            "    return flask.redirect('''\n''' + name)",
            "    return flask.redirect('''\n''' + name)  # posse: ignore[P106]",
        ),
    ],
)
def test_comment_is_written_for_a_finding_on_flows(before: str, after: str) -> None:
    source = f"{HEAD}{before}\n"
    document = Document.opened(source, ALL_RULES)
    findings = [item.finding for item in flows(source) if item.suppressed_by is None]
    [finding] = [finding for finding in findings if finding.rule.id == "P106"]
    edited = str(document.replaced([suppressing_edit(document, finding, findings)]).text)
    assert edited == f"{HEAD}{after}\n"
    assert [item.suppressed_by is None for item in flows(edited)] == [False]
    assert bandit_rows(edited) == bandit_rows(source)


EXAMPLES = [
    (id, example.code) for id, rule in own_rules().items() for example in documentation_of(rule.docstring).examples(BAD)
]


@pytest.mark.parametrize(("id", "source"), EXAMPLES, ids=[f"{id}-{index}" for index, (id, _) in enumerate(EXAMPLES)])
def test_comment_can_be_written_for_each_own_check(id: str, source: str) -> None:
    def left(text: str) -> list[Finding]:
        checked = check_module(text.encode(), ALL_RULES, Follower(ALL_RULES))
        assert not isinstance(checked, Broken)
        return [item.finding for item in checked if item.suppressed_by is None and item.finding.rule.is_own]

    document, before = Document.opened(source, ALL_RULES), left(source)
    on_flows = [finding for finding in before if finding.rule.id in ALL_RULES.on_flows]
    for finding in before:
        after = left(str(document.replaced([suppressing_edit(document, finding, on_flows)]).text))
        assert after == [other for other in before if other is not finding]
    assert not before or left(str(suppressed(document, lambda _: True, on_flows).text)) == []


def test_comment_that_cannot_be_written_says_why() -> None:
    source = f"{HEAD}    return flask.redirect(name + '''\n''') \\\n\n"
    [item] = flows(source)
    with pytest.raises(UnfixableError, match="Every line that counts for comments ends inside a string"):
        suppressing_edit(Document.opened(source, ALL_RULES), item.finding, [item.finding])


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        ([OFF, REDIRECT], [f"{OFF}  # posse: ignore[P203]", f"{REDIRECT}  # posse: ignore[P106]"]),
        (
            ["    assert flask.redirect(name)"],
            ["    assert flask.redirect(name)  # nosec B101  # posse: ignore[P106]"],
        ),
        (
            ["    assert flask.redirect(name)  # nosec B102"],
            ["    assert flask.redirect(name)  # nosec B102, B101  # posse: ignore[P106]"],
        ),
        (
            ["    assert flask.redirect(name)  # posse: ignore"],
            ["    assert flask.redirect(name)  # posse: ignore[P106]  # nosec B101"],
        ),
        (
            ["    c.verify_mode = (ssl.CERT_NONE, open(name)) and ssl.CERT_NONE", OFF],
            [
                "    c.verify_mode = (ssl.CERT_NONE, open(name)) and ssl.CERT_NONE  # posse: ignore[P104]",
                f"{OFF}  # posse: ignore[P203]",
            ],
        ),
    ],
)
def test_all_findings_of_a_file_get_the_comments_of_their_kind(lines: Sequence[str], after: Sequence[str]) -> None:
    head = HEAD.replace("    assert flask.request.args\n", "")
    source = head + "".join(f"{line}\n" for line in lines)
    on_flows = [item.finding for item in flows(source) if item.suppressed_by is None]
    document = suppressed(Document.opened(source, ALL_RULES), lambda _: True, on_flows)
    assert str(document.text) == head + "".join(f"{line}\n" for line in after)
    assert document.findings() == []
    assert not bandit_rows(str(document.text))


BLOCKS = [
    *("import ssl\n", "c = ssl.create_default_context()\n", f"{OFF.strip()}  # posse: ignore[P203]\n", "assert c\n"),
    *(
        f"{OFF.strip()}  # posse: ignore\n",
        "x = 1  # posse: ignore[P203, B101]\n",
        "y = (  # posse: ignore[P203\n",
        ")\n",
    ),
    *("def f():\n", f"{OFF}  # nosec P203  # posse: ignore[P203]\n", "# posse: ignore[P999] why\n", "'''\n"),
]


@given(st.lists(st.sampled_from(BLOCKS), max_size=12), st.lists(st.integers(0, 12), max_size=12))
def test_remarks_are_those_of_the_text_whatever_edits_led_to_it(lines: list[str], order: list[int]) -> None:
    document = Document.opened("", ALL_RULES)
    for line, number in zip(lines, order, strict=False):
        there = Position(min(number, len(document.text.lines) - 1), 0)
        document = document.edited(there, there, line).up_to_date()
    assert remarks_in(document, ALL) == remarks_in(Document.opened(str(document.text), ALL_RULES), ALL)
