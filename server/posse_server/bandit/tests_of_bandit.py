"""Bandit's own tests: which there are, in which order they run, and on which nodes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from posse_checks.analysis.registry import bandit_rules
from posse_checks.rule.declaration import BANDIT

AUTHOR = "PyCQA"
DOCUMENTATION = f"https://bandit.readthedocs.io/en/{BANDIT}/"
BLOCKLIST = "B001"
"""The ID of the test that runs all blocklists."""

IN_ORDER = (
    *("B604", "B101", "B610", "B703", "B611", "B102", "B201", "B104", "B107", "B106", "B105", "B608", "B108", "B324"),
    *("B615", "B701", "B609", "B612", "B704", "B601", "B614", "B501", "B113", "B103", "B508", "B509", "B507", "B503"),
    *("B502", "B504", "B605", "B606", "B607", "B602", "B603", "B202", "B613", "B112", "B110", "B702", "B505", "B506"),
)
"""The tests that are functions, in the order in which Bandit runs them on a node; then come the blocklists."""
_OTHER_NODES: Mapping[str, type[ast.AST]] = {
    "B101": ast.Assert,
    **dict.fromkeys(("B104", "B105", "B608", "B108"), ast.Constant),
    **dict.fromkeys(("B107", "B503"), ast.FunctionDef),
    **dict.fromkeys(("B110", "B112"), ast.ExceptHandler),
    "B613": ast.Module,
}
"""What the tests look at that do not look at calls; a module stands for the whole file."""
SHELL_TESTS = ("B602", "B603", "B604", "B605", "B606", "B607", "B609")
"""The tests that share a section of the configuration."""


def node_class_of(test: str) -> type[ast.AST]:
    """Returns the class of nodes that a test which is a function looks at."""
    return _OTHER_NODES.get(test, ast.Call)


@lru_cache(maxsize=1)
def names_by_id() -> Mapping[str, str]:
    """The names of all tests by ID."""
    return {rule.id: rule.name for rule in bandit_rules().values() if not rule.optional}


@lru_cache(maxsize=1)
def ids_by_name() -> Mapping[str, str]:
    """The IDs of all tests by name."""
    return {name: id for id, name in names_by_id().items()}


@lru_cache(maxsize=1)
def blocklists() -> frozenset[str]:
    """The IDs of all blocklists."""
    return frozenset(rule.id for rule in bandit_rules().values() if rule.blocked is not None)


def is_known(test: str) -> bool:
    """Whether Bandit knows an ID."""
    return test in names_by_id() or test == BLOCKLIST
