"""The editors of the server's tests; tests that `make test-fast` excludes, and tests that run alone."""

import pytest

from tests.server.conftest import connect as connect

LONG = (
    "bandit_command",
    "configuration_files",
    "edits",
    "endings",
    "flow",
    "flow_between_files",
    "growth",
    "identity",
    "large_baselines",
    "many_documents",
    "messages",
    "nesting",
    "patterns",
    "reports",
    "terminal",
    "transport",
    "workspace_process",
)
"""Modules that start a server for each test, or compare times."""
MEASURING = (
    "configuration_files",
    "endings",
    "flow",
    "flow_between_files",
    "growth",
    "large_baselines",
    "many_documents",
    "patterns",
)
"""Modules that compare times, or wait no longer than an editor would, and so need the machine to themselves."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests of these modules."""
    name = item.path.stem.removeprefix("test_")
    if name in LONG:
        item.add_marker(pytest.mark.longest)
    if name in MEASURING:
        item.add_marker(pytest.mark.alone)
