"""Remarks on `# nosec` comments, and their corrections."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.nosec.remark import Flaw, Remark, correction_of
from posse_checks.python.text import Position
from tests.engine.test_suppression import COMMENTS, IDS, TEMPLATES
from tests.oracle import bandit_rows

CATALOGUE = Catalogue(rule for rule in bandit_rules().values() if not rule.optional)
ALL = NosecPolicy(require_ids=Display.WARNING, require_reason=Display.WARNING)
SHELL = "import subprocess  # nosec B404\nsubprocess.run('ls', shell=True)"


def remarks(source: str, policy: NosecPolicy | None = None) -> list[tuple[str, str, Remark]]:
    """The remarks on a source: the flaw, the marked text, the whole message."""
    document = Document.opened(source, CATALOGUE)
    found = []
    for remark in remarks_in(document, policy or NosecPolicy()):
        span = remark.span
        assert span.line == span.end_line
        marked = document.text.lines[span.line - 1].encode()[span.column : span.end_column].decode()
        found.append((remark.flaw.value.removeprefix("nosec-"), marked, remark))
    return found


def corrected(source: str, remark: Remark) -> str | None:
    """The source after correcting a remark; None if there is no correction."""
    document = Document.opened(source, CATALOGUE)
    correction = correction_of(document, remark)
    if correction is None:
        return None
    edit = correction.edit
    return str(document.edited(edit.start, edit.end, edit.new).text)


@pytest.mark.parametrize(
    ("before", "flaw", "marked", "after"),
    [
        # an unknown ID makes it suppress everything
        ("# nosec B9999", "unknown-id", "B9999", "# nosec B602, B607"),
        ("# nosec b602", "unknown-id", "b602", "# nosec B602"),
        ("# nosec S602", "unknown-id", "S602", "# nosec B602"),
        ("# nosec B607, B6020", "unknown-id", "B6020", "# nosec B607"),
        ("# nosec B6020, B607 why", "unknown-id", "B6020", "# nosec B607 why"),
        ("# nosec: B9999, B607", "unknown-id", "B9999", "# nosec: B607"),
        (
            "# nosec start_proces_with_partial_path",
            "unknown-id",
            "start_proces_with_partial_path",
            "# nosec start_process_with_partial_path",
        ),
        # an ID is lost for want of a space
        ("# nosec B602,B607", "lost-id", "B602,B607", "# nosec B602, B607"),
        ("# nosec: B602,B607,  # why", "lost-id", "B602,B607", "# nosec: B602, B607,  # why"),
        # a second one is never read
        ("# nosec B602 # nosec B607", "repeated", "# nosec B607", "# nosec B602, B607"),
        ("# nosec B602, B607 # nosec", "repeated", "# nosec", "# nosec B602, B607"),
        ("# nosec # nosec B602 # noqa", "repeated", "# nosec B602", "# nosec # noqa"),
        ("# nosec B602 why # nosec B607 yes", "repeated", "# nosec B607 yes", "# nosec B602, B607 why"),
        # it suppresses nothing
        ("# nosec B602, B607, B101", "unused", "B101", "# nosec B602, B607"),
        ("# nosec B101, B602, B607 why", "unused", "B101", "# nosec B602, B607 why"),
        ("# nosec B602, assert_used, B607", "unused", "assert_used", "# nosec B602, B607"),
        ("# nosec B101", "unused", "# nosec B101", ""),
        ("# type: ignore  # nosec B101", "unused", "# nosec B101", "# type: ignore"),
        ("# nosec B101 because  # type: ignore", "unused", "# nosec B101 because", "# type: ignore"),
        ("# noqa # nosec B101 # fmt: skip", "unused", "# nosec B101", "# noqa # fmt: skip"),
        # it says too little
        ("# nosec", "blanket", "# nosec", "# nosec B602, B607"),
        ("# nosec: it is ours", "blanket", "# nosec: it is ours", "# nosec: B602, B607 it is ours"),
        ("# nosec B602, B607", "no-reason", "# nosec B602, B607", "# nosec B602, B607 # TODO: say why"),
        ("# nosec B602, B607 # noqa", "no-reason", "# nosec B602, B607", "# nosec B602, B607 # TODO: say why # noqa"),
        ("# nosec B602, B607 # TODO: say why", "no-reason", "# nosec B602, B607", None),
    ],
)
def test_flaw_is_told_and_corrected(before: str, flaw: str, marked: str, after: str | None) -> None:
    source = f"{SHELL}  {before}\n"
    [remark] = [remark for name, text, remark in remarks(source, ALL) if (name, text) == (flaw, marked)]
    result = corrected(source, remark)
    assert result == (None if after is None else f"{SHELL}  {after}".rstrip() + "\n")
    if result is not None and flaw != "no-reason":  # the reason is still to be written
        assert (flaw, marked) not in [(name, text) for name, text, _ in remarks(result, ALL)]


@pytest.mark.parametrize(
    "line",
    [
        "assert a  # nosec",
        "assert a  # nosec B101",
        "assert a  # nosec: B101 because",
        "assert a  # nosec assert_used, see the manual",
        "assert a  # noqa # nosec B101 # a reason",
        "x = 1  # see nosec",
        "'# nosec B9999'",
        "def f(:  # nosec",
    ],
)
def test_nothing_is_said_without_need(line: str) -> None:
    assert remarks(f"{line}\n") == []


def test_nothing_is_said_of_rules_that_do_not_run() -> None:
    document = Document.opened("assert a  # nosec B101\nx = 1  # nosec B109\n", Catalogue([bandit_rules()["B102"]]))
    assert [remark.flaw for remark in remarks_in(document, ALL)] == [Flaw.NO_REASON, Flaw.NO_REASON]


@pytest.mark.parametrize(
    ("comment", "has_reason"),
    [
        ("# nosec B101", False),
        ("# nosec B101, B102", False),
        ("# nosec", False),
        ("# nosec B101 # noqa: S101", False),
        ("# type: ignore # nosec B101", False),
        ("# nosec B101 only in tests", True),
        ("# nosec: B101 - only in tests", True),
        ("# nosec B101  # only in tests", True),
    ],
)
def test_a_reason_is_what_is_said_to_people(comment: str, has_reason: bool) -> None:
    flaws = [name for name, _, _ in remarks(f"assert a  {comment}\n", ALL)]
    assert ("no-reason" in flaws) is not has_reason


def test_in_a_statement_of_several_lines_the_first_comment_counts() -> None:
    source = "assert f(  # nosec B101\n    a,\n)  # nosec B101\n"
    assert [(name, remark.span.line) for name, _, remark in remarks(source)] == [("unused", 3)]


def test_a_line_of_its_own_goes_with_its_comment() -> None:
    source = "x = 1\n# nosec B101\ny = 2\n"
    [(_, _, remark)] = remarks(source)
    assert corrected(source, remark) == "x = 1\ny = 2\n"


def test_places_are_right_after_wide_characters() -> None:
    assert [(name, marked) for name, marked, _ in remarks("x = 'é𝛼'  # é nosec # nosec B101\n")] == [
        ("unused", "# nosec B101")
    ]


def test_lines_that_end_in_carriage_returns_alone_are_no_obstacle() -> None:
    assert remarks("x = 1\ry = 2  # nosec\rz = 3\nassert a  # nosec B102\n", ALL) == []


@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from([*COMMENTS, ""]), min_size=5, max_size=5))
def test_something_can_be_done_about_each(template: str, comments: list[str]) -> None:
    document = Document.opened(template.format(*comments), CATALOGUE)
    assert all(remark.correction is not None for remark in remarks_in(document, ALL))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from([*COMMENTS, ""]), min_size=5, max_size=5))
def test_what_leaves_the_meaning_alone_leaves_bandits_findings_alone(template: str, comments: list[str]) -> None:
    source = template.format(*comments)
    document = Document.opened(source, Catalogue(bandit_rules()[id] for id in IDS))
    before = bandit_rows(source, only=IDS)
    for remark in remarks_in(document, ALL):
        correction = correction_of(document, remark)
        if correction is not None and correction.keeps_meaning:
            edit = correction.edit
            after = str(document.edited(edit.start, edit.end, edit.new).text)
            if after.count("\n") == source.count("\n"):
                assert bandit_rows(after, only=IDS) == before, (source, after)


@given(st.sampled_from(TEMPLATES), st.lists(st.sampled_from([*COMMENTS, ""]), min_size=5, max_size=5))
def test_remarks_are_those_of_the_text_whatever_edits_led_to_it(template: str, comments: list[str]) -> None:
    source = template.format(*comments)
    document = Document.opened("", CATALOGUE)
    for number, line in enumerate(source.splitlines(keepends=True)):
        document = document.edited(Position(number, 0), Position(number, 0), line)
    assert remarks_in(document, ALL) == remarks_in(Document.opened(source, CATALOGUE), ALL)
