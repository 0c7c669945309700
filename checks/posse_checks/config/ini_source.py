"""Reads `.bandit` files: arguments for Bandit's command line that are stored with the project.

They are read in one pass and mean what Python's `configparser` reads in them, with one difference: no value is
interpolated, since `%(name)s` can expand a few hundred bytes to fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from posse_checks.analysis.registry import ids_by_name
from posse_checks.config.baseline_file import baseline_fault
from posse_checks.config.configuration import EMPTY_SELECTION, Selection
from posse_checks.config.problem import MAXIMUM_PROBLEMS, Problem
from posse_checks.config.schema_types import MAXIMUM_ITEMS
from posse_checks.config.selection import LEVEL_WORDS
from posse_checks.config.suggestions import clipped, did_you_mean, unknown_id
from posse_checks.python.text import split_lines
from posse_checks.rule.finding import Level

INI_SECTION = "bandit"
DEFAULT_SECTION = "DEFAULT"
"""The section whose options every other section inherits."""
SWITCHES = ("recursive", "verbose", "quiet", "ignore-nosec", "debug")
"""Options that are on if they have any value, even `false`."""
OPTIONS: Mapping[str, str] = {
    "targets": "Paths to scan if the command line names none, separated by commas.",
    "recursive": "Whether to scan the files in folders.",
    "exclude": "Paths to exclude, instead of Bandit's own list: patterns or parts, separated by commas.",
    "configfile": "Configuration file in YAML or TOML.",
    "profile": "Profile of that configuration.",
    "tests": "IDs of the checks to run, separated by commas.",
    "skips": "IDs of the checks not to run, separated by commas.",
    "level": "Lowest severity to report: all, low, medium, high, or 1 to 4.",
    "confidence": "Lowest confidence to report: all, low, medium, high, or 1 to 4.",
    "ignore-nosec": "Whether to ignore `# nosec` comments.",
    "baseline": "JSON report of known findings: a file ending in .json inside the project.",
    "format": "Format of the report. Honored only in a file named with `--ini`.",
    "output": "File to write the report to. Honored only in a file named with `--ini`.",
    "number": "Number of lines of code per finding. Honored only in a file named with `--ini`.",
    "aggregate": "Order of a report, file or vuln. Honored only in a file named with `--ini`.",
    "msg-template": "Bandit's template for reports. Posse ignores it.",
    "verbose": "Whether the report lists files. Honored only in a file named with `--ini`.",
    "quiet": "Whether to omit a report without findings. Honored only in a file named with `--ini`.",
    "debug": "Whether to write Bandit's log in full.",
}
"""The options that Bandit reads."""


@dataclass(frozen=True, slots=True)
class Ini:
    """A parsed file: its options, the selection that they make, and their problems."""

    options: Mapping[str, str] = field(default_factory=dict)
    """The options with a usable value."""
    selection: Selection = EMPTY_SELECTION
    problems: tuple[Problem, ...] = ()
    key_lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each of these options, from 0."""


EMPTY_INI = Ini()
"""The value for no file."""


def read_ini(source: str) -> Ini:
    """Reads a file. One that `configparser` rejects has no options and a problem that is not fatal, as in Bandit."""
    lines = split_lines(source)
    try:
        found = _options(lines)
    except _IniSyntaxError as error:
        message = f"Not used, because it cannot be read or has no section [{INI_SECTION}]: {error}."
        return Ini(problems=(_in_line(error.line, lines, message),))
    ignored = dict(_ignored(found))
    options = {name: text.replace("%%", "%") for name, (text, _) in found.items() if text and name not in ignored}
    key_lines = {name: option.line for name, option in found.items()}
    problems = [_in_line(key_lines[name], lines, message) for name, message in ignored.items()]
    problems += (
        _in_line(key_lines[name], lines, message)
        for name, message in islice(_harmless(options, key_lines), MAXIMUM_PROBLEMS)
    )
    selection = EMPTY_SELECTION
    try:
        selection = _selection(options)
    except _OptionError as error:
        problems.append(_in_line(key_lines[error.option], lines, str(error), fatal=True))
    return Ini(options, selection, tuple(problems), {name: key_lines[name] for name in options})


class _IniSyntaxError(Exception):
    """A text is not an INI file; the message says why, and quotes only keys from it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line + 1}: {message}")
        self.line = line


class _Option(NamedTuple):
    """The value of an option, and the line from 0 where it begins."""

    text: str
    line: int


def _options(lines: Iterable[str]) -> Mapping[str, _Option]:
    """Parses the lines as `configparser` does. Returns the options of the section, with values and lines from 0.

    Raises _IniSyntaxError if `configparser` would raise an error, or if there is no such section.
    """
    values: dict[tuple[str, str], tuple[list[str], int]] = {}
    sections = set[str]()
    section: str | None = None
    current: list[str] | None = None
    indent, faulty = 0, None
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or text[0] in "#;":
            if not text and current is not None:
                current.append("")
            continue
        depth = len(line) - len(line.lstrip())
        if current is not None and depth > indent:
            current.append(text)
            continue
        indent = depth
        end = text.rfind("]")
        if text[0] == "[" and end > 1:
            section, current = text[1:end], None
            if section in sections and section != DEFAULT_SECTION:
                raise _IniSyntaxError(number, "a section is given twice")
            sections.add(section)
            continue
        if section is None:
            raise _IniSyntaxError(number, "there is text before the first section")
        name, value = _split(text)
        if not name:
            faulty = number if faulty is None else faulty
            continue
        if (section, name) in values:
            raise _IniSyntaxError(number, f"`{clipped(name)}` is given twice")
        current = [value]
        values[section, name] = current, number
    if faulty is not None:
        raise _IniSyntaxError(faulty, "this is neither a section nor an option such as `skips = B101`")
    if INI_SECTION not in sections:
        raise _IniSyntaxError(0, "the section is missing")
    return {
        name: _Option("\n".join(value).rstrip(), line)
        for wanted in (DEFAULT_SECTION, INI_SECTION)
        for (section, name), (value, line) in values.items()
        if section == wanted
    }


def _split(text: str) -> tuple[str, str]:
    """Splits a line into an option's name and value; the name is empty if there is no delimiter."""
    ends = [end for delimiter in "=:" if (end := text.find(delimiter)) >= 0]
    if not ends:
        return "", ""
    return text[: min(ends)].rstrip().lower(), text[min(ends) + 1 :].strip()


def _ignored(found: Mapping[str, _Option]) -> Iterator[tuple[str, str]]:
    """Yields the options whose values are ignored, each with the message."""
    for name in OPTIONS.keys() & found.keys():
        value = found[name].text
        if "%" in value.replace("%%", ""):
            yield name, f"`{name}` is ignored: values with `%` are not interpolated. Write the value in full."
        elif name in ("tests", "skips", "exclude") and value.count(",") >= MAXIMUM_ITEMS:
            yield name, f"`{name}` is ignored: it has more than {MAXIMUM_ITEMS:,} items."


class _OptionError(Exception):
    """The value of an option is invalid, which makes the file unusable; the message is for the user."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


def _selection(options: Mapping[str, str]) -> Selection:
    """The selection that the options make. Raises _OptionError for an invalid level."""
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
    """Splits IDs at commas; white space is not removed, as in Bandit."""
    return tuple(listed.split(",")) if listed else ()


def _level(name: str, options: Mapping[str, str]) -> Level | None:
    """Returns the level that an option gives, as a word or a number; None if it is not given. Raises _OptionError."""
    value = options.get(name)
    if not value:
        return None
    if value.lower() in LEVEL_WORDS:
        return LEVEL_WORDS[value.lower()]
    if value not in ("1", "2", "3", "4"):
        raise _OptionError(name, f"`{name}` must be one of {', '.join(LEVEL_WORDS)}, or 1 to {len(LEVEL_WORDS)}.")
    return Level(int(value) - 1)


MISPLACED_OPTIONS: Mapping[str, str] = {
    "exclude_dirs": "use `exclude` instead",
    "exclude-dirs": "use `exclude` instead",
    "severity": "use `level` instead",
    "minimum_severity": "use `level` instead",
    "minimum_confidence": "use `confidence` instead",
    "posse": "it belongs in a configuration in YAML or TOML",
    "include": "it belongs in a configuration in YAML or TOML",
    "profiles": "it belongs in a configuration in YAML or TOML",
    "per_file_ignores": "it belongs in a configuration in YAML or TOML, under `posse`",
    "severity_map": "it belongs in a configuration in YAML or TOML, under `posse`",
}
"""Names that have a meaning elsewhere, each with the remedy."""


def _harmless(options: Mapping[str, str], key_lines: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yields the names of options that have no effect or a surprising one, each with the message."""
    for name in islice((name for name in key_lines if name not in OPTIONS), MAXIMUM_PROBLEMS):
        if name in MISPLACED_OPTIONS:
            yield name, f"`{name}` has no effect here: {MISPLACED_OPTIONS[name]}."
        elif guess := did_you_mean(name, OPTIONS):
            yield name, f"There is no option `{name}`.{guess}"
    for name in SWITCHES:
        if options.get(name, "").lower() in ("false", "no", "off", "0"):
            yield name, f"`{name} = {options[name]}` counts as true, as in Bandit. Remove the line to switch it off."
    if (baseline := options.get("baseline")) and (fault := baseline_fault(baseline)):
        yield "baseline", f"`baseline` is ignored unless `--ini` names this file: {fault}"
    known = set(ids_by_name().values())
    for name in ("tests", "skips"):
        for id in islice(_unknown(ids_in(options.get(name)), known), MAXIMUM_PROBLEMS):
            yield name, unknown_id(id)


def _unknown(given: Iterable[str], known: set[str]) -> Iterable[str]:
    return (id for id in dict.fromkeys(given) if id not in known)


def _in_line(line: int, lines: list[str], message: str, *, fatal: bool = False) -> Problem:
    """Returns a problem at a whole line, without the white space around its text."""
    text = lines[line] if line < len(lines) else ""
    start = len(text) - len(text.lstrip())
    return Problem(line, start, line, max(len(text.rstrip()), start), message, fatal)
