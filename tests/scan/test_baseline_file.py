"""A baseline is written atomically, whatever happens to the process that writes it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from posse_checks.baseline.match import Entry, report_in
from posse_server.baselines.write import BaselineWriteError, rewrite
from tests.engine.test_baseline import entry

WRITES = 1000
"""Total number of writes in which the program is killed."""
LOCK_WAIT_SECONDS = 60
"""Timeout of the whole program, in seconds."""

WRITER = """
import sys
from pathlib import Path
from posse_server.baselines.write import rewrite
from tests.engine.test_baseline import entry

for number in range(int(sys.argv[2]), int(sys.argv[3])):
    rewrite(Path(sys.argv[1]), lambda entries: [*entries[-50:], entry(text=f"{number}", note="é" * 500)])
    print(number, flush=True)
"""
"""A program that adds numbered entries, keeps the last fifty, and confirms each."""


def writer(path: Path, first: int, last: int = sys.maxsize) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def numbers(path: Path) -> list[int]:
    """The existing entries. Fails if the file is damaged."""
    report = report_in(path.read_text())
    assert list(report) == ["owner", "results"]
    return [int(one["issue_text"]) for one in report["results"]]


@pytest.mark.longest
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_in_a_thousand_writes_it_leaves_no_damaged_file(tmp_path: Path) -> None:
    chance = random.Random(1)
    path = tmp_path / "known.json"
    path.write_text('{"owner": "security", "results": []}')
    done = 0
    while done < WRITES:
        with writer(path, done) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 150)):
                done = int(process.stdout.readline()) + 1
            time.sleep(chance.random() * 0.01)  # so that it is killed at any point of a write
            process.send_signal(signal.SIGKILL)
            said = process.stdout.read().split("\n")[:-1]
        done = max([done, *(int(number) + 1 for number in said)])
        there = numbers(path)
        assert there == list(range(max(0, there[-1] - 50), there[-1] + 1))
        assert there[-1] in (done - 1, done), "what was said to be written is, and nothing else is"
        done = there[-1] + 1
    assert rewrite(path, lambda _: []).before == 51, "a lock that was held by the dead is free"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["known.json"]


def test_two_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text('{"owner": "security", "results": []}')
    processes = [writer(path, first, first + 25) for first in (0, 25)]
    for process in processes:
        process.communicate(timeout=LOCK_WAIT_SECONDS)
        assert process.returncode == 0
    assert sorted(numbers(path)) == list(range(50))


@pytest.mark.parametrize(
    "text",
    [
        '{"results": [], "z": 1, "a": {"y": null, "b": 1.5}}',
        '{\n  "results": [],\n  "a": 1\n}\n',
        '{\r\n\t"results": [],\r\n\t"a": 1\r\n}\r\n',
        '{\n    "a": "\\u00e9",\n    "results": []\n}',
    ],
)
def test_layout_is_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(text.encode())
    rewrite(path, lambda entries: [*entries, entry()])
    rewrite(path, lambda _: [])
    assert path.read_bytes().decode() == text


def test_permissions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text('{"results": []}')
    path.chmod(0o640)
    rewrite(path, lambda entries: [*entries, entry()])
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_changes_nothing_does_not_touch_the_file(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text('{ "results" : [ ] }')
    before = path.stat()
    rewrite(path, list)
    assert path.stat() == before
    rewrite(tmp_path / "none.json", list)
    assert [file.name for file in tmp_path.iterdir()] == ["known.json"]


def test_a_link_within_the_workspace_stays_one(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"results": []}')
    (tmp_path / "link.json").symlink_to("known.json")
    rewrite(tmp_path / "link.json", lambda _: [entry()], within=tmp_path)
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "known.json").read_text())["results"] == [entry()]


def test_files_with_its_names_cannot_lead_elsewhere(tmp_path: Path) -> None:
    project, victim = tmp_path / "project", tmp_path / "victim"
    project.mkdir()
    victim.write_text("mine")
    path = project / "known.json"
    lock = project / ".known.json.posse-lock"
    for there, target in ((True, victim), (False, tmp_path / "made")):
        lock.symlink_to(target)
        with pytest.raises(BaselineWriteError, match=r"known\.json"):
            rewrite(path, lambda _: [entry()], within=project)
        assert lock.is_symlink() and target.exists() is there
        lock.unlink()
    assert victim.read_text() == "mine"


def test_an_error_on_the_way_leaves_the_file_and_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text('{"results": []}')

    def fail(entries: Sequence[Entry]) -> Sequence[Entry]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rewrite(path, fail)
    with pytest.raises(TypeError):
        rewrite(path, lambda _: [{"x": object()}])
    rewrite(path, lambda _: [entry()])
    assert [file.name for file in tmp_path.iterdir()] == ["known.json"]
