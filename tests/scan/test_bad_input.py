"""Bad input: never a traceback, never a hang, one clear line each, and the scan continues."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from posse_server.system.reading import SOURCE_LIMIT
from tests.scan.conftest import Run

GOOD = b"import pickle\n"
COMMAND = [sys.executable, "-m", "posse_server.cli", "scan"]


def started(arguments: Sequence[str | bytes], folder: Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, which must end in time."""
    result: subprocess.CompletedProcess[bytes] = subprocess.run(  # type: ignore[call-overload]
        [*COMMAND, *arguments], cwd=folder, **{"capture_output": True, "timeout": 60, **options}
    )
    assert b"Traceback" not in (result.stderr or b"")
    return result


def reasons(report: str) -> dict[str, str]:
    """The reasons for skipped files, by file name."""
    return {error["filename"]: error["reason"] for error in json.loads(report)["errors"]}


SKIPPED = {
    "nul": (b"a = 1\n\nb = '\0'\n", "line 3: a NUL character, which Python source cannot contain"),
    "not-utf-8": (b"a = 1\nb = '\xff'\n", "line 2: not utf-8: invalid start byte"),
    "not-utf-8-comment": (b"import pickle\n# \xff\n", "line 2: not utf-8: invalid start byte"),
    "unknown-encoding": (b"# coding: martian\n", "line 1: unknown encoding: martian"),
    "no-text-encoding": (b"# coding: hex\n", "line 1: 'hex' is not a text encoding"),
    "two-encodings": (b"\xef\xbb\xbf# coding: latin-1\n", "line 1: encoding problem"),
    "utf-16": ("import pickle\n".encode("utf-16"), "line 1: a NUL character"),
    "syntax": (b"import pickle\na b\n", "line 2: invalid syntax"),
    "indentation": (b"if a:\n    b\n  c\n", "line 3: unindent"),
    "open-bracket": (b"a = (\n\n", "line 1: '(' was never closed"),
    "open-string": (b"a\n'''\n", "line 2: unterminated triple-quoted string"),
    "parentheses": (b"(" * 3000 + b")" * 3000, "line 1: too many nested parentheses"),
    "calls-in-calls": (b"f(" * 3000 + b")" * 3000, "line 1: too many nested parentheses"),
    "signs": (b"-" * 100_000 + b"1", "line 1: the nesting is too deep"),
    "large": (b"#" * (SOURCE_LIMIT.size + 1), "it is larger than 10 MB"),
}


@pytest.mark.parametrize(("content", "reason"), SKIPPED.values(), ids=SKIPPED)
def test_file_that_cannot_be_checked_is_skipped_with_its_reason(
    content: bytes, reason: str, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "bad.py").write_bytes(content)
    (tmp_path / "good.py").write_bytes(GOOD)
    outcome = posse("-f", "json", "bad.py", "good.py")
    assert outcome.status == 1
    assert [result["filename"] for result in json.loads(outcome.out)["results"]] == ["./good.py"]
    assert reasons(outcome.out)["./bad.py"].startswith(reason)
    assert outcome.err.startswith(f"posse: skipped ./bad.py: {reason}")
    assert len(outcome.err.splitlines()) == 1


ODD = {
    "empty": b"",
    "blank": b"\n \n\t\n\x0c\n",
    "mark-only": b"\xef\xbb\xbf",
    "terms": b"import pickle\na = " + b" + ".join([b"'a'"] * 20_000),
    "attributes": b"import pickle\na" + b".a" * 3000,
    "calls": b"import pickle\na" + b"()" * 3000,
    "subscripts": b"import pickle\na" + b"[0]" * 3000,
    "blocks": b"".join(b" " * depth + b"if a:\n" for depth in range(99)) + b" " * 99 + b"import pickle\n",
    "long-line": b"a = [" + b"1," * 200_000 + b"]\n",
    "dictionary": b"a = {" + b"'password': 'b',\n" * 14_000 + b"}\n",
    "returns": b"import pickle\r" * 3,
    "separators": "a = '\u2028\u2029\x85\x1c'\nimport pickle\n".encode(),
    "surrogate": b"a = '\\ud800'\nimport pickle\n",
    "escapes": b"import pickle\na = '\\d'\n'\\d'\nassert 1 is 1\n",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_odd_file_costs_neither_the_scan_nor_others(content: bytes, tmp_path: Path, posse: Run) -> None:
    """Whether Python's parser accepts the deepest of these depends on its version."""
    (tmp_path / "odd.py").write_bytes(content)
    (tmp_path / "good.py").write_bytes(GOOD)
    outcome = posse(
        "-f",
        "json",
        "-q",
        "-t",
        "B403,B105",
        "-n",
        "1",
        "good.py",
        "odd.py",
        *(["-lll"] if len(content) > 200_000 else []),
    )
    assert "Traceback" not in outcome.err
    assert set(reasons(outcome.out)) <= {"./odd.py"}
    assert len(outcome.err.splitlines()) == len(reasons(outcome.out))
    assert "./good.py" in json.loads(outcome.out)["metrics"]


def test_what_is_no_file_is_skipped(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "around").symlink_to(".")
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "device.py").symlink_to("/dev/zero")
    found = posse("-r", ".", "-f", "json")
    assert set(reasons(found.out)) == {"./loop.py", "./gone.py", "./pipe.py", "./device.py"}
    assert list(json.loads(found.out)["metrics"]) == ["./good.py", "_totals"]
    named = posse("-f", "json", *sorted(path.name for path in tmp_path.iterdir()), "/dev/null", "no\nwhere", "")
    assert set(reasons(named.out)) == set(reasons(found.out)) | {"/dev/null", "./no\nwhere", "./"}
    assert "posse: skipped folder.py: it is a folder; scan its files with -r\n" in named.err
    assert len(named.err.splitlines()) == len(reasons(named.out)) + 2, "the links to folders are folders"
    assert found.status == named.status == 1


def test_link_in_a_folder_is_followed_to_a_file_but_not_to_a_folder(tmp_path: Path, posse: Run, bandit: Run) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "good.py").write_bytes(GOOD)
    (tmp_path / "b" / "folder").symlink_to("../a")
    (tmp_path / "b" / "file.py").symlink_to("../a/good.py")
    ours, theirs = (json.loads(run("-r", "b", "-f", "json").out)["metrics"] for run in (posse, bandit))
    assert ours == theirs
    assert list(ours) == ["_totals", "b/file.py"] or list(ours) == ["b/file.py", "_totals"]


def test_what_may_not_be_read_is_skipped(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    # A regular file that the kernel lets nobody read, whoever runs the tests.
    (tmp_path / "bad.py").symlink_to("/proc/sys/net/ipv4/route/flush")
    outcome = posse("-r", ".", "-f", "json")
    assert reasons(outcome.out) == {"./bad.py": "Permission denied"}


@pytest.mark.skipif(sys.platform != "linux", reason="file names must be text there")
def test_name_that_is_no_text_is_shown_with_escapes(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.py"
    try:
        with open(name, "wb") as file:
            file.write(GOOD)
        with open(os.fsencode(tmp_path) + b"/bad\xff\n.py", "wb") as file:
            file.write(b"a b\n")
    except OSError:
        pytest.skip("file names must be text here")
    for arguments in ("-f json", "-f txt -v", "-f screen", "-f json -o out", "-j 2"):
        result = started(["-r", ".", *arguments.split()], tmp_path)
        assert result.returncode == 1
        assert rb"posse: skipped ./bad\udcff\n.py: line 1: invalid syntax" in result.stderr
        report = (tmp_path / "out").read_bytes() if "out" in arguments else result.stdout
        assert rb"caf\udce9.py" in report
    result = started(["caf\udce9.py"], tmp_path)
    assert result.returncode == 1


def test_text_that_the_terminal_has_no_bytes_for_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("password = 'é𝛼'\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = started(["a.py"], tmp_path, env=environment)
    assert result.returncode == 1
    assert rb"\xe9\U0001d6fc" in result.stdout


def test_deep_folders_are_scanned(tmp_path: Path, posse: Run) -> None:
    """As deep as a path can be, which exceeds Python's recursion limit."""
    here = os.open(tmp_path, os.O_RDONLY)
    depth = 1200
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        here = _moved(here, "d")
    os.close(os.open("a.py", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    outcome = posse("-r", ".", "-f", "json")
    os.unlink("a.py", dir_fd=here)
    for _ in range(depth):
        here = _moved(here, "..")
        os.rmdir("d", dir_fd=here)
    os.close(here)
    assert len(json.loads(outcome.out)["metrics"]) == 2


def _moved(folder: int, name: str) -> int:
    """A folder beside it, opened instead of it."""
    neighbour = os.open(name, os.O_RDONLY, dir_fd=folder)
    os.close(folder)
    return neighbour


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_report_that_cannot_be_written_is_told(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    for output in ("nowhere/out", ".", "/dev/full"):
        outcome = posse("good.py", "-o", output)
        assert outcome.status == 2
        assert outcome.err.startswith(f"posse: cannot write {output}: ")
        assert len(outcome.err.splitlines()) == 1
    with open("/dev/full", "wb") as full:
        result = started(["good.py"], tmp_path, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert result.returncode == 2
    assert result.stderr == b"posse: cannot write the report: No space left on device\n"


@pytest.mark.parametrize("arguments", [["-f", "json"], ["-f", "txt"]])
def test_reader_that_leaves_is_no_error(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "many.py").write_bytes(GOOD * 3000)
    with subprocess.Popen([*COMMAND, *arguments, "many.py"], cwd=tmp_path, stdout=-1, stderr=-1) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_closed_streams_are_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    command = f'"{sys.executable}" -m posse_server.cli scan'
    for redirection, status in (("-f json good.py >&-", 2), ("good.py nowhere.py 2>&-", 1), ("- <&-", 2)):
        result = subprocess.run(f"{command} {redirection}", shell=True, cwd=tmp_path, capture_output=True, timeout=60)
        assert result.returncode == status, result
        assert b"Traceback" not in result.stderr


AS_ON_A_MAC = """
import sys

if __name__ == "__main__":
    sys.platform = "darwin"  # where processes are spawned, not forked
    from posse_server.cli import main

    sys.exit(main(["scan", "-q", "-j", "2", "-r", ".", "-f", "json"]))
"""


def test_no_process_imports_what_lies_in_the_folder_that_is_scanned(tmp_path: Path) -> None:
    script, folder = tmp_path / "script.py", tmp_path / "project"
    folder.mkdir()
    script.write_text(AS_ON_A_MAC)
    for name in ("multiprocessing", "runpy", "posse_server"):
        (folder / f"{name}.py").write_text(f"open('{name}.ran', 'w').close()\nassert a\n")
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, timeout=60)
    assert done.stderr == b""
    assert len(json.loads(done.stdout)["results"]) == 3
    assert sorted(path.suffix for path in folder.iterdir()) == [".py"] * 3
