"""IDs added to configuration files: nothing else in the text changes, in meaning or layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.config.edit import disabling_edit
from posse_checks.python.text import Text
from posse_checks.rule.fix import UnfixableError

SKIPPED = {
    "an empty file": ("", "skips: [B101]\n"),
    "comments only": ("# ours", "# ours\nskips: [B101]\n"),
    "no list yet": ("tests: []  # all\n\n# end\n", "tests: []  # all\nskips: [B101]\n\n# end\n"),
    "a list in brackets": ("skips: [B102]  # é𝛼\n", "skips: [B102, B101]  # é𝛼\n"),
    "a trailing comma": ("skips: [B102,]\n", "skips: [B102, B101,]\n"),
    "quotes": ("skips: ['B102']\n", "skips: ['B102', 'B101']\n"),
    "an empty list": ("skips: []\n", "skips: [B101]\n"),
    "nothing": ("skips:\ntests:\n", "skips: [B101]\ntests:\n"),
    "dashes": (
        "skips:\n  - B102  # why\n  # and\n\ntests: []\n",
        "skips:\n  - B102  # why\n  - B101\n  # and\n\ntests: []\n",
    ),
    "dashes at the margin": ('skips:\r\n- "B102"\r\n', 'skips:\r\n- "B102"\r\n- "B101"\r\n'),
    "no last line end": ("skips:\n- B102", "skips:\n- B102\n- B101"),
    "several lines in brackets": ("skips: [\n  B102,  # a\n  B103\n]\n", "skips: [\n  B102,  # a\n  B103, B101\n]\n"),
    "braces": ("{tests: [], include: []}", "{tests: [], include: [], skips: [B101]}"),
    "a text of several lines": ("any: |\n  a\n  b\n# end\n", "any: |\n  a\n  b\nskips: [B101]\n# end\n"),
    "an end of the document": ("---\ntests: []\n...\n", "---\ntests: []\nskips: [B101]\n...\n"),
}
IGNORED = {
    "an empty file": ("", 'posse:\n  per_file_ignores:\n    "tests/**": [B101]\n'),
    "no section": ("skips: []\n", 'skips: []\nposse:\n  per_file_ignores:\n    "tests/**": [B101]\n'),
    "an empty section": ("posse:\nskips: []\n", 'posse: {per_file_ignores: {"tests/**": [B101]}}\nskips: []\n'),
    "a section": (
        "posse:\n    run: on_save  # a\n\nskips: []\n",
        'posse:\n    run: on_save  # a\n    per_file_ignores:\n      "tests/**": [B101]\n\nskips: []\n',
    ),
    "other patterns": (
        "posse:\n  per_file_ignores:\n    a.py: [B102]\n  run: on_save\n",
        'posse:\n  per_file_ignores:\n    a.py: [B102]\n    "tests/**": [B101]\n  run: on_save\n',
    ),
    "the pattern": (
        "posse: {per_file_ignores: {'tests/**': [B102]}}\n",
        "posse: {per_file_ignores: {'tests/**': [B102, B101]}}\n",
    ),
    "other patterns in braces": (
        "posse:\n  per_file_ignores: {a.py: [B102]}\n",
        'posse:\n  per_file_ignores: {a.py: [B102], "tests/**": [B101]}\n',
    ),
}
TOML = {
    "a table": ("[tool.bandit]\n", None, '[tool.bandit]\nskips = ["B101"]\n'),
    "a list": ('[tool.bandit]\nskips = ["B102"] # é\n', None, '[tool.bandit]\nskips = ["B102", "B101"] # é\n'),
    "an empty list": ("[tool]\nbandit.skips = []\n", None, '[tool]\nbandit.skips = ["B101"]\n'),
    "several lines": (
        '[tool.bandit]\nskips = [\n  "B102",\n]\n',
        None,
        '[tool.bandit]\nskips = [\n  "B102", "B101",\n]\n',
    ),
    "no table of patterns": (
        "[tool.bandit]\r\nskips = []\r\n",
        "tests/**",
        '[tool.bandit]\r\nskips = []\r\n\r\n[tool.bandit.posse.per_file_ignores]\r\n"tests/**" = ["B101"]\r\n',
    ),
    "a table of patterns": (
        '[tool.bandit.posse.per_file_ignores]\n"a.py" = ["B102"]\n[x]\n',
        "tests/**",
        '[tool.bandit.posse.per_file_ignores]\n"tests/**" = ["B101"]\n"a.py" = ["B102"]\n[x]\n',
    ),
}


def after(source: str, name: str, pattern: str | None) -> str:
    edit = disabling_edit(source, name, "B101", pattern)
    return str(Text.of(source).edited(edit.start, edit.end, edit.new)[0])


@pytest.mark.parametrize(("before", "expected"), SKIPPED.values(), ids=SKIPPED)
def test_id_is_skipped_in_the_style_of_the_file(before: str, expected: str) -> None:
    assert after(before, "bandit.yaml", None) == expected


@pytest.mark.parametrize(("before", "expected"), IGNORED.values(), ids=IGNORED)
def test_id_is_ignored_for_a_pattern_in_the_style_of_the_file(before: str, expected: str) -> None:
    assert after(before, "bandit.yaml", "tests/**") == expected


@pytest.mark.parametrize(("before", "pattern", "expected"), TOML.values(), ids=TOML)
def test_toml_is_written_too(before: str, pattern: str | None, expected: str) -> None:
    assert after(before, "pyproject.toml", pattern) == expected


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        ("tests: [B101]\n", "bandit.yaml", "`tests` and `skips`"),
        ("skips: B102\n", "bandit.yaml", "not a list"),
        ("skips: [\n", "bandit.yaml", "Invalid YAML"),
        ("posse: 3\n", "bandit.yaml", "Cannot find where to add it"),
        ("exclude_dirs: &a [B102]\nskips: *a\n", "bandit.yaml", "Cannot find where to add it"),
        ("skips: [B101]\n", "bandit.yaml", "already disables it"),
        ("- a\n", "bandit.yaml", "not a mapping"),
        ("[bandit]\n", ".bandit", "cannot disable checks"),
        ("tool = {bandit = {}}\n", "pyproject.toml", "Invalid TOML"),
    ],
)
def test_what_cannot_be_said_in_the_file_is_refused(source: str, name: str, reason: str) -> None:
    with pytest.raises(UnfixableError, match=reason):
        disabling_edit(source, name, "B101")


LINES = ["skips:", "posse:", "  per_file_ignores:", "- B102", "  - B103", "    'a': [B1]"]
PIECES = [*LINES, " [B104]", " {", "}", "# é", "\n", "\r\n", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from([None, "tests/**", "é'\"[[]"]))
def test_text_of_any_shape_is_added_to_or_refused(source: str, pattern: str | None) -> None:
    for name in ("bandit.yaml", "pyproject.toml"):
        try:
            text = after(source, name, pattern)
        except UnfixableError:
            continue
        assert len(text) > len(source)
