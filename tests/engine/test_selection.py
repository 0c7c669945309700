"""`config/selection.py`: selections by a command line, a `.bandit` file or a profile, on top of a configuration."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import bandit_rules
from posse_checks.config.configuration import BLOCKLIST, EMPTY_SELECTION, Configuration, Selection
from posse_checks.config.policy import Policy
from posse_checks.config.reader import read_yaml
from posse_checks.config.selection import SelectionError, select
from posse_checks.rule.finding import Level

PROFILES = read_yaml(
    "skips: [B105]\n"
    "profiles:\n"
    "  own: {include: [exec_used, B101], exclude: [B602]}\n"
    "  none: {include: [B999]}\n"
    "blacklist_calls: {}\n"
)


@pytest.mark.parametrize(
    ("base", "wanted", "tests", "skips"),
    [
        ({}, {}, set(), set()),
        ({"skips": {"B101"}}, {"skips": ("B102",)}, set(), {"B101", "B102"}),
        ({"tests": {"B101"}}, {"tests": ("B102",)}, {"B101", "B102"}, set()),
        ({"tests": {"B101"}}, {"tests": ("B101", "B101")}, {"B101"}, set()),
        ({"tests": {"B101", "B102"}}, {"skips": ("B103",)}, {"B101", "B102"}, {"B103"}),
    ],
)
def test_ids_add_up(
    base: dict[str, set[str]], wanted: dict[str, tuple[str, ...]], tests: set[str], skips: set[str]
) -> None:
    configuration = Configuration(frozenset(base.get("tests", ())), frozenset(base.get("skips", ())))
    selected = select(configuration, Selection(**wanted))  # type: ignore[arg-type]
    assert [selected.tests, selected.skips] == [tests, skips]


def test_a_profile_takes_the_place_of_the_ids_of_the_file() -> None:
    assert PROFILES.configuration is not None
    selected = select(PROFILES.configuration, Selection(profile="own", skips=("B103",)))
    assert [selected.tests, selected.skips] == [{"B101", "B102"}, {"B602", "B103"}]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Selection(tests=("B101", "B105")), "both selected and skipped: B105"),
        (Selection(tests=("B999",)), "no check would run; change what is selected or skipped"),
        (Selection(skips=(*bandit_rules(), BLOCKLIST)), "no check would run; change what is selected or skipped"),
        (Selection(profile="none"), "no check would run; change what is selected or skipped"),
        (Selection(profile="nowhere"), "there is no profile 'nowhere'"),
        (Selection(profile="own", tests=("B602",)), "both selected and skipped: B602"),
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(wanted: Selection, message: str) -> None:
    assert PROFILES.configuration is not None
    with pytest.raises(SelectionError) as refused:
        select(PROFILES.configuration, wanted)
    assert str(refused.value) == message


@pytest.mark.parametrize("level", [None, Level.UNDEFINED, Level.LOW, Level.HIGH])
def test_a_level_counts_before_that_of_the_file_if_it_is_given(level: Level | None) -> None:
    base = Configuration(policy=Policy(minimum_severity=Level.MEDIUM, minimum_confidence=Level.MEDIUM))
    policy = select(base, Selection(severity=level)).policy
    assert policy.minimum_severity is (Level.MEDIUM if level is None else level)
    assert policy.minimum_confidence is Level.MEDIUM


def test_the_first_of_two_selections_counts_option_by_option() -> None:
    first = Selection(tests=("B101",), excluded=(), severity=Level.UNDEFINED)
    second = Selection(profile="p", tests=("B102",), skips=("B103",), excluded=("x",), severity=Level.HIGH)
    assert first.over(second) == Selection("p", ("B101",), ("B103",), (), Level.UNDEFINED)
    assert first.over(EMPTY_SELECTION) == EMPTY_SELECTION.over(first) == first
