"""`config/cursor.py` and `config/generate.py`: what can be written at a position; a first configuration."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import bandit_rules
from posse_checks.config.cursor import cursor_at, documentation_at
from posse_checks.config.generate import defaults, generated
from posse_checks.config.reader import read_yaml
from posse_checks.config.selection import SelectionError
from posse_checks.python.text import Position, split_lines


@pytest.mark.parametrize(
    ("name", "source", "path", "is_key"),
    [
        ("bandit.yaml", "|", (), True),
        ("bandit.yaml", "sk|ips: []", (), True),
        ("bandit.yaml", "skips: |", ("skips",), False),
        ("bandit.yaml", "skips: [B101, |]", ("skips",), False),
        ("bandit.yaml", "skips:\n- |", ("skips",), False),
        ("bandit.yaml", "skips:\n  - B101\n  - |", ("skips",), False),
        ("bandit.yaml", "skips: [\n  B101,\n  |", ("skips",), False),
        ("bandit.yaml", "posse:\n  |", ("posse",), True),
        ("bandit.yaml", "posse: {|", ("posse",), True),
        ("bandit.yaml", "posse: {run: |", ("posse", "run"), False),
        ("bandit.yaml", "posse:\n  nosec:\n    require_ids: |", ("posse", "nosec", "require_ids"), False),
        ("bandit.yaml", "posse:\n  per_file_ignores:\n    'a*': [|", ("posse", "per_file_ignores", "a*"), False),
        ("pyproject.toml", "[tool.bandit]\n|", (), True),
        ("pyproject.toml", "[tool.bandit]\nskips = [|", ("skips",), False),
        ("pyproject.toml", "[tool.bandit]\nskips = [\n  'B101',\n  |", ("skips",), False),
        ("pyproject.toml", "[tool.bandit.posse]\nrun = |", ("posse", "run"), False),
        ("pyproject.toml", "[tool.bandit]\nposse.run = |", ("posse", "run"), False),
        (".bandit", "[bandit]\n|", (), True),
        (".bandit", "[bandit]\nskips = |", ("skips",), False),
    ],
)
def test_the_keys_around_a_position_are_found(name: str, source: str, path: tuple[str, ...], is_key: bool) -> None:
    before = split_lines(source.partition("|")[0])
    lines = split_lines(source.replace("|", "", 1))
    cursor = cursor_at(lines, Position(len(before) - 1, len(before[-1])), name)
    assert cursor is not None
    assert (cursor.path, cursor.is_key) == (path, is_key)


@pytest.mark.parametrize(
    ("name", "source"),
    [("bandit.yaml", "# |"), ("bandit.yaml", "a: 1  # |"), ("pyproject.toml", "[project]\n|"), ("pyproject.toml", "|")],
)
def test_elsewhere_there_is_no_cursor(name: str, source: str) -> None:
    before = split_lines(source.partition("|")[0])
    assert cursor_at(split_lines(source.replace("|", "")), Position(len(before) - 1, len(before[-1])), name) is None


CHOICES = [
    ("bandit.yaml", "|", "skips", "zzz"),
    ("bandit.yaml", "skips: [|", "B101", "P101"),
    ("bandit.yaml", "skips: [B101, |", "B602", "skips"),
    ("bandit.yaml", "zzz: {a: |", None, "B101"),
    ("bandit.yaml", "posse: {|", "run", "skips"),
    ("bandit.yaml", "posse: {run: |", "on_save", "B101"),
    ("bandit.yaml", "posse: {nosec: {require_ids: |", "warning", "B101"),
    ("bandit.yaml", "posse: {nosec: {|", "require_ids", "run"),
    ("bandit.yaml", "posse: {nosec: {}, |", "run", "require_ids"),
    ("bandit.yaml", "posse: {severity_map: {|", "B101", "run"),
    ("bandit.yaml", "posse: {severity_map: {B101: |", "high", "B101"),
    ("bandit.yaml", "posse: {per_file_ignores: {a: [|", "B101", "run"),
    ("bandit.yaml", "profiles: {a: {include: [|", "B101", "run"),
    ("bandit.yaml", "profiles: {a: |", None, "B101"),
    (".bandit", "[bandit]\n|", "skips", "posse"),
    (".bandit", "[bandit]\nskips = |", "B101", "skips"),
    (".bandit", "[bandit]\nlevel = |", None, "B101"),
    ("pyproject.toml", "[tool.bandit]\nskips = [|", "B101", "skips"),
]


@pytest.mark.parametrize(("name", "source", "offered", "not_offered"), CHOICES)
def test_what_may_be_written_is_offered(name: str, source: str, offered: str | None, not_offered: str) -> None:
    lines = split_lines(source.replace("|", ""))
    cursor = cursor_at(lines, Position(len(lines) - 1, len(lines[-1])), name)
    assert cursor is not None
    assert (offered in cursor.choices) if offered else not cursor.choices
    assert not_offered not in cursor.choices


@pytest.mark.parametrize(("word", "id"), [("B101", "B101"), ("assert_used", "B101"), ("P102", "P102"), ("x", None)])
def test_a_check_is_found_by_its_id_or_name(word: str, id: str | None) -> None:
    cursor = cursor_at([f"skips: [{word}]"], Position(0, 9), "bandit.yaml")
    assert cursor is not None
    assert (cursor.rule and cursor.rule.id) == id


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [
        ("bandit.yaml", "skips: []", "**skips**\n\nIDs of the checks not to run."),
        ("bandit.yaml", "zzz: []", ""),
        (".bandit", "skips = B101", "**skips**"),
    ],
)
def test_a_key_is_documented(name: str, source: str, text: str) -> None:
    cursor = cursor_at(
        ["[bandit]\n", source] if name == ".bandit" else [source], Position(int(name == ".bandit"), 1), name
    )
    assert cursor is not None
    documentation = "".join(documentation_at(cursor))
    assert documentation.startswith(text) if text else documentation == ""


def test_a_key_is_documented_with_its_default_and_its_parts() -> None:
    cursor = cursor_at(["posse:\n", "  run: on_save\n"], Position(1, 4), "bandit.yaml")
    section = cursor_at(["posse:\n", "  nosec: {}\n"], Position(1, 4), "bandit.yaml")
    value = cursor_at(["posse:\n", "  run: on_save\n"], Position(1, 9), "bandit.yaml")
    assert cursor is not None and section is not None and value is not None
    assert "Default: `" in "".join(documentation_at(cursor))
    assert "\n- `require_ids`: " in "".join(documentation_at(section))
    assert "".join(documentation_at(value)) == ""


@pytest.mark.parametrize("key", ["show_syntax_errors", "broken"])
def test_old_name_of_an_option_is_explained_but_not_offered(key: str) -> None:
    cursor = cursor_at(["posse:\n", f"  {key}: off\n"], Position(1, 4), "bandit.yaml")
    assert cursor is not None
    assert "Mark code that cannot be parsed" in "".join(documentation_at(cursor))
    assert "show_syntax_errors" in cursor.choices
    assert "broken" not in cursor.choices
    value = cursor_at(["posse:\n", f"  {key}: \n"], Position(1, len(key) + 4), "bandit.yaml")
    assert value is not None
    assert list(value.choices) == ["true", "false"]


@pytest.mark.parametrize(
    ("tests", "skips"), [((), ()), (("B101", "B602"), ()), ((), ("B101",)), (("B102",), ("B101", "B103"))]
)
def test_a_generated_configuration_says_what_was_asked_for(tests: tuple[str, ...], skips: tuple[str, ...]) -> None:
    parsed = read_yaml(generated(tests, skips))
    assert parsed.configuration is not None
    assert parsed.problems == ()
    assert [parsed.configuration.tests, parsed.configuration.skips] == [set(tests), set(skips)]


def test_generated_defaults_are_the_defaults() -> None:
    parsed = read_yaml(defaults())
    assert parsed.configuration is not None
    for rule in bandit_rules().values():
        if rule.section is not None and rule.section in parsed.configuration.sections:
            assert parsed.configuration.sections[rule.section] == rule.defaults


@pytest.mark.parametrize(
    ("tests", "skips", "message"),
    [
        (("B1O1",), (), "Unknown test ID `B1O1`. Did you mean B101?"),
        ((), ("assert_used",), "`assert_used` is a test's name. Use its ID here: B101."),
        (("B101",), ("B101",), "both selected and skipped: B101"),
    ],
)
def test_what_contradicts_itself_is_not_generated(tests: tuple[str, ...], skips: tuple[str, ...], message: str) -> None:
    with pytest.raises(SelectionError) as refused:
        generated(tests, skips)
    assert str(refused.value) == message
