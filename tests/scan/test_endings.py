"""A scan ends properly: in time, after Ctrl+C, with a closed standard output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from posse_server.results.time_limit import OutOfTimeError, limited
from tests.scan.test_bad_input import COMMAND, GOOD, started

FOREVER = 0.02
"""The time limit, in seconds, of a body that does not end."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")

SLOW = """
import sys, time
from posse_server.cli import main
from posse_server.results import check_file as check

real = check.check_module

def check_module(data, catalogue, follow=None):
    if b"hangs" in data:
        {how}
    return real(data, catalogue, follow)

check.check_module = check_module
sys.exit(main(sys.argv[1:]))
"""
"""Runs the command in a process in which checking a file that asks for it hangs."""
HANGS = {
    "in Python": "while True: pass",
    "in a check that catches everything": "\n        ".join(
        ["while True:", "    try:", "        time.sleep(9)", "    except Exception: pass"]
    ),
    "in a pattern": "__import__('re').match(r'(a+)+b', 'a' * 60)",
}


@pytest.mark.parametrize("how", HANGS.values(), ids=HANGS)
@pytest.mark.parametrize("processes", ["1", "2"])
def test_file_that_takes_too_long_costs_itself(how: str, processes: str, tmp_path: Path) -> None:
    for name in "abcdefgh":
        (tmp_path / f"{name}.py").write_bytes(b"import pickle  # hangs\n" if name in "cf" else GOOD)
    arguments = ["scan", "-r", ".", "-f", "json", "-j", processes, "--time-limit", "0.5"]
    command = [sys.executable, "-c", SLOW.format(how=how), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 1
    reason = "took longer than 0.5 s; raise the limit with --time-limit"
    assert json.loads(done.stdout)["errors"] == [{"filename": f"./{name}.py", "reason": reason} for name in "cf"]
    assert len(json.loads(done.stdout)["results"]) == 6
    assert done.stderr.decode() == "".join(f"posse: skipped ./{name}.py: {reason}\n" for name in "cf")


def test_process_that_is_stopped_costs_its_file(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.py").write_bytes(b"import pickle  # hangs\n" if name == "b" else GOOD)
    how = "__import__('os').kill(__import__('os').getpid(), 19)"
    command = [
        sys.executable,
        "-c",
        SLOW.format(how=how),
        "scan",
        "-r",
        ".",
        "-j",
        "2",
        "--time-limit",
        "2",
        "-f",
        "json",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 1 and len(json.loads(done.stdout)["results"]) == 3


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "nan", "inf", "1e9"])
def test_time_limit_is_a_number_of_seconds(seconds: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(GOOD)
    done = started([f"--time-limit={seconds}", "a.py"], tmp_path)
    assert done.returncode == 2 and b"give a number of seconds" in done.stderr


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("presses", [1, 3])
def test_interrupted_scan_ends_with_130_and_no_traceback(processes: str, presses: int, tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.py").write_bytes(b"x = 1  # hangs\n")
    how = "open('at-work', 'w').close(); time.sleep(30)"
    command = [sys.executable, "-c", SLOW.format(how=how), "scan", "-r", ".", "-j", processes, "-o", "out.txt"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=-1, stderr=-1, start_new_session=True) as process:
        while not (tmp_path / "at-work").exists():
            assert process.poll() is None
            time.sleep(0.01)
        for _ in range(presses):  # as a terminal does, to all its processes
            os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert out == b"" and b"Traceback" not in err
    assert process.returncode == 130 if presses == 1 else process.returncode in (130, -signal.SIGINT)
    assert err in (b"posse: interrupted\n", b"")
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["scan", "--help"], ["rules"], ["rules", "B602"], ["config", "schema"], ["config", "generate"]],
)
def test_reader_that_leaves_is_no_error(arguments: list[str], tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run([*COMMAND[:-1], *arguments], cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")


def test_limit_holds_outside_of_the_main_thread_and_not_after_its_body() -> None:
    def is_in_time(seconds: float) -> bool:
        try:
            with limited(seconds):
                while seconds == FOREVER:
                    pass
        except OutOfTimeError:
            return False
        return True

    def run() -> None:
        outcomes.extend(map(is_in_time, [FOREVER, 60.0, *(0.0001 * number for number in range(1, 100))]))

    outcomes: list[bool] = []
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert outcomes[:2] == [False, True] and len(outcomes) == 101
