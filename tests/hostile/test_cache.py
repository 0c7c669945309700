"""Caches that are damaged, made to harm, in use, on a full disk, or somebody else's."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.rule.evidence import Evidence, Step
from posse_checks.rule.finding import Level, Span
from posse_checks.rule.hosted import HostedCheck
from posse_server.results.result import (
    CheckedFile,
    Edit,
    LevelCounts,
    Metrics,
    ProposedFix,
    ReportedRemark,
    Result,
)
from posse_server.results.stored import LEFT_OUT, decoded, encoded
from posse_server.system import store as module
from posse_server.system.store import LONGEST_VALUE, Store, StoreError, clear
from tests.hostile.growth import LIMIT, Action, power

KEY, OTHER = b"k" * 32, b"o" * 32
NAME = "store-1.sqlite3"
EVIDENCE = Evidence("shown", "why", (Step(1, 2, "what"),))
FIX = ProposedFix("Remove it", (Edit(1, 1, 1, 9, ""),))
RESULT = Result(
    *("a.py", "B101", "m", Level.LOW, Level.HIGH, 1, 0, 5, (1, 1), Level.LOW, Span(1, 0, 1, 5), None),
    *(EVIDENCE, (FIX,), "# nosec"),
    hosted=HostedCheck("name", "reported_as", 79, "documentation", is_plugin=False),
)
CHECKED = CheckedFile(
    name="a.py",
    results=(RESULT,),
    code={1: "assert x\n"},
    metrics=Metrics(3, 0, 0, LevelCounts(0, 1), LevelCounts(0, 0, 0, 1)),
    skipped="line 1: broken",
    code_of_cells={2: {1: "x\n"}},
    skipped_cells=("cell 1, line 2: broken",),
    reported_remarks=(ReportedRemark(1, "nosec-unused", "text", fails=False),),
    suppressed=(RESULT,),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a store that holds one value."""
    folder = tmp_path / "cache"
    store = Store(folder)
    store.put(KEY, b"value")
    store.close()
    return folder


def value_in(folder: Path, key: bytes = KEY) -> bytes | None:
    store = Store(folder)
    try:
        return store.get(key)
    finally:
        store.close()


def changed(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / NAME)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def is_usable(folder: Path) -> bool:
    store = Store(folder)
    store.put(OTHER, b"other")
    store.close()
    assert store.problem is None
    return value_in(folder, OTHER) == b"other"


# ---------------------------------------------------------------- damaged and foreign files


@pytest.mark.parametrize("content", [b"x", b"\0" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 8192])
def test_what_is_no_database_is_replaced(content: bytes, folder: Path) -> None:
    (folder / NAME).write_bytes(content)
    (folder / NAME).chmod(0o600)
    assert value_in(folder) is None
    assert is_usable(folder)


@pytest.mark.parametrize(
    "statements",
    [
        ["PRAGMA application_id = 1"],
        ["CREATE TABLE more (x)"],
        ["CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END"],
        ["DROP TABLE entries", "CREATE VIEW entries AS SELECT 1 AS key, 2 AS used, randomblob(99) AS value"],
        ["DROP TABLE entries", "CREATE TABLE entries (key, used, value)"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = x'ff'"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 1"],
    ],
)
def test_another_database_is_replaced(statements: list[str], folder: Path) -> None:
    changed(folder, *statements)
    assert value_in(folder) in (None, b"value")
    assert is_usable(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET value = x'00'",
        "UPDATE entries SET value = value || x'00'",
        "UPDATE entries SET value = 'text'",
        "UPDATE entries SET value = zeroblob(100000000)",
        "UPDATE entries SET value = 7",
        "UPDATE entries SET used = 'x'",
        f"UPDATE entries SET key = x'{OTHER.hex()}'",
    ],
)
def test_a_value_that_was_not_put_there_is_not_returned(statement: str, folder: Path) -> None:
    changed(folder, statement)
    assert value_in(folder) is None and value_in(folder, OTHER) is None
    assert is_usable(folder)


def test_any_damage_costs_values_only(folder: Path) -> None:
    whole = (folder / NAME).read_bytes()
    for begin in range(0, len(whole), 211):
        (folder / NAME).write_bytes(whole[:begin] + b"\xa5" * 50 + whole[begin + 50 :])
        assert value_in(folder) in (None, b"value")
        (folder / NAME).write_bytes(whole[: begin + 1])
        assert value_in(folder) in (None, b"value")
        assert is_usable(folder), begin


# ---------------------------------------------------------------- the shape of a result


def test_every_field_of_a_result_is_kept() -> None:
    value = encoded(CHECKED)
    assert value is not None and decoded(value, "a.py") == CHECKED
    assert b"a.py" not in value
    other = decoded(value, "b.py")
    assert other is not None and other.name == other.results[0].filename == other.suppressed[0].filename == "b.py"
    for whole in (CHECKED, RESULT):
        unset = [field.name for field in fields(whole) if getattr(whole, field.name) == field.default]
        assert set(unset) <= {"cell", *(name for _, name in LEFT_OUT)}, "a new field needs a value above"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_a_value_of_another_shape_is_not_believed(data: st.DataObject) -> None:
    value = json.loads(encoded(CHECKED) or b"")
    holder, key = value, data.draw(st.integers(0, len(value) - 1))
    while isinstance(holder[key], list | dict) and holder[key] and data.draw(st.booleans()):
        holder = holder[key]
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    before = holder[key]
    holder[key] = data.draw(VALUES)
    read = decoded(json.dumps(value).encode(), "a.py") or CheckedFile("a.py")
    for result in read.results:
        assert result.rule.id == result.rule_id and result.key and result.unmapped
        assert all(
            type(number) is int for number in (result.line, result.column, result.end_column, *result.line_range)
        )
        assert isinstance(result.message, str)
    assert all(type(line) is int and isinstance(text, str) for line, text in read.code.items()), before


def of_results(size: int) -> Action:
    value = encoded(replace(CHECKED, results=(RESULT,) * size, code=dict.fromkeys(range(size), "x\n")))
    assert value is not None
    return lambda: decoded(value, "a.py")


def of_nested_lists(size: int) -> Action:
    value = b"[" * size + b"]" * size
    return lambda: decoded(value, "a.py")


@pytest.mark.parametrize("make", [of_results, of_nested_lists])
def test_reading_a_value_takes_time_with_its_size(make: Callable[[int], Action]) -> None:
    assert power(make) < LIMIT


@pytest.mark.parametrize(
    "value", [b"", b"[", b"[" * 100_000, b"\xff", b"1" * 5000, b"null", b"{}", b"[[],{},null,null,{},[],[],[]]"]
)
def test_what_is_no_result_is_not_believed(value: bytes) -> None:
    assert decoded(value, "a.py") is None


# ---------------------------------------------------------------- who may use it


def test_a_folder_that_others_may_use_is_made_private(folder: Path) -> None:
    folder.chmod(0o777)
    assert value_in(folder) == b"value"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_may_write_is_replaced(folder: Path) -> None:
    (folder / NAME).chmod(0o666)
    assert value_in(folder) is None
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600


def linked(path: Path, target: Path) -> None:
    path.symlink_to(target)


def hard_linked(path: Path, target: Path) -> None:
    os.link(target, path)


@pytest.mark.parametrize("link", [linked, hard_linked])
@pytest.mark.parametrize("suffix", ["", "-journal"])
def test_no_link_is_followed(link: Callable[[Path, Path], None], suffix: str, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    target.chmod(0o600)
    path = folder / f"{NAME}{suffix}"
    path.unlink(missing_ok=True)
    link(path, target)
    assert is_usable(folder)
    assert target.read_bytes() == b"precious"


def test_a_link_in_place_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    with pytest.raises(StoreError, match="not a folder"):
        Store(link)
    with pytest.raises(StoreError, match="not a folder"):
        clear(link)
    assert value_in(folder) == b"value"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_in_place_of_the_file_is_replaced(folder: Path) -> None:
    (folder / NAME).unlink()
    os.mkfifo(folder / NAME)
    assert is_usable(folder)


def test_a_folder_in_place_of_the_file_is_an_error(folder: Path) -> None:
    (folder / NAME).unlink()
    (folder / NAME).mkdir()
    with pytest.raises(StoreError):
        Store(folder)


# ---------------------------------------------------------------- several writers


def put_many(folder: Path, begin: int, is_killed: bool) -> None:
    store = Store(folder)
    for number in range(begin, begin + 3000):
        store.put(number.to_bytes(32, "big"), str(number).encode())
        if is_killed and number == begin + 2500:
            os._exit(9)
    store.close()
    os._exit(0 if store.problem is None else 1)


def test_several_processes_write_and_one_dies(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    jobs = [(folder, number * 10_000, number == 2) for number in range(4)]
    processes = [context.Process(target=put_many, args=job) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 9, 0]
    store = Store(folder)
    for begin in (0, 10_000, 30_000):
        for number in range(begin, begin + 3000):
            assert store.get(number.to_bytes(32, "big")) == str(number).encode()
    store.close()


def test_a_process_that_holds_the_lock_does_not_keep_others_waiting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    store = Store(folder)
    holder = sqlite3.connect(folder / NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert store.get(KEY) is None
    assert store.problem == "database is locked"
    store.put(OTHER, b"other")
    store.close()
    with pytest.raises(StoreError, match="locked"):
        Store(folder)
    holder.close()
    assert value_in(folder) == b"value"


# ---------------------------------------------------------------- its size, and the disk's


def test_it_does_not_grow_beyond_its_limit_and_loses_the_oldest(tmp_path: Path) -> None:
    limit, sizes = 1 << 20, []
    for day in range(12):
        store = Store(tmp_path / "cache", limit_bytes=limit, today=day)
        store.get(KEY)
        for number in range(400):
            store.put(bytes([day]) + number.to_bytes(31, "big"), os.urandom(1000))
        if day == 0:
            store.put(KEY, b"value")
        store.close()
        sizes.append((tmp_path / "cache" / NAME).stat().st_size)
    assert max(sizes) <= limit + module.BATCH * 1200
    store = Store(tmp_path / "cache")
    assert store.get(KEY) == b"value", "it was used each day"
    assert store.get(bytes([0]) + bytes(31)) is None and store.get(bytes([11]) + (399).to_bytes(31, "big")) is not None
    store.close()


def test_a_value_that_is_too_large_is_not_stored(folder: Path) -> None:
    store = Store(folder)
    store.put(OTHER, bytes(LONGEST_VALUE + 1))
    store.close()
    assert store.problem is None and value_in(folder, OTHER) is None


LIMITED = """
import resource, sys
from posse_server.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit for files")
@pytest.mark.parametrize("limit_bytes", [0, 6000, 20_000])
def test_a_full_disk_is_said_once(limit_bytes: int, tmp_path: Path, cache_folder: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.py").write_text(f"assert a{number}\n" * 20)
    for jobs in ("1", "2"):
        command = [sys.executable, "-c", LIMITED, str(limit_bytes), "scan", "-f", "json", "-j", jobs]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 1 and len(json.loads(done.stdout)["results"]) == 800
        assert done.stderr.count("results are not kept for the next scan") == done.stderr.count("\n") == 1
    shutil.rmtree(cache_folder)


@pytest.mark.parametrize("given", ["relative", "/proc/nowhere/cache", "/dev/null/cache"])
def test_without_a_folder_the_scan_goes_on(given: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    command = [sys.executable, "-m", "posse_server.cli", "scan", "-f", "json"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "POSSE_CACHE_DIR": given}
    )
    assert done.returncode == 1 and len(json.loads(done.stdout)["results"]) == 1
    assert done.stderr.count("results are not kept for the next scan") == done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == ["a.py"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root has other users' folders")
def test_a_folder_of_another_user_is_refused(folder: Path) -> None:
    os.chown(folder, 12345, 12345)
    with pytest.raises(StoreError, match="another user"):
        Store(folder)
