"""The files of declared checks that a configuration names, read beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from posse_checks.config.check_file import DEFAULT_PATTERNS, PATTERN, ParsedChecks, read_check_file
from posse_checks.config.policy import Policy
from posse_checks.config.problem import Problem
from posse_checks.config.reader import ParsedConfiguration
from posse_checks.declared.check import DeclaredCheck, ExampleCode
from posse_checks.declared.examples import findings_in
from posse_checks.python.syntax import Broken
from posse_checks.python.text import content_length, split_lines
from posse_checks.rule.finding import Finding
from posse_server.system.console import why
from posse_server.system.reading import YAML_LIMIT, Stamp, read_bytes, stamp_of

MAXIMUM_FILES = 100
"""Limit for the files of one configuration."""
_MOST_ENTRIES = 10_000
"""Limit for the entries of a folder that are looked at."""
CHECKS_FOLDER = (".posse", "checks")


class CheckFile(NamedTuple):
    """A file of checks at one time."""

    path: Path
    parsed: ParsedChecks
    lines: Sequence[str]


def is_check_file(path: Path) -> bool:
    """Whether a path is that of a file of checks in the usual folder."""
    return path.suffix in (".yaml", ".yml") and path.parts[-3:-1] == CHECKS_FOLDER


def paths_of(folder: Path, options: Mapping[str, object]) -> list[Path]:
    """Returns the files of checks that options name, in order; links and folders are among them."""
    patterns = options.get("check_files", DEFAULT_PATTERNS)
    found: dict[Path, None] = {}
    for pattern in patterns if isinstance(patterns, tuple) else ():
        if PATTERN.fullmatch(pattern) and not pattern.endswith(".py"):
            found |= dict.fromkeys(_matching(folder, pattern))
    return list(islice(found, MAXIMUM_FILES))


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    below, _, name = pattern.rpartition("/")
    try:
        with os.scandir(folder / below) as entries:
            names = [entry.name for entry in islice(entries, _MOST_ENTRIES)]
    except OSError:
        return
    yield from (folder / below / each for each in sorted(names) if fnmatchcase(each, name))


def stamps_in(folder: Path, options: Mapping[str, object]) -> Sequence[Stamp | None]:
    """Returns the stamps of the files of checks that options name."""
    return [stamp_of(path) for path in paths_of(folder, options)]


def read_check_files(folder: Path, options: Mapping[str, object], project: Path | None) -> tuple[CheckFile, ...]:
    """Reads the files of checks that options name, which must be in the project, or in the folder without one."""
    taken: dict[str, str] = {}
    for check in options.get("checks", ()):  # type: ignore[attr-defined]  # it has no faults
        taken |= dict.fromkeys((check.id, check.name), "the configuration")
    files = []
    for path in paths_of(folder, options):
        name = path.relative_to(folder).as_posix()
        file = _read(path, name, project or folder)
        files.append(file._replace(parsed=_without_clashes(file, taken)))
        for check in files[-1].parsed.checks:
            taken |= dict.fromkeys((check.id, check.name), name)
    return tuple(files)


def _read(path: Path, name: str, project: Path) -> CheckFile:
    try:
        source = read_bytes(path, YAML_LIMIT, within=project).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(0, 0, 0, 0, f"The file is not UTF-8: {error.reason} at byte {error.start}.", fatal=False)
        return CheckFile(path, ParsedChecks(problems=(problem,)), ())
    except (OSError, ValueError) as error:
        problem = Problem(0, 0, 0, 0, f"Cannot read the file: {why(error)}.", fatal=False)
        return CheckFile(path, ParsedChecks(problems=(problem,)), ())
    return CheckFile(path, read_check_file(source, name), split_lines(source))


def _without_clashes(file: CheckFile, taken: Mapping[str, str]) -> ParsedChecks:
    """Returns the checks whose ID and name no earlier file has; the others are problems."""
    problems, kept = list(file.parsed.problems), list[DeclaredCheck]()
    for check in file.parsed.checks:
        word = next((word for word in (check.id, check.name) if word in taken), None)
        if word is None:
            kept.append(check)
            continue
        message = f"`{word}` is already declared in {taken[word]}. Choose another; this check is not used."
        line = file.lines[check.line]
        start = max(line.find(word), 0)
        end = start + len(word) if word in line else content_length(line)
        problems.append(Problem(check.line, start, check.line, end, message, fatal=False))
    return ParsedChecks(tuple(kept), tuple(problems))


def with_check_files(parsed: ParsedConfiguration, files: Sequence[CheckFile]) -> ParsedConfiguration:
    """Returns a configuration with the checks of files; their IDs are known in it."""
    checks = [check for file in files for check in file.parsed.checks]
    if parsed.configuration is None or not checks:
        return parsed
    options = {**parsed.policy_options, "checks": (*parsed.policy_options.get("checks", ()), *checks)}
    ids = {check.id for check in checks}
    return replace(
        parsed,
        configuration=replace(parsed.configuration, policy=Policy.of(options)),
        policy_options=options,
        problems=tuple(problem for problem in parsed.problems if problem.unknown_id not in ids),
    )


def findings_in_example(check: DeclaredCheck, example: ExampleCode) -> tuple[Finding, ...] | Broken:
    """Returns what a check reports in one of its examples. What follows data is loaded when it is needed first."""
    if check.flow is None:
        return findings_in(check, example)
    from posse_checks.flow.own_examples import flows_in_example

    return flows_in_example(check, example)
