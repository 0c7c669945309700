"""The examples of using the library run as they are: a web service, and a hook for Git."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    command = [sys.executable, str(EXAMPLES / "web_service.py"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout is not None
        url = urlsplit(service.stdout.readline().strip())
        try:
            yield str(url.hostname), int(url.port or 0)
        finally:
            service.kill()


def answered(address: tuple[str, int], method: str, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    connection = HTTPConnection(*address, timeout=60)
    try:
        connection.request(method, path, body, headers)
        response: HTTPResponse = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_web_service_checks_what_is_posted(address: tuple[str, int]) -> None:
    status, content = answered(address, "POST", "/app.py", b"exec(command)\nif user\nassert user\n")
    assert status == 200
    assert [(each["id"], each["line"]) for each in content["findings"]] == [("B102", 1), ("B101", 3)]
    assert [each["line"] for each in content["not_checked"]] == [2]


def test_web_service_survives_hostile_requests(address: tuple[str, int]) -> None:
    assert answered(address, "GET", "/", b"")[0] == 400
    for length in ("-1", "1e9", "\u00b2", "9" * 5000):
        with socket.create_connection(address, timeout=60) as client:
            client.sendall(f"POST / HTTP/1.0\r\nContent-Length: {length}\r\n\r\n".encode("latin-1"))
            assert b" 400 " in client.makefile("rb").readline()
    with socket.create_connection(address, timeout=60) as client:
        client.sendall(b"POST / HTTP/1.0\r\nContent-Length: 999999999\r\n\r\n")
        assert b" 413 " in client.makefile("rb").readline()
    for body in (b"\0\xff\xfe", b"(" * 100_000, b"# coding: zlib_codec\n", b"x = 1" + b"+1" * 50_000):
        status, content = answered(address, "POST", "/..%2f..%00/%ff", body)
        assert status == 200, content
    assert answered(address, "POST", "/", b"exec(a)\n")[1]["findings"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("init", "-q")
    hooks = tmp_path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    hook = hooks / "pre-commit"
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{EXAMPLES / 'pre_commit.py'}'\n")
    hook.chmod(0o755)
    return tmp_path


def committed(repository: Path) -> tuple[int, str]:
    identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", "add", "-A"], cwd=repository, check=True, capture_output=True)
    done = subprocess.run(
        ["git", "commit", "-q", "-m", "test"],
        cwd=repository,
        env={**os.environ, **identity, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_hook_lets_clean_files_pass_and_stops_findings(repository: Path) -> None:
    (repository / "a.py").write_text("print(1)\n")
    (repository / "notes.txt").write_text("exec(a)\n")
    assert committed(repository) == (0, "")
    (repository / "a.py").write_text("exec(command)\nif user\n")
    status, output = committed(repository)
    assert status == 1
    assert "a.py:1: B102 Use of exec detected." in output and "a.py:2: not checked: " in output


def test_hook_heeds_the_staged_configuration(repository: Path) -> None:
    (repository / "bandit.yaml").write_text("skips: [B102]\n")
    (repository / "a.py").write_text("exec(command)\n")
    assert committed(repository) == (0, "")
    (repository / "bandit.yaml").write_text("skips: [B999]\n")
    (repository / "a.py").write_text("exec(other)\n")
    status, output = committed(repository)
    assert status == 1 and "bandit.yaml:1: " in output


@pytest.mark.skipif(sys.platform == "win32", reason="no file there can have these names")
def test_hook_reads_hostile_names_as_names(repository: Path) -> None:
    for name in ("--help.py", "1:a.py", "a\x1b[31m\n.py", "$(touch x).py"):
        (repository / name).write_text("exec(command)\n")
    status, output = committed(repository)
    assert status == 1
    assert output.count("B102") == 4 and "\x1b" not in output
    assert not (repository / "x").exists()
