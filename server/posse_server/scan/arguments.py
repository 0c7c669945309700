"""The command line of `posse scan`, which is Bandit's, merged with the options of a `.bandit` file."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from posse_checks.config.configuration import ALWAYS_EXCLUDED, Selection
from posse_checks.config.ini_source import Ini, ids_in
from posse_checks.config.policy import Matching
from posse_checks.rule.finding import Level
from posse_server.project.effective import with_folders
from posse_server.results.job import TIME_LIMIT_SECONDS
from posse_server.scan.requests import ReportRequest, add_report_arguments, requested
from posse_server.system.console import CommandError

CONTEXT_LINES = 3
"""Default number of lines of code that a report shows around a finding."""
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
    template: str | None
    """The template of a custom report."""
    reports: tuple[ReportRequest, ...]
    """The reports to write, at most one of them to standard output."""
    colors: bool
    """Whether the format `screen` has colors."""
    statistics: bool
    verbose: bool
    quiet: bool
    tells: bool
    """Whether messages say how the scan goes: not if it is quiet, and not for one of many repositories."""
    processes: int
    scheduler: str | None
    """The address of the scheduler of a cluster that checks the files."""
    time_limit: float
    """Limit for the time to check a file, in seconds."""
    exit_zero: bool
    fail_on_skipped: bool
    uses_cache: bool
    since: str | None
    """The revision since which lines must have changed for their findings to be reported."""
    allows_project_code: bool
    """Whether the project's own code may run: the plug-ins of Bandit's that are installed in its Python."""
    project_python: str | None
    """The Python that the project's own code runs in; None to look for it."""
    staged: bool
    """Whether only findings in staged lines are reported, and files are checked as they are staged."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of all commands that scan."""
    parser.set_defaults(repositories=None)
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="file, folder (with -r), or - for standard input; without targets, the working folder with -r",
    )
    parser.add_argument("--stdin-filename", metavar="NAME", help="treat standard input as this file")
    parser.add_argument("-r", "--recursive", action="store_true", help="scan the files in folders")
    parser.add_argument(
        "--no-ignore",
        action="store_true",
        help="also scan virtual environments, site-packages, node_modules, and what Git ignores",
    )
    changed = parser.add_mutually_exclusive_group()
    changed.add_argument(
        "--since", metavar="REV", help="report only findings in lines that have changed since a revision of Git"
    )
    changed.add_argument(
        "--staged", action="store_true", help="report only findings in lines that are staged, for a pre-commit hook"
    )
    excluded = f"paths to exclude: patterns or parts of paths, separated by commas (default: {EXCLUDED})"
    parser.add_argument(
        "-x", "--exclude", dest="excluded", metavar="PATTERNS", default=EXCLUDED, help=excluded.replace("%", "%%")
    )
    parser.add_argument("--ini", metavar="FILE", help=".bandit file to use (default: the one in the target folders)")

    selection = parser.add_argument_group("checks")
    selection.add_argument(
        "-c", "--configfile", metavar="FILE", help="configuration: YAML, or TOML with a table tool.bandit"
    )
    selection.add_argument(
        "--isolated", action="store_true", help="do not search for configurations; only -c and .bandit files apply"
    )
    selection.add_argument("-p", "--profile", metavar="NAME", help="profile of the configuration file to use")
    selection.add_argument("-t", "--tests", metavar="IDS", help="IDs of the checks to run, separated by commas")
    selection.add_argument(
        "-s", "--skip", dest="skips", metavar="IDS", help="IDs of the checks not to run, separated by commas"
    )
    selection.add_argument(
        "--ignore-nosec", action="store_true", help="also report findings that `# nosec` comments suppress"
    )
    selection.add_argument(
        "-j", "--jobs", metavar="N", type=int, default=1, help="number of processes; 0: one per processor (default: 1)"
    )
    selection.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="check the files on a Dask cluster that you trust"
    )
    flow = "follow data through the program: show which findings an outsider can reach, and run Posse's own checks"
    selection.add_argument("--flow", action="store_true", default=None, help=flow)

    selection.add_argument(
        "--allow-project-code",
        action="store_true",
        help="run Bandit's plug-ins that are installed in the project's Python; only for projects that you trust",
    )
    selection.add_argument(
        "--project-python",
        metavar="FILE",
        help="the project's Python (default: that of the active environment, of .venv or venv, or the one of Posse)",
    )

    selection.add_argument(
        "--no-cache", dest="cache", action="store_false", help="check every file, and keep no results for the next scan"
    )

    limit = f"skip files that take longer, in seconds (default: {TIME_LIMIT_SECONDS:g})"
    selection.add_argument("--time-limit", metavar="SECONDS", type=_seconds, default=TIME_LIMIT_SECONDS, help=limit)

    filters = parser.add_argument_group("findings to report")
    for short, name in (("-l", "severity"), ("-i", "confidence")):
        long = "--level" if name == "severity" else "--confidence"
        levels = filters.add_mutually_exclusive_group()
        text = f"lowest {name} to report: {short} for low, {short}{short[1]} for medium, {short}{short[1] * 2} for high"
        levels.add_argument(short, long, dest=name, action="count", default=1, help=text)
        levels.add_argument(f"--{name}-level", choices=list(LEVELS), help=f"lowest {name} to report, as a word")
    filters.add_argument(
        "-b", "--baseline", metavar="FILE", help="JSON report of known findings, which are not reported"
    )
    how = "count: each baseline entry hides one finding; bandit: it hides all identical ones (default with -b)"
    filters.add_argument("--matching", choices=[matching.value for matching in Matching], help=how)

    report = parser.add_argument_group("report")
    add_report_arguments(report)
    report.add_argument(
        "-n",
        "--number",
        dest="context_lines",
        metavar="N",
        type=int,
        default=CONTEXT_LINES,
        help=f"number of lines of code per finding (default: {CONTEXT_LINES})",
    )
    aggregate = ("file", "vuln")
    report.add_argument(
        "-a",
        "--aggregate",
        choices=aggregate,
        default="file",
        help="order of a JSON report: by file or by vulnerability",
    )
    report.add_argument("--statistics", action="store_true", help="also print the number of findings of each check")
    loudness = report.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true", help="list included and excluded files")
    loudness.add_argument(
        "-q", "--quiet", "--silent", action="store_true", help="print nothing if there are no findings"
    )
    report.add_argument("-d", "--debug", action="store_true", help="log internal errors in full")

    status = parser.add_argument_group("exit status: 0 clean, 1 findings, 2 error")
    status.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    status.add_argument("--fail-on-skipped", action="store_true", help="exit with 1 if a file could not be checked")


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
            raise CommandError(f"no {name} is above high: give the option at most three times")
        return Level(count - 1) if count > 1 else None

    context_lines: int = given.context_lines
    if ini.get("number"):
        number = _number("number", ini["number"])
        context_lines = number if number and context_lines == CONTEXT_LINES else context_lines
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
        template=given.msg_template,
        reports=requested(given.reports or (), ini, given.color),
        colors=given.color != "never",
        statistics=given.statistics,
        verbose=switch("verbose"),
        quiet=switch("quiet"),
        tells=not switch("quiet") and not given.repositories,
        processes=_processes(given.jobs),
        scheduler=given.scheduler,
        time_limit=given.time_limit,
        exit_zero=given.exit_zero,
        fail_on_skipped=given.fail_on_skipped,
        uses_cache=given.cache,
        since=given.since,
        allows_project_code=given.allow_project_code,
        project_python=given.project_python,
        staged=given.staged,
    )


def _number(name: str, value: str) -> int:
    """Returns the number in an option of the `.bandit` file. Raises CommandError if it is not one."""
    try:
        return int(value)
    except ValueError:
        raise CommandError(f"`{name}` in the .bandit file must be a number, not {value!r}") from None


def _seconds(text: str) -> float:
    """Returns a time limit in seconds. Raises ArgumentTypeError if it is out of range."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time limit: give a number of seconds above 0, up to {LONGEST}"
        )
    return seconds


def _processes(asked: int) -> int:
    """Returns the number of processes: as requested, or one per available processor for 0. Raises CommandError."""
    if asked < 0:
        raise CommandError(f"-j must be 0 or more, not {asked}")
    if asked:
        return asked
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
