"""`config/schema_types.py` and `config/baseline_file.py`: the types of values in a configuration."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from posse_checks.config.baseline_file import BaselineFile, RefusedBaseline, baseline_fault, misplacement
from posse_checks.config.policy import Display, Matching
from posse_checks.config.schema_types import (
    MAXIMUM_DIGITS,
    MAXIMUM_ITEM_CHARACTERS,
    MAXIMUM_ITEMS,
    NUMBER,
    SWITCH,
    TEXT,
    Choice,
    KeySchema,
    ListOf,
    MappingOf,
    RuleId,
    Section,
    ValueType,
)

SECTION = Section({"run": KeySchema(SWITCH, "Runs."), "many": KeySchema(NUMBER, "How many.", 3)})
VALID: list[tuple[ValueType, str, Any]] = [
    (TEXT, "a", "a"),
    (TEXT, "'1'", "1"),
    (SWITCH, "true", True),
    (SWITCH, "off", False),
    (NUMBER, "12", 12),
    (NUMBER, "9" * MAXIMUM_DIGITS, int("9" * MAXIMUM_DIGITS)),
    (Choice.of(Matching), "count", Matching.COUNT),
    (Choice.of(Display), "off", Display.OFF),
    (Choice.of(Display), "'off'", Display.OFF),
    (RuleId(), "B101", "B101"),
    (RuleId(names=True), "assert_used", "assert_used"),
    (RuleId(("all",)), "all", "all"),
    (ListOf(), "[]", ()),
    (ListOf(RuleId()), "[B101, B102]", ("B101", "B102")),
    (MappingOf(TEXT, ListOf(RuleId()), ""), "{a: [B101]}", {"a": ("B101",)}),
    (SECTION, "{run: yes, many: 2}", {"run": True, "many": 2}),
    (SECTION, "{run: null}", {}),
    (SECTION, "{}", {}),
    (BaselineFile(), "known.json", "known.json"),
]
INVALID: list[tuple[ValueType, str, str]] = [
    (TEXT, "1", "`x` must be a string."),
    (TEXT, "[a]", "`x` must be a string."),
    (SWITCH, "1", "`x` must be true or false."),
    (NUMBER, "true", "`x` must be a whole number."),
    (NUMBER, "1" * (MAXIMUM_DIGITS + 1), f"`x` must be a whole number of at most {MAXIMUM_DIGITS} digits."),
    (Choice.of(Matching), "cuont", "`x` must be one of count, bandit. Did you mean count?"),
    (Choice.of(Matching), "off", "`x` must be one of count, bandit."),
    (Choice.of(Matching), "[count]", "`x` must be one of count, bandit."),
    (RuleId(), "1", "`x` must contain IDs of checks, and this is not a string."),
    (RuleId(), "B1O1", "Unknown test ID `B1O1`. Did you mean B101?"),
    (ListOf(), "a", "`x` must be a list of strings, such as `[one, two]`."),
    (ListOf(), "[a, 1]", "`x` must be a list of strings, and this item is not a string."),
    (ListOf(), f"[{'a' * (MAXIMUM_ITEM_CHARACTERS + 1)}]", "`x` has an item of more than 4,096 characters."),
    (ListOf(), f"[{'a,' * (MAXIMUM_ITEMS + 1)}]", "`x` has more than 2,000 items."),
    (MappingOf(TEXT, TEXT, "a: b"), "[a]", "`x` must be a mapping, such as `a: b`."),
    (MappingOf(TEXT, TEXT, "a: b"), "{a: 1}", "`x.a` must be a string."),
    (MappingOf(TEXT, TEXT, "a: b"), "{[a]: b}", "`x` has a key that is not a string of at most 4,096 characters."),
    (SECTION, "[run]", "`x` must be a mapping of options: run, many."),
    (SECTION, "{rum: true}", "`x` has no option `rum`. Did you mean run?"),
    (SECTION, "{zzz: true}", "`x` has no option `zzz`. The options are run, many."),
    (SECTION, "{[run]: true}", "`x` has a key that is not a string."),
    (SECTION, "{run: 1}", "`run` must be true or false."),
    (BaselineFile(), "1", "`x` must be a string."),
    (BaselineFile(), "a.txt", "`x` is ignored: its name must end in `.json`."),
]


def node_of(source: str) -> yaml.Node:
    node = yaml.compose(source, yaml.SafeLoader)
    assert node is not None
    return node


@pytest.mark.parametrize(("value_type", "source", "meaning"), VALID)
def test_a_valid_value_is_converted(value_type: ValueType, source: str, meaning: object) -> None:
    assert list(value_type.faults("x", node_of(source))) == []
    assert value_type.value(yaml.safe_load(source)) == meaning


@pytest.mark.parametrize(("value_type", "source", "message"), INVALID)
def test_a_fault_says_what_the_value_must_be(value_type: ValueType, source: str, message: str) -> None:
    [fault] = value_type.faults("x", node_of(source))
    assert fault.text == message


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("known.json", None),
        ("ci/Known.JSON", None),
        ("known.json ", None),
        ("known", "its name must end in `.json`."),
        ("known.json/x", "its name must end in `.json`."),
        (".git/x.json", "a baseline cannot be in a folder `.git`."),
        ("a/.GIT./x.json", "a baseline cannot be in a folder `.git`."),
        ("a\\.git\\x.json", "a baseline cannot be in a folder `.git`."),
        ("GIT~1/x.json", "a baseline cannot be in a folder `.git`."),
    ],
)
def test_a_path_where_no_baseline_may_be_is_refused(path: str, reason: str | None) -> None:
    assert misplacement(path) == baseline_fault(path) == reason
    assert isinstance(BaselineFile().value(path), RefusedBaseline) == (reason is not None)


@pytest.mark.parametrize("path", ["a\n.json", "\0.json", "a" * MAXIMUM_ITEM_CHARACTERS + ".json", "\u202e.json"])
def test_what_is_no_file_name_is_refused(path: str) -> None:
    assert baseline_fault(path) == "this is not a valid file name."
