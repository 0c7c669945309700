"""The editors of the server's tests, and which tests `make test-fast` leaves out."""

import pytest

from tests.server.conftest import connect as connect

LONG = (
    "configuration_files",
    "edits",
    "endings",
    "flow",
    "growth",
    "identity",
    "large_baselines",
    "many_documents",
    "messages",
    "nesting",
    "patterns",
    "transport",
    "workspace_process",
)
"""The modules that start a server for each test, or compare times and so want the machine to themselves."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of these modules as slow."""
    names = {f"test_{name}.py" for name in LONG}
    for item in items:
        if item.path.parent.name == "hostile" and item.path.name in names:
            item.add_marker(pytest.mark.slow)
