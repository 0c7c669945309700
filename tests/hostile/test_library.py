"""The library on hostile input: paths that are not regular files, and texts that are hard on a parser."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

import posse_checks
from posse_checks.api.configuring import TEXTS_KEPT, setup_for
from tests.hostile.growth import WIDE_LIMIT, Action, power

TEXTS = {
    "nested": "(" * 100_000,
    "blocks": "".join(" " * level + "if a:\n" for level in range(300)),
    "chain": "x = 1" + "+1" * 100_000,
    "nul": "exec(a)\n\0\n",
    "surrogate": "exec(a)\nx = '\udc80'\n",
    "separators": "exec(a)\x0c\u2028\x85\n",
    "returns": "exec(a)\r\r\n\rexec(b)",
    "unended": "exec(a)\nx = '''",
    "nosec": "exec(a)  # nosec " + "B102," * 50_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_has_a_result(name: str) -> None:
    text = TEXTS[name]
    for source in (text, text.encode(errors="surrogatepass")):
        result = posse_checks.check_source(source)
        assert isinstance(result, posse_checks.CheckResult)
        for finding in result.findings:
            for fix in posse_checks.fixes_for(result, finding):
                posse_checks.apply_fix(result, fix)


@pytest.mark.parametrize("unit", ["exec(a)\n", "if a\n", "x = (\n", "exec(a)  # nosec\n", "exec(a); "])
def test_a_source_costs_in_proportion_to_its_length(unit: str) -> None:
    def make(size: int) -> Action:
        source = unit * size
        return lambda: posse_checks.check_source(source)

    assert power(make, limit=WIDE_LIMIT) < WIDE_LIMIT


def test_a_folder_and_a_large_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(posse_checks.UnreadableFileError, match="is a folder"):
        posse_checks.check_file(tmp_path)
    file = tmp_path / "a.py"
    file.write_bytes(b"exec(a)\n")
    assert posse_checks.check_file(file, maximum_bytes=8).findings
    with pytest.raises(posse_checks.UnreadableFileError, match="more than 7 bytes"):
        posse_checks.check_file(file, maximum_bytes=7)
    with pytest.raises(FileNotFoundError):
        posse_checks.check_file(tmp_path / "missing.py")
    with pytest.raises(ValueError, match="null"):
        posse_checks.check_file("a\0.py")


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes and devices with names")
def test_a_pipe_a_socket_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.py"
    os.mkfifo(pipe)
    listening = tmp_path / "socket.py"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(listening))
    for path in (pipe, listening, Path("/dev/zero")):
        link = tmp_path / f"{path.name}-link.py"
        link.symlink_to(path)
        for each in (path, link):
            with pytest.raises(posse_checks.UnreadableFileError, match="not a regular file"):
                posse_checks.check_file(each)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no files of the kernel")
def test_regular_files_of_the_kernel_have_a_result_or_an_error() -> None:
    assert posse_checks.check_file("/proc/self/maps").filename == "/proc/self/maps"  # has no size
    with pytest.raises(OSError, match="Input"):
        posse_checks.check_file("/proc/self/mem")


def test_configurations_that_are_kept_are_limited() -> None:
    first = setup_for("skips: [B101]")
    assert setup_for("skips: [B101]") is first
    for number in range(TEXTS_KEPT):
        setup_for(f"skips: [B101]  # {number}")
    assert setup_for("skips: [B101]") is not first
