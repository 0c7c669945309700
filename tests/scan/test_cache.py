"""Results that are kept from one scan to the next: the report is the same, and nothing is checked twice."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
from pathlib import Path

import pytest

from posse_checks.incremental import check_file as engine
from posse_server.results import check_file, job
from posse_server.results.stored import decoded, encoded
from posse_server.scan.formats.table import FORMATS
from posse_server.system.reading import Limit, read_bytes
from tests.scan import tree
from tests.scan.conftest import Outcome, Run
from tests.scan.test_what_is_scanned import CELLS

TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ][0-9:.]+(?:Z|\+00:00)?")
"""The time of a run in its report."""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the files that are checked in this process, rather than found in the cache."""
    sizes: list[int] = []

    def counted(data: bytes, *arguments: object) -> object:
        sizes.append(len(data))
        return engine.check_module(data, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(check_file, "check_module", counted)
    return sizes


def without_times(outcome: Outcome) -> tuple[int, str, str]:
    return outcome.status, TIMES.sub("TIME", outcome.out), outcome.err


@pytest.fixture
def varied(project: Path) -> Path:
    """A project with files of all sorts, a notebook and remarks on comments."""
    tree.write(project, {"nb.ipynb": CELLS, "same/app.py": (project / "app.py").read_bytes()})
    (project / "bandit.yaml").write_text(
        "posse: {notebooks: true, nosec: {require_ids: error, report_unused: warning}}\n"
    )
    return project


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("options", [(), ("--flow",), ("-n", "7", "-ll", "--ignore-nosec"), ("-j", "2")])
def test_a_report_is_the_same_with_the_cache(
    format: str, options: tuple[str, ...], varied: Path, posse: Run, checks: list[int]
) -> None:
    arguments = ("-r", ".", "-f", format, *options)
    without = without_times(posse(*arguments, "--no-cache"))
    assert without_times(posse(*arguments)) == without
    checks.clear()
    assert without_times(posse(*arguments)) == without
    assert checks == []


def test_only_what_has_changed_is_checked_again(varied: Path, posse: Run, checks: list[int]) -> None:
    posse("-r", ".")
    checks.clear()
    (varied / "app.py").write_text("assert x\n")
    os.rename(varied / "pkg/other.py", varied / "pkg/renamed.py")
    outcome = posse("-r", ".", "-f", "json")
    assert checks == [len("assert x\n")]
    assert "./pkg/renamed.py" in {result["filename"] for result in json.loads(outcome.out)["results"]}


@pytest.mark.parametrize(
    ("configuration", "arguments"),
    [
        ("posse: {severity_map: {B101: high}}", ()),
        ("posse: {minimum_severity: high}", ()),
        ("posse: {per_file_ignores: {a.py: [B101]}}", ()),
        ("skips: [B101]", ()),
        ("assert_used: {skips: ['*.py']}", ()),
        ("posse: {nosec: {require_ids: error}}", ()),
        ("", ("-n", "9")),
        ("", ("--ignore-nosec",)),
        ("", ("-t", "B101")),
        ("", ("--flow",)),
    ],
)
def test_what_changes_results_changes_the_key(
    configuration: str, arguments: tuple[str, ...], tmp_path: Path, posse: Run, checks: list[int]
) -> None:
    (tmp_path / "a.py").write_text("import pickle  # nosec\nassert x\n")
    posse("a.py")
    checks.clear()
    (tmp_path / "bandit.yaml").write_text(configuration)
    found = without_times(posse("a.py", "-f", "json", *arguments))
    assert len(checks) == 1
    assert found == without_times(posse("a.py", "-f", "json", "--no-cache", *arguments))


def test_what_changes_no_result_leaves_the_key(tmp_path: Path, posse: Run, checks: list[int]) -> None:
    (tmp_path / "a.py").write_text("assert x\n")
    posse("a.py")
    checks.clear()
    (tmp_path / "bandit.yaml").write_text("exclude_dirs: [out]\nposse: {baseline: known.json, run: on_save}\n")
    (tmp_path / "known.json").write_text('{"results": []}')
    posse("a.py", "-f", "json", "-a", "vuln", "-j", "1", "--time-limit", "9")
    assert checks == []


def test_no_cache_neither_reads_nor_writes(tmp_path: Path, posse: Run, checks: list[int], cache_folder: Path) -> None:
    (tmp_path / "a.py").write_text("assert x\n")
    posse("a.py", "--no-cache")
    assert not cache_folder.exists()
    posse("a.py")
    posse("a.py", "--no-cache")
    assert len(checks) == 3


def test_the_cache_is_the_users_alone(tmp_path: Path, posse: Run, cache_folder: Path) -> None:
    (tmp_path / "a.py").write_text("password = 'geheim'\n")
    previous = os.umask(0)
    try:
        posse("a.py")
    finally:
        os.umask(previous)
    assert stat.S_IMODE(cache_folder.stat().st_mode) == 0o700
    (store,) = cache_folder.iterdir()
    assert stat.S_IMODE(store.stat().st_mode) == 0o600


def test_clear_deletes_it(tmp_path: Path, posse: Run, checks: list[int], cache_folder: Path) -> None:
    (tmp_path / "a.py").write_text("assert x\n")
    posse("a.py")
    outcome = posse("clear", command="cache")
    assert (outcome.status, outcome.err) == (0, "") and outcome.out.startswith(f"{cache_folder}: deleted 0.")
    assert not list(cache_folder.iterdir())
    assert posse("clear", command="cache").out == f"{cache_folder}: there was nothing to delete\n"
    posse("a.py")
    assert len(checks) == 2


def test_what_failed_is_checked_again(
    tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch, checks: list[int]
) -> None:
    (tmp_path / "a.py").write_text("assert x\n")
    for error in (MemoryError(), ZeroDivisionError()):
        with monkeypatch.context() as context:

            def failing(*_: object, error: Exception = error) -> object:
                raise error

            context.setattr(check_file, "check_module", failing)
            assert "skipped ./a.py" in posse("a.py").err
    assert posse("a.py").status == 1 and len(checks) == 1


def test_a_result_survives_being_kept(varied: Path, posse: Run, cache_folder: Path) -> None:
    posse("-r", ".", "--flow")
    connection = sqlite3.connect(cache_folder / "store-1.sqlite3")
    values = [value[16:] for (value,) in connection.execute("SELECT value FROM entries")]
    connection.close()
    assert len(values) > 10
    for value in values:
        read = decoded(value, "a.py")
        assert read is not None and encoded(read) == value


def test_an_interrupted_scan_keeps_what_it_has(
    tmp_path: Path, posse: Run, monkeypatch: pytest.MonkeyPatch, checks: list[int]
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.py").write_text(f"assert {name}\n")

    def interrupting(path: str, limit: Limit) -> bytes:
        if path.endswith("c.py"):
            raise KeyboardInterrupt
        return read_bytes(path, limit)

    with monkeypatch.context() as context:
        context.setattr(job, "read_bytes", interrupting)
        assert posse("-r", ".").status == 130
    posse("-r", ".")
    assert len(checks) == 3
