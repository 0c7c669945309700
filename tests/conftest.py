"""Settings of all tests, however they are started.

Property tests search for counterexamples in the same way in each run, unless `make soak` passes another seed. The
summary lists the tests that were not run, also if the tests run in several processes.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, is_hypothesis_test, settings
from hypothesis.strategies import none

SLOW = {
    "engine": ("fix_offers",),
    "flow": ("chunks", "live", "reuse"),
    "library": ("examples",),
    "scan": ("bad_input", "baseline_file", "configuration", "endings", "like_bandit", "scan"),
    "server": (
        "agreement",
        "bad_input",
        "baseline",
        "change",
        "code_lens",
        "configuration",
        "disable_rule",
        "fixes",
        "folders",
        "lifecycle",
        "notebook_edits",
        "rendering",
        "settings",
        "workspace_diagnostics",
    ),
    "tests": ("architecture", "distribution", "search", "selection", "tests"),
}
"""Modules that `pytest -m "not slow"` excludes, by folder: they start many processes or search for long."""
SLOW_FOLDERS = ("editors", "hostile", "parity", "specs")
LONGEST = {"bandit": ("baseline_command", "same_as_bandit"), "scan": ("endings",), "tests": ("search",)}
"""Modules that `make test-fast` excludes too."""
LEFT_OUT = pytest.StashKey[dict[str, int]]()
"""Numbers of excluded tests, by the reason."""

TIMED = [HealthCheck.too_slow]
"""Reasons of failures that a busy machine causes."""

settings.register_profile("fixed", derandomize=True, database=None, deadline=None, suppress_health_check=TIMED)
settings.register_profile(
    "random", derandomize=False, database=None, deadline=None, suppress_health_check=TIMED, print_blob=True
)  # said in full: with CI set, what is not said is Hypothesis' own profile for CI, which has no seed
settings.load_profile("fixed")  # the option --hypothesis-profile is read later, and wins

# A shell that starts pytest in the background has it ignore SIGINT, and so has what the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def cache_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New paths for folders of the cache; the folders do not exist."""
    top = tmp_path_factory.mktemp("caches")
    return (top / str(number) for number in count())


@pytest.fixture(autouse=True)
def cache_folder(cache_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the test's cache: each test has its own, and none the user's."""
    folder = next(cache_folders)
    monkeypatch.setenv("POSSE_CACHE_DIR", str(folder))
    return folder


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = {}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that the two faster runs exclude; conftests of folders mark more."""
    folder, module = item.path.parent.name, item.path.stem.removeprefix("test_")
    if module in LONGEST.get(folder, ()):
        item.add_marker(pytest.mark.longest)
    if folder in SLOW_FOLDERS or module in SLOW.get(folder, ()):
        item.add_marker(pytest.mark.slow)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Exclude from the fastest run the tests that the other excludes, and all random searches but that of edits."""
    for item in items:
        searches = is_hypothesis_test(getattr(item, "obj", None)) and item.path.stem != "test_incremental"
        if searches or item.get_closest_marker("longest") or item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from scanning the objects of thousands of tests again and again."""
    given(none())(lambda _: None)()  # makes Hypothesis's generator, of which it must find a referrer
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With pytest-xdist, report the tests that this process excluded to the one that prints the summary."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Receive that report. Each process sends the same one, since each collects all tests."""
    node.config.stash[LEFT_OUT] |= getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, number in config.stash[LEFT_OUT].items():
        terminalreporter.write_line(f"not run: {number} tests of {what}")
