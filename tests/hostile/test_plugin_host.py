"""Plug-ins that misbehave: each loses its own findings, and is named; all others are found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from posse_server.plugins.host import Host
from posse_server.plugins.process import Order, ProcessError
from posse_server.plugins.question import Part, Question
from tests.plugin_environment import make_environment, plugin, reports

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the environments of these tests have links")

SOURCE = b"import os\nos.getcwd()\nprint(1)\n"
GOOD = plugin("G100", reports("good"))

MISBEHAVING = {
    "loops": ("while True:\n    pass", "took longer than"),
    "sleeps": ("import time\ntime.sleep(1000)", "took longer than"),
    "recurses": ("return check(context)", "raised RecursionError"),
    "allocates": ("bytearray(4 << 30)\n" + reports(), "raised MemoryError"),
    "raises": ("raise KeyError('policy')", "raised KeyError: 'policy'"),
    "raises_what_is_no_exception": ("class Stop(BaseException): pass\nraise Stop()", "raised Stop"),
    "exits": ("import sys\nsys.exit(3)", "raised SystemExit: 3"),
    "ends_the_process": ("import os\nos._exit(3)", "ended the process with status 3"),
    "is_killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended the process by SIGKILL"),
    "crashes": ("import ctypes\nctypes.string_at(0)", "ended the process by SIGSEGV"),
    "needs_a_file": ("open('./policy/policy.json')", "raised FileNotFoundError"),
    "returns_something_else": ("return ['finding']", "raised AttributeError"),
    "has_no_such_severity": ("return bandit.Issue(severity='AWFUL', confidence='HIGH', text='x')", "AWFUL"),
}
HARMLESS = {
    "prints": "print('x' * 100_000)",
    "writes_to_standard_output": "import os\nos.write(1, b'{}' * 1000)",
    "reads_standard_input": "import sys\nsys.stdin.read()",
    "closes_standard_output": "import sys\nsys.stdout.close()",
    "forks": "import os\nos.fork()",
    "starts_a_thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "changes_the_folder": "import os\nos.chdir('/')",
    "turns_off_the_recursion_limit": "import sys\nsys.setrecursionlimit(2000)",
}


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    started: list[Host] = []
    yield started
    for host in started:
        host.stop()


def host_of(folder: Path, hosts: list[Host], *, seconds: float = 20, **plugins: str) -> Host:
    python = make_environment(folder / "env", plugins)
    hosts.append(Host(Order(str(python), str(folder)), seconds=seconds))
    return hosts[-1]


def texts(host: Host, source: bytes = SOURCE) -> tuple[list[str], dict[str | None, str]]:
    answer = host.check(Question("./a.py", [Part(source)]))
    (found,) = answer.findings
    assert found is not None
    return [item["text"] for item in found], {trouble.name: trouble.why for trouble in answer.troubles}


@pytest.mark.parametrize("name", MISBEHAVING)
def test_plugin_that_fails_loses_its_own_findings_only(name: str, tmp_path: Path, hosts: list[Host]) -> None:
    body, why = MISBEHAVING[name]
    seconds = 1.5 if why == "took longer than" else 20
    host = host_of(tmp_path, hosts, seconds=seconds, good=GOOD, bad=plugin("X100", body))
    found, troubles = texts(host)
    assert found == ["good", "good"]
    assert troubles.keys() == {"bad"} or troubles.keys() == {"check"}
    assert why in next(iter(troubles.values()))


@pytest.mark.parametrize("name", HARMLESS)
def test_plugin_that_does_other_things_reports_what_it_finds(name: str, tmp_path: Path, hosts: list[Host]) -> None:
    host = host_of(tmp_path, hosts, good=GOOD, odd=plugin("X100", f"{HARMLESS[name]}\n{reports('odd')}"))
    assert (sorted(texts(host)[0]), texts(host)[1]) == (["good", "good", "odd", "odd"], {})


@pytest.mark.parametrize(
    ("top", "why"),
    [
        ("import os\nos._exit(4)", "loading it ended the process with status 4"),
        ("import sys\nsys.exit(4)", "SystemExit: 4"),
        ("from bandit.core import no_such_module", "ImportError"),
        ("def broken(:", "SyntaxError"),
        ("open('./policy.json')", "FileNotFoundError"),
        ("while True: bytearray(1 << 31)", "MemoryError"),
    ],
)
def test_plugin_that_does_not_load_is_named(top: str, why: str, tmp_path: Path, hosts: list[Host]) -> None:
    host = host_of(tmp_path, hosts, good=GOOD, bad=plugin("X100", reports(), top=top))
    assert texts(host)[0] == ["good", "good"]
    assert [(trouble.name, why in trouble.why) for trouble in host.troubles] == [("bad", True)]


def test_plugins_that_share_an_id_are_named_and_run(tmp_path: Path, hosts: list[Host]) -> None:
    one, other, as_bandits = (plugin(id, reports(id)) for id in ("X100", "X100", "B307"))
    host = host_of(tmp_path, hosts, one=one, other=other, boto=as_bandits)
    assert sorted(texts(host)[0]) == sorted(["X100", "X100", "B307"] * 2)
    told = {trouble.name: trouble.why for trouble in host.troubles}
    assert told.keys() == {"one", "other", "boto"}
    assert "X100 with other" in told["one"] and "B307 with eval" in told["boto"]


def test_plugin_that_ends_the_process_again_and_again_is_left_out(tmp_path: Path, hosts: list[Host]) -> None:
    host = host_of(tmp_path, hosts, good=GOOD, bad=plugin("X100", "import os\nos._exit(1)"))
    for _ in range(3):
        assert texts(host)[1].keys() == {"bad"}
    found, troubles = texts(host)
    assert (found, troubles) == (["good", "good"], {})
    assert [trouble.name for trouble in host.troubles] == ["bad"]


def test_interpreter_that_is_gone_is_told(tmp_path: Path, hosts: list[Host]) -> None:
    host = host_of(tmp_path, hosts, good=GOOD)
    assert texts(host)[0]
    host.stop()
    (tmp_path / "env" / "bin" / "python").unlink()
    for _ in range(3):
        with pytest.raises(ProcessError, match="does not start"):
            texts(host)


def test_environment_without_bandit_is_told(tmp_path: Path, hosts: list[Host]) -> None:
    host = host_of(tmp_path, hosts, good=GOOD)
    next((tmp_path / "env").glob("lib/*/site-packages/bandit")).unlink()
    with pytest.raises(ProcessError, match="No module named 'bandit'"):
        host.start()


def test_project_has_no_part_in_what_the_process_imports(tmp_path: Path, hosts: list[Host]) -> None:
    for name in ("bandit.py", "sitecustomize.py", "usercustomize.py", "json.py", "posse_server.py", "yaml.py"):
        (tmp_path / name).write_text("import pathlib\npathlib.Path(__file__).with_suffix('.ran').write_text('')\n")
    host = host_of(tmp_path, hosts, good=GOOD)
    assert texts(host)[0] == ["good", "good"]
    assert not list(tmp_path.glob("*.ran"))
