"""Pages of prose whose files and commands are run: README.md describes their format."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60
"""Timeout of one command, in seconds."""

_HEADING = re.compile(r"#+ (?P<title>.+)")
_FENCE = re.compile(r"(?P<fence>`{3,})(?P<language>[^\s`]*) *(?P<name>[^`]*?)\s*")


@dataclass(frozen=True)
class Command:
    """A shell command, and its expected output."""

    line: int
    text: str
    expected: str


@dataclass(frozen=True)
class File:
    """A file that a section writes."""

    name: str
    content: str


@dataclass(frozen=True)
class Section:
    """The content under one heading, in order."""

    title: str
    steps: tuple[Command | File, ...]


def sections_of(page: Path) -> Iterator[Section]:
    """The sections of a page with something to run."""
    title, steps = page.name, list[Command | File]()
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), 1))
    for number, line in lines:
        if heading := _HEADING.fullmatch(line):
            if steps:
                yield Section(title, tuple(steps))
            title, steps = heading["title"], []
        elif fence := _FENCE.fullmatch(line):
            block = []
            for _, inner in lines:
                if inner == fence["fence"]:
                    break
                block.append(inner)
            if fence["language"] == "console":
                steps += _commands(number + 1, block)
            elif fence["name"]:
                steps.append(File(fence["name"], "".join(f"{inner}\n" for inner in block)))
    if steps:
        yield Section(title, tuple(steps))


def perform(section: Section, folder: Path) -> None:
    """Run a section in a folder.

    Raises AssertionError if a command's output differs from the page.
    """
    status = 0
    for step in section.steps:
        if isinstance(step, File):
            path = folder / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.content, encoding="utf-8", newline="")
            continue
        written, status = _run(step.text, folder, status)
        assert re.fullmatch(_pattern(step.expected), written), (
            f"line {step.line}: $ {step.text}\n--- expected\n{step.expected}--- written\n{written}"
        )


def _commands(first: int, block: list[str]) -> Iterator[Command]:
    starts = [index for index, line in enumerate(block) if line.startswith("$ ")]
    assert not block or starts[:1] == [0], f"line {first}: a session begins with a command, after `$ `"
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        expected = "".join(f"{line}\n" for line in block[start + 1 : end])
        yield Command(first + start, block[start][2:], expected)


def _run(command: str, folder: Path, status: int) -> tuple[str, int]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["sh", "-c", f"(exit {status})\n{command}"],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout.decode(errors="backslashreplace"), done.returncode


def _pattern(expected: str) -> str:
    lines = (
        r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
        for line in expected.splitlines()
    )
    return "".join(lines)
