"""The command line of `posse scan`, which is Bandit's, merged with the options of a `.bandit` file."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from posse_checks.config.configuration import ALWAYS_EXCLUDED, Selection
from posse_checks.config.ini_source import Ini, ids_in
from posse_checks.config.policy import Matching
from posse_checks.rule.finding import Level
from posse_server.project.effective import with_folders
from posse_server.results.check_file import TIME_LIMIT_SECONDS
from posse_server.system.console import CommandError

CONTEXT_LINES = 3
"""Default number of lines of code that a report shows around a finding."""
FORMATS = ("json", "screen", "txt")
LEVELS = {"all": 1, "low": 2, "medium": 3, "high": 4}
"""Words for a lowest level, each with its count: `-l` once is the same as `low`."""
LONGEST = 1_000_000
"""Largest time limit, in seconds, that can be requested."""
EXCLUDED = ",".join(ALWAYS_EXCLUDED)
"""The default of `-x`."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a scan, merged from the command line and the `.bandit` file."""

    targets: tuple[str, ...]
    recursive: bool
    excluded: tuple[str, ...]
    """Patterns or parts of paths from the command line. A folder's path stands for everything in it."""
    stdin_filename: str | None
    config_file: str | None
    finds_configuration: bool
    """Whether each file's configuration is searched for, because none is named."""
    selection: Selection
    baseline: str | None
    matching: Matching | None
    """How a baseline hides findings; None if the command line does not say."""
    isolated: bool
    """Whether everything found in the project is ignored, including a baseline."""
    context_lines: int
    aggregate: str
    format: str
    output: str | None
    verbose: bool
    quiet: bool
    processes: int
    time_limit: float
    """Limit for the time to check a file, in seconds."""
    exit_zero: bool
    fail_on_skipped: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*", help="a file, a folder (with -r), or - for standard input"
    )
    parser.add_argument("--stdin-filename", metavar="NAME", help="check standard input as if it were this file")
    parser.add_argument("-r", "--recursive", action="store_true", help="take the files in folders, too")
    parser.add_argument(
        "--no-ignore", action="store_true", help="take virtual environments, site-packages and node_modules, too"
    )
    excluded = f"paths to leave out: patterns or parts, separated by commas (default: {EXCLUDED})"
    parser.add_argument(
        "-x", "--exclude", dest="excluded", metavar="PATTERNS", default=EXCLUDED, help=excluded.replace("%", "%%")
    )
    parser.add_argument(
        "--ini", metavar="FILE", help="a .bandit file; without it, the one in the target folders, if any"
    )

    selection = parser.add_argument_group("which checks run, and how")
    selection.add_argument("-c", "--configfile", metavar="FILE", help="YAML, or TOML with a table tool.bandit")
    selection.add_argument(
        "--isolated", action="store_true", help="look for no configuration; without -c, only a .bandit file counts then"
    )
    selection.add_argument("-p", "--profile", metavar="NAME", help="a profile of the configuration file")
    selection.add_argument("-t", "--tests", metavar="IDS", help="run these checks only: IDs, separated by commas")
    selection.add_argument("-s", "--skip", dest="skips", metavar="IDS", help="do not run these checks")
    flow = "follow data through the program: show which findings somebody outside can reach, and run Posse's own checks"
    selection.add_argument("--flow", action="store_true", default=None, help=flow)
    selection.add_argument("--ignore-nosec", action="store_true", help="report what `# nosec` comments silence, too")
    selection.add_argument("-j", "--jobs", metavar="N", type=int, default=1, help="processes; 0 for one per processor")

    limit = f"seconds that a file may take; it is skipped then (default: {TIME_LIMIT_SECONDS:g})"
    selection.add_argument("--time-limit", metavar="SECONDS", type=_seconds, default=TIME_LIMIT_SECONDS, help=limit)

    filters = parser.add_argument_group("what is reported")
    for short, name in (("-l", "severity"), ("-i", "confidence")):
        long = "--level" if name == "severity" else "--confidence"
        levels = filters.add_mutually_exclusive_group()
        text = f"the lowest {name}: {short} for low, {short}{short[1]} for medium, {short}{short[1] * 2} for high"
        levels.add_argument(short, long, dest=name, action="count", default=1, help=text)
        levels.add_argument(f"--{name}-level", choices=list(LEVELS), help=f"the same in words: the lowest {name}")
    filters.add_argument("-b", "--baseline", metavar="FILE", help="leave out what this JSON report has already")
    how = "hide one finding for each entry of a baseline, or all that equal one: Bandit's way, and that of -b"
    filters.add_argument("--matching", choices=[matching.value for matching in Matching], help=how)

    report = parser.add_argument_group("the report")
    report.add_argument("-f", "--format", choices=FORMATS, help="screen on a terminal and txt elsewhere, unless said")
    report.add_argument("-o", "--output", metavar="FILE", help="where to write it, instead of standard output")
    report.add_argument(
        "-n",
        "--number",
        dest="context_lines",
        metavar="N",
        type=int,
        default=CONTEXT_LINES,
        help=f"lines of code to show (default: {CONTEXT_LINES})",
    )
    aggregate = ("file", "vuln")
    report.add_argument("-a", "--aggregate", choices=aggregate, default="file", help="the order of a JSON report")
    loudness = report.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="list the files, included and excluded")
    loudness.add_argument("-q", "--quiet", "--silent", action="store_true", help="no text report without findings")
    report.add_argument("-d", "--debug", action="store_true", help="log what goes wrong inside in full")

    status = parser.add_argument_group("the exit status: 0, 1 with findings, 2 where the scan cannot be done")
    status.add_argument("--exit-zero", action="store_true", help="0 with findings as well")
    status.add_argument("--fail-on-skipped", action="store_true", help="1 where something could not be checked, too")


def finds_configuration(given: argparse.Namespace) -> bool:
    """Whether configurations are searched for. If so, they provide the selection of a `.bandit` file, too."""
    return not (given.isolated or given.configfile or given.ini)


def merged(given: argparse.Namespace, ini_file: Ini) -> Arguments:
    """Merge both as Bandit does: the `.bandit` file sets what the command line leaves at its default.

    Raises CommandError for an invalid value.
    """
    ini, finds = ini_file.options, finds_configuration(given)

    def text(name: str, key: str) -> str | None:
        return getattr(given, name) or ini.get(key) or None

    def switch(name: str) -> bool:
        return bool(getattr(given, name.replace("-", "_")) or ini.get(name))

    def level(name: str) -> Level | None:
        word = getattr(given, f"{name}_level")
        count: int = LEVELS[word] if word else getattr(given, name)
        if count > len(LEVELS):
            raise CommandError(f"there is no {name} above high")
        return Level(count - 1) if count > 1 else None

    context_lines: int = given.context_lines
    if ini.get("number"):
        number = _number("number", ini["number"])
        context_lines = number if number and context_lines == CONTEXT_LINES else context_lines
    report_format = text("format", "format") or ("screen" if given.output is None and _is_screen() else "txt")
    if report_format not in FORMATS:
        raise CommandError(f"there is no format {report_format!r}: choose from {', '.join(FORMATS)}")
    targets = given.targets or [target for target in ini.get("targets", "").split(",") if ini.get("targets")]
    is_excluding = given.excluded != EXCLUDED
    excluded = with_folders(given.excluded.split(","), Path()) if is_excluding and given.excluded else ()
    selection = Selection(
        profile=given.profile,
        tests=ids_in(given.tests),
        skips=ids_in(given.skips),
        excluded=() if is_excluding else None,
        severity=level("severity"),
        confidence=level("confidence"),
        ignore_nosec=given.ignore_nosec,
        flow=given.flow,
    )
    return Arguments(
        targets=tuple(targets),
        recursive=switch("recursive"),
        excluded=excluded,
        stdin_filename=given.stdin_filename,
        config_file=given.configfile if finds else text("configfile", "configfile"),
        finds_configuration=finds,
        selection=selection if finds else selection.over(ini_file.selection),
        baseline=given.baseline if finds else text("baseline", "baseline"),
        matching=Matching(given.matching) if given.matching else None,
        isolated=given.isolated,
        context_lines=context_lines,
        aggregate=(ini.get("aggregate") or "file") if given.aggregate == "file" else given.aggregate,
        format=report_format,
        output=None if (output := text("output", "output")) == "-" else output,
        verbose=switch("verbose"),
        quiet=switch("quiet"),
        processes=_processes(given.jobs),
        time_limit=given.time_limit,
        exit_zero=given.exit_zero,
        fail_on_skipped=given.fail_on_skipped,
    )


def _number(name: str, value: str) -> int:
    """Returns the number in an option of the `.bandit` file. Raises CommandError if it is not one."""
    try:
        return int(value)
    except ValueError:
        raise CommandError(f"`{name}` in the .bandit file is a number, not {value!r}") from None


def _seconds(text: str) -> float:
    """Returns a time limit in seconds. Raises ArgumentTypeError if it is out of range."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to {LONGEST}")
    return seconds


def _processes(asked: int) -> int:
    """Returns the number of processes: as requested, or one per available processor for 0. Raises CommandError."""
    if asked < 0:
        raise CommandError(f"-j {asked}: there are no fewer than 0 processes")
    if asked:
        return asked
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_screen() -> bool:
    """Whether standard output is a terminal with colors, by Bandit's criteria."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and os.getenv("NO_COLOR") is None and os.getenv("TERM") != "dumb"
