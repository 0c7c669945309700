"""The checkouts that a scan of many is given, and the files of their reports."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from posse_server.scan.formats.table import FORMATS
from posse_server.scan.requests import FormatName, OutputFile
from posse_server.system.console import CommandError, shown, why
from posse_server.system.reading import Limit, read_bytes

LIST_LIMIT = Limit(8 << 20)
SUMMARY = "summary.json"
"""The name of the summary's file, beside the reports."""
LONGEST_NAME = 100
"""Limit for the length of a report's name, in characters, without the part that makes it unique."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_ENDINGS = {"custom": "txt", "github": "txt", "gitlab": "json", "junit": "xml", "markdown": "md"}
"""File extensions of formats, where they differ from the format's name."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A checkout to scan."""

    folder: Path
    """Absolute."""
    name: str
    """The name of its reports, unique in a list, ignoring case."""


def repositories_in(path: str) -> list[Repository]:
    """Read a list of checkouts: a folder on each line, relative to the working folder; `#` begins a comment.

    Returns each folder once. Raises CommandError if the list cannot be read or is empty.
    """
    try:
        lines = read_bytes(path, LIST_LIMIT).decode("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the list of repositories {shown(path)}: {why(error)}") from None
    wanted = (line.strip() for line in lines)
    folders = dict.fromkeys(
        Path(os.path.abspath(os.path.expanduser(line))) for line in wanted if line and not line.startswith("#")
    )
    if not folders:
        raise CommandError(f"the list {shown(path)} names no repository: write the path of a folder on each line")
    return _named(folders)


def _named(folders: Iterable[Path]) -> list[Repository]:
    taken = {SUMMARY.split(".")[0]: 1}
    repositories = []
    for folder in folders:
        wanted = _UNSAFE.sub("_", folder.name).strip("._-")[:LONGEST_NAME] or "repository"
        name = wanted
        while name.casefold() in taken:
            taken[wanted.casefold()] = count = taken.get(wanted.casefold(), 1) + 1
            name = f"{wanted}-{count}"
        taken[name.casefold()] = 1
        repositories.append(Repository(folder, name))
    return repositories


def reports_folder(words: Sequence[FormatName | OutputFile]) -> Path:
    """Make the folder that the command line names for the reports. Returns its absolute path. Raises CommandError."""
    outputs = [word.path for word in words if isinstance(word, OutputFile)]
    if len(outputs) != 1 or outputs == ["-"]:
        raise CommandError("--repositories writes many reports: name one folder for them with -o FOLDER")
    folder = Path(os.path.abspath(outputs[0]))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot create the folder {shown(outputs[0])} for the reports: {why(error)}") from None
    return folder


def report_files(
    words: Sequence[FormatName | OutputFile], folder: Path, repository: Repository
) -> list[FormatName | OutputFile]:
    """Returns the formats of the command line, JSON without any, each followed by a checkout's file for it."""
    formats = list(dict.fromkeys(word.name for word in words if isinstance(word, FormatName))) or ["json"]
    requests: list[FormatName | OutputFile] = []
    for format in formats:
        if format == "screen":
            others = ", ".join(sorted({*FORMATS} - {"screen"}))
            raise CommandError(f"the format screen is for terminals only: choose from {others}")
        ending = _ENDINGS.get(format, format)
        kind = format if ending == format else f"{format}.{ending}"
        requests += [FormatName(format), OutputFile(str(folder / f"{repository.name}.{kind}"))]
    return requests
