"""Terminals, build logs and hovers show the content of a project's files as text, and obey none of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posse_server.cli import main
from posse_server.protocol.markup import address, escaped
from posse_server.system import console
from posse_server.system.console import printable, shown
from posse_server.transport.logs import BoundedFormatter
from tests.server.raw import EXIT, INITIALIZED, SHUTDOWN, run

CONTROLS = [
    *("\x1b[31m", "\x1b]0;owned\x07", "\x9b31m", "\x00", "\x08\x08", "\x7f", "\x85", "\r", "\x0b", "\x0c", "\x1c"),
    *("\u2028", "\u2029", "\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),
]
"""Sequences that move a cursor, name a window, end a line, or change the direction of writing."""
FORBIDDEN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
COMMANDS = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)
"""Text that build services take for commands."""


Printed = Callable[..., str]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    """Runs a command. Returns its whole output, which contains nothing that a terminal or a build service obeys."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        with contextlib.suppress(SystemExit):
            main(arguments)
        captured = capsys.readouterr()
        said = captured.out + captured.err
        assert "Traceback" not in said
        assert not FORBIDDEN.findall(said)
        assert not COMMANDS.findall(said), said
        return said

    return run


def in_names(control: str) -> bool:
    return "\0" not in control and os.name == "posix"


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_controls_in_a_project_reach_no_terminal(control: str, tmp_path: Path, printed: Printed) -> None:
    code = f"password = 'a{control}b'  # {control}\nos.system(x)\n" if control not in "\x00\r\x0c" else "assert x\n"
    (tmp_path / "a.py").write_bytes(code.encode())
    entry: dict[str, object] = {
        "code": control,
        "filename": f"./a{control}.py",
        "issue_text": control,
        "test_id": "B404",
    }
    entry |= {"test_name": control, "issue_severity": "HIGH", "issue_confidence": "HIGH", "line_number": 1}
    (tmp_path / "known.json").write_text(json.dumps({"results": [entry]}))
    quoted = json.dumps(control)
    (tmp_path / "bandit.yaml").write_text(
        f'skips: [{quoted}]\nposse: {{per_file_ignores: {{"*/{quoted[1:-1]}": [B101]}}}}\n'
    )
    names = [f"x{control}y.py", f"broken{control}.py"] if in_names(control) else []
    for name in names:
        (tmp_path / name).write_text("a b\n" if "broken" in name else "assert x\n")
    for form in ("txt", "screen", "json"):
        said = printed("scan", "-r", ".", "-f", form, "-v") if form != "screen" else ""
        assert form != "txt" or not names or ascii(control)[1:-1] in said
    printed("baseline", "show", "-b", "known.json")
    printed("baseline", "show", "-b", "known.json", *names, "a.py")
    argument = control.replace("\0", "")
    for words in (
        *(["config", "show", f"a{argument}.py"], ["scan", f"nowhere{argument}.py"], ["scan", "-t", f"B1{argument}"]),
        *(
            ["scan", "a.py", "-f", f"x{argument}"],
            [f"{argument}x"],
            ["rules", f"B1{argument}"],
            ["scan", f"--{argument}x"],
        ),
        *(["scan", "a.py", "-o", f"no{argument}/x"], ["baseline", "show", "-b", f"no{argument}.json"]),
        ["scan", "a.py", "-c", f"no{argument}.yaml"],
    ):
        printed(*words)


@pytest.mark.skipif(os.name != "posix", reason="needs names with line ends")
@pytest.mark.parametrize(
    "command",
    [
        "::error file=a.py,line=1::owned",
        " \t::stop-commands::x",
        "##[error]owned",
        "##vso[task.setvariable variable=x]y",
    ],
)
def test_no_line_of_output_is_a_command_to_the_build_service(command: str, tmp_path: Path, printed: Printed) -> None:
    for name in (f"a\n{command}\n.py", f"b\r{command}.py", f"{command}.py", f"broken\n{command}.py"):
        (tmp_path / name).write_text("a b\n" if name.startswith("broken") else "assert x\n")
    (tmp_path / "c.py").write_text(f"password = '''\n{command}\n'''\npassword = 'x\\n{command}'\n")
    (tmp_path / "bandit.yaml").write_text(json.dumps({"skips": [f"a\n{command}"], "posse": {f"\n{command}": 1}}))
    names = sorted(path.name for path in tmp_path.glob("*.py"))
    for arguments in (["scan", "-r", ".", "-v"], ["scan", "-v", *names], ["config", "show", f"a\n{command}.py"]):
        said = printed(*arguments)
        assert "owned" in said or "owned" not in command
    printed("scan", f"x\n{command}", f"--flag\n{command}", "-f", f"\n{command}")
    printed("scan", "c.py", "--ini", f"\n{command}")


def test_harmless_text_is_printed_as_it_is() -> None:
    for text in ("a\tb", "héllo wörld", "日本語", "👩‍👩‍👧", "a  b", "\\n", "ﷺ עברית"):
        assert printable(text) == text
    assert shown("a\tb\nc é") == r"a\tb\nc é"


def test_a_log_record_cannot_end_its_line_unseen() -> None:
    script = (
        "import logging\nfrom posse_server.system.console import log_to_stderr\n"
        "log_to_stderr('INFO', '%(message)s')\nlogging.info('a\\x1b[31m %s', 'b\\r\\u202ec')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "a\\x1b[31m b\\r\\u202ec\n"


def test_nothing_is_printed_past_the_escapes() -> None:
    """All output goes through `console.py`; `logs.py` logs with its formatter; `progress.py` counts files."""
    direct = re.compile(r"\bprint\(|basicConfig|std(?:out|err)\.(?:buffer\.)?write|argparse\.ArgumentParser\(")
    package = Path(console.__file__).parents[1]
    found = {path.name for path in package.rglob("*.py") if direct.search(path.read_text(encoding="utf-8"))}
    assert found == {"console.py", "logs.py", "progress.py"}
    assert issubclass(BoundedFormatter, console.LogFormatter)


# ---------------------------------------------------------------- in an editor

MARKDOWN = {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}


def answers(uri: str, text: str, places: list[tuple[int, int]], capabilities: dict[str, Any] = MARKDOWN) -> list[Any]:
    """The hovers at some positions of a document, and after them all messages."""
    initialize = {
        "id": 1,
        "method": "initialize",
        "params": {"processId": None, "rootUri": None, "capabilities": capabilities},
    }
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": document}}
    hovers = [
        {
            "id": 10 + number,
            "method": "textDocument/hover",
            "params": {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}},
        }
        for number, (line, column) in enumerate(places)
    ]
    ended = run([initialize, INITIALIZED, opened, *hovers, SHUTDOWN, EXIT])
    assert ended.status == 0
    said = [ended.answer(10 + number) for number in range(len(places))]
    assert not [answer["error"] for answer in said if "error" in answer]
    return [*(answer["result"]["contents"]["value"] for answer in said if answer["result"]), ended.messages]


@pytest.mark.parametrize(
    "name",
    [
        *("a) [Click](https:pages.example)(.py", "a](https:pages.example) ![x](https://pages.example/x.png).py"),
        *(
            "<a href='https://pages.example'>x</a>.py",
            "a\n\n# Heading\n[x](y.example).py",
            "`a`**b**\\).py",
            "a b\u202e.py",
        ),
    ],
)
def test_a_file_name_brings_no_markdown_into_a_hover(name: str) -> None:
    uri = f"file:///project/{name}"
    text = "from subprocess import call as run\nrun(c, shell=True)\n"
    [hover, _] = answers(uri, text, [(1, 8)])
    [target] = re.findall(r"imported in \[line 1\]\(([^()\s<>]*)#L1\)\.", hover)
    assert "pages.example" not in re.sub(r"\([^()\s]*\)", "", hover.split("\n\n")[2])
    assert FORBIDDEN.search(hover) is None
    assert re.fullmatch(r"file:///project/[\w.%:/@=,;~#-]*", target)


@pytest.mark.parametrize(
    "secret",
    [
        *("[x](https://pages.example)", "<img src=https://pages.example>", "```", "**b**", "https://pages.example"),
        *("www.pages.example", "me@pages.example", "\\u202eabc\\u2066", "a\\nb\\n# c", "&lt;&#91;"),
    ],
)
def test_what_a_message_quotes_is_not_in_a_hover(secret: str) -> None:
    [other, _] = answers("file:///a.py", "password = 'hunter2'\n", [(0, 12)])
    [hover, messages] = answers("file:///a.py", f"password = '{secret}'\n", [(0, 12)])
    assert hover.startswith("**B105**") and not FORBIDDEN.search(hover)
    assert set(hover.splitlines()) <= {*other.splitlines(), "**No fix:** it is probably not a secret."}
    [diagnostics] = [
        m["params"]["diagnostics"] for m in messages if m.get("method") == "textDocument/publishDiagnostics"
    ][:1]
    assert not any(FORBIDDEN.search(one["message"]) or "\n" in one["message"] for one in diagnostics)


def test_an_address_ends_no_link() -> None:
    for uri in ("file:///a)b", "file:///a b", "file:///a\nb", "file:///<a>", "file:///\\", "untitled:\udcff)"):
        assert re.fullmatch(r"[\w.%:/@=,;~#-]+", address(uri))
    assert address("file:///c%3A/a%20b.py") == "file:///c%3A/a%20b.py"
    assert escaped("a\u202e\x1b[0m") == r"a\\u202e\\x1b\[0m"


HUGE = "0x" + "f" * 8000
"""More digits than Python converts to decimal."""


FAILING = ("os.chmod(0x", *(("tar.extractall(",) if sys.version_info >= (3, 14) else ()))
"""Lines on which Bandit's checks fail, since Python cannot format a number; since 3.14 it formats those in nodes."""


@pytest.mark.parametrize(
    "line",
    [
        f"os.chmod(f, {HUGE})",
        f"os.chmod({HUGE}, 0o777)",
        f"tar.extractall(members={HUGE})",
        f"cursor.execute('select a from b where c = %s' % d[{HUGE}])",
        f"subprocess.run(c, shell={HUGE})",
        f"assert x, {HUGE}",
        f"random.random({HUGE}, {HUGE}j)",
        f"requests.get(a, timeout={HUGE}, verify=False)",
        f"RSA.generate({HUGE} and 5) # nosec",
        f"password = '{'7' * 9000}'",
    ],
)
def test_a_number_of_thousands_of_digits_fails_no_request(line: str) -> None:
    imports = "import os, random, requests, subprocess, tarfile\nfrom Crypto.PublicKey import RSA\n"
    uri = "file:///a.py"
    text = imports + line + "\n"
    place = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": len(line)}}
    actions = {
        "id": 5,
        "method": "textDocument/codeAction",
        "params": {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}},
    }
    initialize = {
        "id": 1,
        "method": "initialize",
        "params": {"processId": None, "rootUri": None, "capabilities": MARKDOWN},
    }
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    hovers: list[dict[str, Any]] = [
        {
            "id": 10 + column,
            "method": "textDocument/hover",
            "params": {"textDocument": {"uri": uri}, "position": {"line": 2, "character": column}},
        }
        for column in range(0, min(len(line), 40), 4)
    ]
    opened = {"method": "textDocument/didOpen", "params": {"textDocument": document}}
    ended = run([initialize, INITIALIZED, opened, actions, *hovers, SHUTDOWN, EXIT])
    assert ended.status == 0
    assert not [message for message in ended.messages if "error" in message]
    assert "digits" not in ended.log or line.startswith(FAILING), "there the check fails, as Bandit's does"
