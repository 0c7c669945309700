"""Baselines as values: the findings that an entry hides, missing entries, stale entries."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.baseline.match import (
    Baseline,
    FileFindings,
    KnownFindings,
    NotABaselineError,
    entry_key,
    missing,
    normal_path,
    report_in,
    spell_path,
    stale,
)
from posse_checks.config.policy import Matching, Policy
from posse_checks.rule.finding import Level

NAMES = ["a.py", "./a.py", "pkg/b.py", ".\\pkg\\b.py"]


def entry(filename: str = "./a.py", text: str = "one", **more: Any) -> dict[str, Any]:
    """An entry as Bandit writes it."""
    return {
        "code": "",
        "filename": filename,
        "issue_confidence": "HIGH",
        "issue_cwe": {"id": 78, "link": "https://example.org"},
        "issue_severity": "LOW",
        "issue_text": text,
        "line_number": 1,
        "line_range": [1],
        "test_id": "B101",
        "test_name": "assert_used",
        **more,
    }


ENTRIES = st.lists(st.builds(entry, st.sampled_from(NAMES), st.sampled_from(["one", "two"])), max_size=12)
MATCHINGS = st.sampled_from(Matching)


@pytest.mark.parametrize(
    ("matching", "hidden"),
    [(Matching.COUNT, [True, True, True, False, False]), (Matching.BANDIT, [True, True, True, True, False])],
)
def test_of_equal_findings_the_last_show_under_count(matching: Matching, hidden: list[bool]) -> None:
    known = KnownFindings({("a",): 2, ("b",): 1}, matching)
    assert known.hides([("a",), ("b",), ("a",), ("a",), ("c",)]) == hidden


@given(ENTRIES, ENTRIES)
def test_count_hides_as_many_as_there_are_entries(entries: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    baseline = Baseline.of(entries, Matching.COUNT)
    for path in ("a.py", "pkg/b.py"):
        keys = [entry_key(one) for one in found if normal_path(one["filename"]) == path]
        there = Counter(entry_key(one) for one in entries if normal_path(one["filename"]) == path)
        _, hidden = baseline.known_in(path).partition(keys, lambda key: key)
        assert Counter(hidden) == Counter(keys) & there


@given(ENTRIES, ENTRIES, MATCHINGS)
def test_with_what_was_missing_nothing_shows(
    entries: list[dict[str, Any]], found: list[dict[str, Any]], matching: Matching
) -> None:
    complete = [*entries, *missing(entries, found, matching)]
    assert missing(complete, found, matching) == []
    assert complete[: len(entries)] == entries


@given(ENTRIES, ENTRIES, MATCHINGS)
def test_without_stale_entries_the_same_shows(
    entries: list[dict[str, Any]], found: list[dict[str, Any]], matching: Matching
) -> None:
    checked = {
        path: FileFindings(
            [entry_key(one) for one in found if normal_path(one["filename"]) == path], rules=frozenset({"B101"})
        )
        for path in ("a.py", "pkg/b.py")
    }
    dropped = stale(entries, checked, matching)
    rest = [one for index, one in enumerate(entries) if index not in dropped]
    assert missing(rest, found, matching) == missing(entries, found, matching)
    assert stale(rest, checked, matching) == []


@pytest.mark.parametrize(
    ("checked", "is_stale"),
    [
        (FileFindings(), True),
        (FileFindings(rules=frozenset({"B101"})), True),
        (FileFindings(rules=frozenset({"B102"})), False),
        (FileFindings(rules=frozenset({"B101"}), policy=Policy(minimum_severity=Level.MEDIUM)), False),
        (
            FileFindings(
                rules=frozenset({"B101"}),
                policy=Policy(minimum_severity=Level.MEDIUM, severity_map={"B101": Level.HIGH}),
            ),
            True,
        ),
        (FileFindings([entry_key(entry())], rules=frozenset({"B101"})), False),
    ],
)
def test_only_what_a_check_could_have_found_again_is_stale(checked: FileFindings, is_stale: bool) -> None:
    assert stale([entry()], {"a.py": checked}, Matching.COUNT) == ([0] if is_stale else [])


def test_entries_about_files_that_were_not_checked_are_left_alone() -> None:
    assert stale([entry("b.py")], {"a.py": FileFindings()}, Matching.COUNT) == []


@pytest.mark.parametrize(
    ("name", "root", "path"),
    [
        ("./a.py", "", "a.py"),
        ("a.py", "", "a.py"),
        (".\\pkg\\a.py", "", "pkg/a.py"),
        ("./pkg/./a.py", "", "pkg/a.py"),
        ("/work/a.py", "/work", "a.py"),
        ("/work/a.py", "/work/", "a.py"),
        ("/worker/a.py", "/work", "/worker/a.py"),
        ("C:\\work\\a.py", "C:\\work", "a.py"),
    ],
)
def test_a_file_has_one_path_whoever_names_it(name: str, root: str, path: str) -> None:
    assert normal_path(name, root) == path


@pytest.mark.parametrize(
    ("there", "name"),
    [([], "./b.py"), (["./a.py"], "./b.py"), (["a.py"], "b.py"), (["./a.py", "b.py"], "b.py"), (["/a.py"], "b.py")],
)
def test_a_new_entry_is_spelled_like_those_there(there: list[str], name: str) -> None:
    assert spell_path("b.py", [entry(one) for one in there]) == name


@pytest.mark.parametrize("missing_key", ["code", "line_number", "line_range", "issue_cwe", "filename", "test_id"])
def test_a_report_without_what_bandit_needs_is_none(missing_key: str) -> None:
    broken = entry()
    del broken[missing_key]
    with pytest.raises(NotABaselineError, match=missing_key):
        report_in(json.dumps({"results": [entry(), broken]}))


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[]", "null", '"results"', '{"results": {}}', '{"results": [1]}', "[" * 100_000, "\ufeff{}"),
        *(json.dumps({"results": [entry() | {"filename": name}]}) for name in (1, None, ["a.py"])),
        json.dumps({"results": [entry(issue_cwe={"id": "x"})]}),
        json.dumps({"results": [entry(issue_text=["one"])]}),
    ],
)
def test_what_is_no_report_says_so(text: str) -> None:
    with pytest.raises(NotABaselineError, match=r"\w"):
        report_in(text)
