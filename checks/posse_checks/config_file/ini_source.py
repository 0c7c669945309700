"""`.bandit` files: arguments of Bandit's command line that lie with the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from posse_checks.catalogue import ids_by_name
from posse_checks.config_file.kinds import did_you_mean, unknown_id
from posse_checks.config_file.problem import Problem
from posse_checks.finding import Level
from posse_checks.selection import LEVEL_WORDS, NOTHING, Selection
from posse_checks.text import split_lines

SECTION = "bandit"
SWITCHES = ("recursive", "verbose", "quiet", "ignore-nosec", "debug")
"""Options that count as soon as they have a value, whatever that is."""
OPTIONS: Mapping[str, str] = {
    "targets": "What is scanned, where the command line does not say: paths, separated by commas.",
    "recursive": "Whether folders are looked into.",
    "exclude": "Paths to leave out: patterns or parts, separated by commas, in place of Bandit's own.",
    "configfile": "The configuration in YAML or TOML.",
    "profile": "A profile of that configuration.",
    "tests": "The IDs of the rules that run, separated by commas.",
    "skips": "The IDs of the rules that do not run, separated by commas.",
    "level": "The lowest severity: all, low, medium, high, or 1 to 4.",
    "confidence": "The lowest confidence: all, low, medium, high, or 1 to 4.",
    "ignore-nosec": "Whether `# nosec` comments count for nothing.",
    "baseline": "A JSON report of findings that are known already.",
    "format": "The format of the report.",
    "output": "The file that the report is written to.",
    "number": "How many lines of code the report shows.",
    "aggregate": "The order of a report: file or vuln.",
    "msg-template": "Bandit's template for reports.",
    "verbose": "Whether the report lists files.",
    "quiet": "Whether a report without findings is left out.",
    "debug": "Whether the log is written in full.",
}
"""The options that Bandit reads."""


@dataclass(frozen=True, slots=True)
class Ini:
    """What a file says: its options, what they select, and what is wrong with them."""

    options: Mapping[str, str] = field(default_factory=dict)
    selection: Selection = NOTHING
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    """The line of each option, from 0."""


NOTHING_SAID = Ini()
"""No file."""


def read_ini(source: str) -> Ini:
    """Read a file. One that cannot be read says nothing, as in Bandit; that is a problem and not fatal."""
    import configparser  # few projects have such a file

    parser = configparser.ConfigParser()
    try:
        parser.read_string(source)
        options = dict(parser.items(SECTION))
    except configparser.Error as error:
        reason = " ".join(str(error).split()).replace("'<string>'", "the file")
        message = f"It is not used, since it cannot be read or has no section [{SECTION}]: {reason}."
        return Ini(problems=(_in_line(_line_of(error), source, message),))
    lines = {name: line for name in options if (line := _find(source, name)) is not None}
    selection, problems = NOTHING, list(_harmless(options, lines, source))
    try:
        selection = _selection(options)
    except _Mistake as mistake:
        problems.append(_in_line(lines.get(mistake.option, 0), source, str(mistake), fatal=True))
    return Ini(options, selection, tuple(problems), lines)


class _Mistake(Exception):
    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


def _selection(options: Mapping[str, str]) -> Selection:
    exclude = options.get("exclude")
    return Selection(
        profile=options.get("profile") or None,
        tests=ids_in(options.get("tests")),
        skips=ids_in(options.get("skips")),
        excluded=tuple(exclude.split(",")) if exclude else None,
        severity=_level("level", options),
        confidence=_level("confidence", options),
        ignore_nosec=bool(options.get("ignore-nosec")),
    )


def ids_in(listed: str | None) -> tuple[str, ...]:
    """IDs that are separated by commas, and by nothing else."""
    return tuple(listed.split(",")) if listed else ()


def _level(name: str, options: Mapping[str, str]) -> Level | None:
    value = options.get(name)
    if not value:
        return None
    if value.lower() in LEVEL_WORDS:
        return LEVEL_WORDS[value.lower()]
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:2]) <= len(LEVEL_WORDS)):
        raise _Mistake(name, f"`{name}` is one of {', '.join(LEVEL_WORDS)}, or 1 to {len(LEVEL_WORDS)}.")
    return Level(int(value) - 1)


def _harmless(options: Mapping[str, str], lines: Mapping[str, int], source: str) -> Iterator[Problem]:
    for name in options:
        if name not in OPTIONS and name in lines and (guess := did_you_mean(name, OPTIONS)):
            yield _in_line(lines[name], source, f"There is no option `{name}`.{guess}")
    for name in SWITCHES:
        if options.get(name, "").lower() in ("false", "no", "off", "0"):
            message = f"`{name} = {options[name]}` counts as true, as it does in Bandit; leave it out instead."
            yield _in_line(lines.get(name, 0), source, message)
    known = set(ids_by_name().values())
    for name in ("tests", "skips"):
        for id in _unknown(ids_in(options.get(name)), known):
            yield _in_line(lines.get(name, 0), source, unknown_id(id))


def _unknown(given: Iterable[str], known: set[str]) -> Iterable[str]:
    return (id for id in dict.fromkeys(given) if id not in known)


def _in_line(line: int, source: str, message: str, *, fatal: bool = False) -> Problem:
    """A problem that is shown under a whole line, without the white space around it."""
    lines = split_lines(source)
    text = lines[line] if line < len(lines) else ""
    start = len(text) - len(text.lstrip())
    return Problem(line, start, line, max(len(text.rstrip()), start), message, fatal)


def _find(source: str, option: str) -> int | None:
    """The line in which an option of the section stands."""
    inside = False
    for number, line in enumerate(split_lines(source)):
        if header := re.match(r"\s*\[(.*)\]", line):
            inside = header[1] in (SECTION, "DEFAULT")
        elif inside and re.match(rf"\s*{re.escape(option)}\s*[=:]", line, re.IGNORECASE):
            return number
    return None


def _line_of(error: Exception) -> int:
    """The line that the reader complains about."""
    places = [line for line, _ in getattr(error, "errors", ())] or [getattr(error, "lineno", None) or 1]
    return int(places[0]) - 1
