"""`posse_checks.rule` is the only import that a rule needs."""

from __future__ import annotations

import posse_checks.rule
from posse_checks.analysis.registry import all_rules
from posse_checks.rule import Rule


def test_every_name_of_the_room_s_face_is_there() -> None:
    assert [name for name in posse_checks.rule.__all__ if not hasattr(posse_checks.rule, name)] == []
    assert len(set(posse_checks.rule.__all__)) == len(posse_checks.rule.__all__)


def test_a_rule_is_shown_in_one_line() -> None:
    assert repr(all_rules()["B102"]) == "<Rule B102 exec_used>"
    assert all(isinstance(rule, Rule) for rule in all_rules().values())
