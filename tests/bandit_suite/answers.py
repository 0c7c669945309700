"""A plug-in for pytest in whose presence Bandit's tests are answered by Posse's commands.

The commands `bandit`, `bandit-baseline` and `bandit-config-generator` on the path are Posse's; tests that start them
need nothing else. Of the functions that other tests call, those that a command can stand for are replaced: the run of a
manager, and `main` of two commands.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bandit.cli.baseline
import bandit.cli.main
import pytest
import yaml
from bandit.core import constants, issue
from bandit.core.manager import BanditManager

from tests.bandit_suite.left_out import ANSWERED, LEFT_OUT


def pytest_configure() -> None:
    BanditManager.run_tests = _run_tests
    bandit.cli.main.main = _run_bandit
    bandit.cli.baseline.main = _run_baseline


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that no command can answer; fail if there are others than those that are known."""
    left_out = [item for item in items if not _is_answered(item)]
    found = Counter(_file_of(item) for item in left_out)
    known = {name: number for name, (_, number) in LEFT_OUT.items() if name in {_file_of(item) for item in items}}
    if not config.option.keyword and found != known:
        raise pytest.UsageError(f"the tests that are left out are others than in left_out.py: {dict(found)}")
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _is_answered(item)]


def _is_answered(item: pytest.Item) -> bool:
    name = _file_of(item)
    return name.startswith("functional/") or item.name in ANSWERED.get(name, ())


def _file_of(item: pytest.Item) -> str:
    """Returns the path of a test's file from the folder of Bandit's tests."""
    return item.nodeid.partition("::")[0].partition("/")[2]


def _run_tests(manager: Any) -> None:
    """Check a manager's files with `posse bandit`, and take over what it reports."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "bandit.yaml")
        configuration.write_text(yaml.safe_dump(dict(_options(manager))))
        words = ["-q", "-f", "json", "-c", str(configuration), "-t", ",".join(sorted(set(_ids(manager))))]
        words += ["--ignore-nosec"] * manager.ignore_nosec
        done = subprocess.run(["bandit", *words, *manager.files_list], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    report = json.loads(done.stdout)
    manager.skipped += [(error["filename"], error["reason"]) for error in report["errors"]]
    unread = {name for name, _ in manager.skipped}
    manager.files_list = [name for name in manager.files_list if name not in unread]
    manager.metrics.data = report["metrics"]
    for entry in report["results"]:
        found = issue.issue_from_dict(entry)
        found.fname, found.lineno, found.linerange = entry["filename"], entry["line_number"], entry["line_range"]
        manager.results.append(found)
    checked = (counts for name, counts in report["metrics"].items() if name not in {"_totals", *unread})
    manager.scores += map(_score, checked)


def _functions(manager: Any) -> Iterator[Any]:
    for functions in manager.b_ts.tests.values():
        yield from functions


def _ids(manager: Any) -> Iterator[str]:
    """Yields the IDs of the tests that a manager would run."""
    for function in _functions(manager):
        yield function._test_id
        if function._test_id == "B001":
            yield from (entry["id"] for entries in function._config.values() for entry in entries)


def _options(manager: Any) -> Iterator[tuple[str, object]]:
    """Yields the options that the tests of a manager have, as sections of a configuration."""
    for function in _functions(manager):
        if hasattr(function, "_takes_config"):
            yield function._takes_config, function._config


def _score(counts: Mapping[str, int]) -> dict[str, list[int]]:
    return {
        criterion: [counts[f"{criterion}.{rank}"] * constants.RANKING_VALUES[rank] for rank in constants.RANKING]
        for criterion, _ in constants.CRITERIA
    }


def _run_bandit() -> None:
    """Run `posse bandit`; its last error is one that Bandit's own log is seen to have."""
    done = subprocess.run(["bandit", *sys.argv[1:]], capture_output=True, text=True, check=False)
    errors = [line.partition("\tERROR\t")[2] for line in done.stderr.splitlines() if "\tERROR\t" in line]
    if errors:
        bandit.cli.main.LOG.error(errors[-1])
    sys.exit(done.returncode)


def _run_baseline() -> None:
    sys.exit(subprocess.run(["bandit-baseline", *sys.argv[1:]], check=False).returncode)
