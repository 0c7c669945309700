"""The code blocks of all pages can be read by what they are for, and the commands in them exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from posse_server.cli import COMMANDS, DROP_IN, parser_for

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "*/README.md", "website/*.md")
    for page in ROOT.glob(pattern)
    if page != ROOT / "docs" / "rules.md"  # its blocks are the rules' examples, which tests/engine runs
)
READ_ELSEWHERE = {"text", "lua", "elisp", "vim"}
"""Blocks that are not code, or that the tests of editors read."""


def read_block(language: str, text: str) -> None:
    """Read a block. Raises an exception if its language does not allow it."""
    if language == "json":
        json.loads(text)
    elif language == "toml":
        tomllib.loads(text)
    elif language == "yaml":
        yaml.safe_load(text)
    elif language == "python":
        compile(text, "<page>", "exec")
    elif language == "sh":
        subprocess.run(["bash", "-n"], input=text, text=True, check=True, capture_output=True)
        for command in commands_in(text):
            understand(command)
    else:
        assert language in READ_ELSEWHERE, f"unknown language `{language}`"


def commands_in(script: str) -> list[list[str]]:
    """The arguments of each call of `posse` in a script, as a shell splits them."""
    lines = script.replace("\\\n", " ").splitlines()
    words = [shlex.split(re.split(r"[|>]", line)[0], comments=True) for line in lines if line.startswith("posse ")]
    return [arguments for _, *arguments in words]


def understand(arguments: list[str]) -> None:
    """Parse a command line of `posse`. Raises `AssertionError` if it is wrong."""
    if arguments[0] in DROP_IN or arguments == ["--version"]:
        return
    try:
        parser_for(COMMANDS).parse_args(arguments)
    except SystemExit as ended:
        raise AssertionError(f"posse {shlex.join(arguments)}: not understood") from ended


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_blocks_of_code_can_be_read(page: Path) -> None:
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        read_block(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", "posse scan --no-such-flag\n"),
        ("sh", "if\n"),
        ("yaml", "a: [\n"),
        ("toml", "a =\n"),
        ("json", "{"),
        ("python", "def\n"),
        ("rust", "fn main() {}\n"),
    ],
)
def test_mistakes_in_blocks_are_noticed(language: str, text: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - each reader has an error of its own
        read_block(language, text)
