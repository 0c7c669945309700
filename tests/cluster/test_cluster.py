"""A scan on a real cluster: a scheduler and workers in processes of their own, over TCP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMMANDS = Path(sys.executable).parent
PATIENCE_SECONDS = 120.0
"""How long a test waits for what has to come."""
FILES = 60

SITE = """
import os, time
import posse_checks
from posse_server.results.check_file import FileChecker

posse_checks.__version__ = os.environ.get("TEST_VERSION", posse_checks.__version__)
check = FileChecker.check

def checked(self, due):
    folder = os.environ["TEST_FOLDER"]
    open(os.path.join(folder, f"arrived-{os.getpid()}"), "w").close()
    while not os.path.exists(os.path.join(folder, "gate")):
        time.sleep(0.01)
    while b"# hangs" in due.data:
        pass
    if b"# kills its process" in due.data:
        os._exit(1)
    return check(self, due)

FileChecker.check = checked
"""
"""What a worker imports first: it waits at each file until the test opens the gate, and hangs or dies at some."""

pytestmark = pytest.mark.longest


def until(what: Callable[[], object]) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.02)


class Cluster:
    """A scheduler and workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes = contextlib.ExitStack()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
        arguments = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        self.scheduler = self._start("scheduler", *arguments, **failures)
        until(lambda: self._listens(port))

    def _start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        env = os.environ | {"PYTHONSAFEPATH": "1", "TEST_FOLDER": str(self.folder), **environment}
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [COMMANDS / "dask", *arguments],
                cwd=self.folder,
                env=env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.callback(process.wait, PATIENCE_SECONDS)
        self.processes.callback(stop, process)
        return process

    @staticmethod
    def _listens(port: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker with one thread, which has the module SITE."""
        site = self.folder / "site"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(SITE)
        log = self.folder / "worker.log"
        before = log.read_bytes().count(b"Registered to") if log.exists() else 0
        started = self._start(
            *("worker", self.address, "--nthreads", "1", "--no-dashboard", "--death-timeout", "60"),
            PYTHONPATH=str(site),
            **environment,
        )
        until(lambda: log.read_bytes().count(b"Registered to") > before)
        return started

    def arrived(self) -> int:
        """Returns how many processes of workers have begun to check a file."""
        return len(list(self.folder.glob("arrived-*")))

    def open_gate(self) -> None:
        """Let workers go on."""
        (self.folder / "gate").touch()

    def close_gate(self) -> None:
        """Have workers wait at the next file."""
        (self.folder / "gate").unlink()
        for mark in self.folder.glob("arrived-*"):
            mark.unlink()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    with made.processes:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with many files, of which some have findings, and two configurations."""
    folder = tmp_path / "project"
    for number in range(FILES):
        path = folder / f"p{number % 3}" / f"m{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"import subprocess\nx = {number}\nassert x\nsubprocess.run('ls *', shell=True)\n")
    (folder / "p0" / "broken.py").write_text("def f(:\n")
    (folder / "p1" / "bandit.yaml").write_text("skips: [B101]\n")
    return folder


def scan(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a scan with a cache of the test's own."""
    command = [str(COMMANDS / "posse"), "scan", "-r", ".", "-q", "-f", "json", *arguments]
    env = os.environ | {"POSSE_CACHE_DIR": str(project.parent / "cache")}
    return subprocess.Popen(command, cwd=project, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a scan. Returns its status, its report without the time, and what it said."""
    with process:
        try:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
    lines = [line for line in out.splitlines() if '"generated_at"' not in line]
    return process.returncode, "\n".join(lines), err


def test_report_is_that_of_two_processes(cluster: Cluster, project: Path) -> None:
    cluster.open_gate()
    cluster.worker()
    cluster.worker()
    there = ended(scan(project, "--scheduler", cluster.address, "--no-cache"))
    here = ended(scan(project, "-j", "2", "--no-cache"))
    assert there == here and there[0] == 1
    assert len(json.loads(there[1])["results"]) > FILES
    assert cluster.arrived() == 2


def test_flows_between_files_are_those_of_one_machine(cluster: Cluster, project: Path) -> None:
    (project / "helper.py").write_text("import flask\n\ndef name():\n    return flask.request.args['name']\n")
    (project / "shell.py").write_text(
        "import os\nfrom helper import name\n\ndef run():\n    os.system('ls ' + name())\n"
    )
    cluster.open_gate()
    cluster.worker()
    there = ended(scan(project, "--flow", "--scheduler", cluster.address, "--no-cache"))
    assert there == ended(scan(project, "--flow", "--no-cache"))
    assert '"evidence": "shown"' in there[1]


def test_worker_that_dies_loses_nothing_and_one_that_comes_helps(cluster: Cluster, project: Path) -> None:
    first = cluster.worker()
    process = scan(project, "--scheduler", cluster.address, "--no-cache")
    until(lambda: cluster.arrived() == 1)
    stop(first)
    cluster.worker()
    until(lambda: cluster.arrived() == 2)
    cluster.open_gate()
    assert ended(process) == ended(scan(project, "--no-cache"))


def test_scheduler_that_is_lost_is_told_and_what_was_done_is_kept(cluster: Cluster, project: Path) -> None:
    cluster.open_gate()
    cluster.worker()
    (project / "p0" / "m0.py").write_text("assert 1\n")
    assert ended(scan(project, "--scheduler", cluster.address))[0] == 1
    cluster.close_gate()
    (project / "p0" / "m0.py").write_text("assert 2\n")
    process = scan(project, "--scheduler", cluster.address)
    until(cluster.arrived)
    stop(cluster.scheduler)
    status, report, said = ended(process)
    assert (status, report) == (2, "")
    assert f"the scheduler at {cluster.address} was lost" in said and "Traceback" not in said
    assert ended(scan(project)) == ended(scan(project, "--no-cache"))


def test_file_that_kills_workers_costs_itself_only(cluster: Cluster, project: Path) -> None:
    cluster.open_gate()
    (project / "p2" / "bad.py").write_text("assert 1  # kills its process\n")
    cluster.worker()
    status, report, said = ended(scan(project, "--scheduler", cluster.address, "--no-cache"))
    assert status == 1 and "p2/bad.py: the processes of several workers died with it" in said
    (project / "p2" / "bad.py").unlink()
    expected = json.loads(ended(scan(project, "--no-cache"))[1])
    assert json.loads(report)["results"] == expected["results"]


def test_file_that_takes_too_long_costs_itself(cluster: Cluster, project: Path) -> None:
    cluster.open_gate()
    cluster.worker()
    expected = json.loads(ended(scan(project, "--no-cache"))[1])["results"]
    (project / "p2" / "slow.py").write_text("assert 1  # hangs\n")
    status, report, said = ended(
        scan(project, "--scheduler", cluster.address, "--no-cache", "--time-limit", "0.5", "--fail-on-skipped")
    )
    assert status == 1 and "p2/slow.py: took longer than 0.5 s" in said
    assert json.loads(report)["results"] == expected


def test_worker_of_another_version_is_refused_by_name(cluster: Cluster, project: Path) -> None:
    cluster.open_gate()
    cluster.worker()
    cluster.worker(TEST_VERSION="9.9.9")
    status, report, said = ended(scan(project, "--scheduler", cluster.address))
    assert (status, report) == (2, "")
    assert "the worker tcp://127.0.0.1:" in said and "has Posse 9.9.9 on Python" in said


def test_cluster_without_workers_is_told(cluster: Cluster, project: Path) -> None:
    status, _, said = ended(scan(project, "--scheduler", cluster.address))
    assert status == 2 and f"the scheduler at {cluster.address} has no worker that answers" in said


@pytest.mark.parametrize("accepts", [False, True])
def test_scheduler_that_does_not_answer_is_told(accepts: bool, project: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if accepts:
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        status, _, said = ended(scan(project, "--scheduler", address))
    assert status == 2 and f"the scheduler at {address} does not answer" in said and "Traceback" not in said


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "inproc://x", "tcp://h", "ucx://h:1", "tcp://h:1/x", "tcp://\x1b:1"]
)
def test_address_of_another_kind_is_refused(address: str, project: Path) -> None:
    status, _, said = ended(scan(project, "--scheduler", address))
    assert status == 2 and "is not the address of a scheduler" in said and "\x1b" not in said


def test_configuration_names_no_scheduler(cluster: Cluster, project: Path) -> None:
    (project / ".bandit").write_text(f"[bandit]\nscheduler = {cluster.address}\n")
    (project / "bandit.yaml").write_text(f"posse: {{scheduler: '{cluster.address}'}}\n")
    ended(scan(project))
    log = (cluster.folder / "scheduler.log").read_text()
    assert "Receive client connection" not in log
