"""The command `posse scan`."""

from __future__ import annotations

import argparse
import logging
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from posse_checks import __version__
from posse_checks.nosec.remark import Flaw
from posse_checks.rule.declaration import BANDIT
from posse_server.plugins.process import Order
from posse_server.project.effective import Resolver
from posse_server.project.files import FileTrees, FoundFiles, find_files
from posse_server.results.cache import CacheError, cache_folder, opened_store
from posse_server.results.job import Job, read_source
from posse_server.results.style import COLORED, PLAIN
from posse_server.scan.arguments import Arguments, add_arguments, finds_configuration, merged
from posse_server.scan.baseline import KnownIn, known_in
from posse_server.scan.changed_only import ChangedOnly, changed_only
from posse_server.scan.formats.table import DETAILED, TEXTS, document
from posse_server.scan.formats.text_report import text_report
from posse_server.scan.ini import ini_of
from posse_server.scan.project_code import project_code, tell_troubles
from posse_server.scan.report import ERROR_STATUS, FINDINGS_STATUS, Report, Scanned, make_report
from posse_server.scan.repositories import scan_repositories
from posse_server.scan.requests import ReportRequest
from posse_server.scan.run import check_all
from posse_server.scan.settings import resolver_for
from posse_server.scan.statistics import statistics, summary
from posse_server.scan.unmatched import unmatched
from posse_server.system.collector import without_collector
from posse_server.system.console import CommandError, Output, is_file, log_to_stderr, opened, shown, tell, tell_lines

if TYPE_CHECKING:
    from posse_server.system.store import Store

Done = TypeVar("Done")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Scan Python files, with Bandit's options, reports and exit statuses."
    level = f"posse {__version__}: the checks of Bandit {BANDIT}, on Python {platform.python_version()}"
    parser.add_argument("--version", action="version", version=level)
    add_arguments(parser)
    parser.add_argument(
        "--repositories",
        metavar="LIST",
        help="scan the checkouts that a file lists, one folder a line; -o FOLDER takes a report of each and a summary",
    )
    parser.set_defaults(run=run, scans_here=True)


def run(given: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    if not given.repositories:
        return carried_out(given, lambda arguments, trees: scan(arguments, trees, changed_only(arguments)))
    log_to_stderr(logging.DEBUG if given.debug else logging.WARNING, "posse: %(message)s")
    try:
        return scan_repositories(given, _scanned_here)
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS


def _scanned_here(given: argparse.Namespace) -> Scanned:
    """Scan with arguments of a command line. Raises CommandError."""
    return _merged_and(given, lambda arguments, trees: scanned(arguments, trees, changed_only(arguments)))


def carried_out(given: argparse.Namespace, work: Callable[[Arguments, FileTrees], int]) -> int:
    """Merge the command line and the `.bandit` file, and call `work`. Returns the exit status."""
    log_to_stderr(logging.DEBUG if given.debug else logging.WARNING, "posse: %(message)s")
    try:
        return _merged_and(given, work)
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS


def _merged_and(given: argparse.Namespace, work: Callable[[Arguments, FileTrees], Done]) -> Done:
    """Merge the command line and the `.bandit` file. Returns what `work` does. Raises CommandError."""
    if not given.targets and not given.ini and given.scans_here:
        given.targets, given.recursive = ["."], True
    trees = FileTrees(takes_ignored=given.no_ignore)
    ini = ini_of(given.ini, given.targets, trees, for_selection=not finds_configuration(given))
    with without_collector():
        return work(merged(given, ini), trees)


def scan(
    arguments: Arguments,
    trees: FileTrees,
    changed: ChangedOnly | None = None,
    known_at: Callable[[FoundFiles, Job], KnownIn] | None = None,
) -> int:
    """Scan, write the report, and print remarks. Returns the exit status.

    `known_at` replaces the baseline. Raises CommandError.
    """
    return scanned(arguments, trees, changed, known_at).status


def scanned(
    arguments: Arguments,
    trees: FileTrees,
    changed: ChangedOnly | None = None,
    known_at: Callable[[FoundFiles, Job], KnownIn] | None = None,
) -> Scanned:
    """Do as `scan` does. Returns the report, too."""
    began = time.monotonic()
    code = project_code(arguments)
    resolver = resolver_for(arguments, code)
    known = known_in(arguments, resolver) if known_at is None else lambda name: None
    discovery = discover_files(arguments, resolver, trees)
    has_files = bool(discovery.files)
    discovery = discovery if changed is None else changed.files(discovery)
    outputs = [opened(None if wanted.format == "screen" else wanted.output) for wanted in arguments.reports]
    report = report_on(discovery, arguments, resolver, known, _flaws(arguments), changed, known_at, code.order)
    for wanted, output in zip(arguments.reports, outputs, strict=True):
        _write(report, wanted, arguments, output)
    if arguments.statistics:
        tell_lines(statistics(report))
    if arguments.tells and sys.stderr is not None and sys.stderr.isatty():
        tell(summary(report, time.monotonic() - began))
    for name, remark in report.reported_remarks:
        tell(f"{shown(name)}:{remark.line}: {remark.message} ({remark.code})")
    has_skipped = bool(report.skipped or discovery.folders or report.has_troubles)
    has_found = bool(report.listed) or any(remark.fails for _, remark in report.reported_remarks)
    if changed is not None and has_files and not discovery.files:
        if arguments.tells:
            tell(f"nothing was checked: no file has changed {shown(changed.since)}")
    elif tell_nothing_checked(report, discovery):
        return Scanned(ERROR_STATUS, report)
    failed = (has_found and not arguments.exit_zero) or (has_skipped and arguments.fail_on_skipped)
    return Scanned(FINDINGS_STATUS if failed else 0, report)


def tell_nothing_checked(report: Report, discovery: FoundFiles) -> bool:
    """Report if no file was checked. Returns whether that is an error because files were skipped."""
    if report.in_scope:
        return False
    is_error = bool(report.skipped or discovery.folders)
    reason = "see above" if is_error else "the targets contain no Python file. Name a file, or a folder with -r"
    tell(f"nothing was checked: {reason}")
    return is_error


def _flaws(arguments: Arguments) -> frozenset[Flaw]:
    """Returns the flaws of comments to report. If only some checks run, unused comments are not a flaw."""
    wanted = arguments.selection
    narrowed = wanted.tests or wanted.skips or wanted.profile
    return frozenset(flaw for flaw in Flaw if not (narrowed and flaw.is_unused))


def discover_files(arguments: Arguments, resolver: Resolver, trees: FileTrees) -> FoundFiles:
    """Find the files to scan, and report folders that were left out. Raises CommandError if there are no targets."""
    if not arguments.targets:
        raise CommandError("nothing to scan: the .bandit file names no targets")
    discovery = find_files(
        arguments.targets,
        trees,
        recursive=arguments.recursive,
        resolver=resolver,
        excluded=arguments.excluded,
        stdin_filename=arguments.stdin_filename,
    )
    for folder in discovery.folders:
        tell(f"skipped {shown(folder)}: it is a folder; scan its files with -r")
    if arguments.tells:
        _tell_left_out(discovery)
        for message in unmatched(discovery, arguments, resolver, (*trees.installed, *trees.ignored)):
            tell(message)
    return discovery


def _tell_left_out(discovery: FoundFiles) -> None:
    """Report how many files and folders were not scanned, and why."""
    left_out = []
    if discovery.installed:
        left_out.append(f"{_number(discovery.installed, 'folder')} of installed packages")
    if discovery.ignored:
        left_out.append(f"{_number(discovery.ignored, 'path')} that Git ignores")
    if left_out:
        tell(f"skipped {' and '.join(left_out)}; scan them with --no-ignore")
    for reason in discovery.without_git:
        tell(f"files that Git ignores are scanned, too: {reason}")
    if discovery.notebooks:
        tell(
            f"skipped {_number(discovery.notebooks, 'notebook')}; to check a notebook, name it, or set "
            "`posse: {notebooks: true}` in the configuration"
        )


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def report_on(
    discovery: FoundFiles,
    arguments: Arguments,
    resolver: Resolver,
    known: KnownIn,
    flaws: frozenset[Flaw] = frozenset(),
    changed: ChangedOnly | None = None,
    known_at: Callable[[FoundFiles, Job], KnownIn] | None = None,
    plugins: Order | None = None,
) -> Report:
    """Check the files found, and report those that were skipped. Returns the report."""
    details = any(wanted.format in DETAILED for wanted in arguments.reports)
    with _store_of(arguments) as store:
        kept_in = None if store is None or plugins is not None else store.folder
        read = read_source if changed is None else changed.read
        files = tuple(discovery.files)
        job = Job(
            resolver, arguments.context_lines, arguments.time_limit, flaws, details, read, files, kept_in, plugins
        )
        checked = check_all(
            discovery,
            job,
            processes=arguments.processes,
            scheduler=arguments.scheduler,
            quiet=not arguments.tells,
            store=store,
        )
        if changed is not None:
            checked = [changed.results(one) for one in checked]
        if known_at is not None:
            known = known_at(discovery, job)
    report = make_report(checked, discovery, job, known)
    has_troubles = tell_troubles(checked)
    report = replace(report, aggregate=arguments.aggregate, template=arguments.template, has_troubles=has_troubles)
    for skipped in report.skipped:
        tell(f"skipped {shown(skipped.name)}: {skipped.reason}")
    return report


@contextmanager
def _store_of(arguments: Arguments) -> Iterator[Store | None]:
    """Open the cache, and close it at the end. Yields None without one. Reports once if something is wrong with it."""
    store, problem = None, None
    try:
        store = opened_store(cache_folder()) if arguments.uses_cache else None
    except CacheError as error:
        problem = str(error)
    try:
        yield store
    finally:
        if store is not None:
            store.close()
            problem = store.problem
        if problem and arguments.tells:
            tell(f"results are not kept for the next scan: {shown(problem)}; --no-cache avoids this message")


def _write(report: Report, wanted: ReportRequest, arguments: Arguments, output: Output) -> None:
    """Write the report in one of the requested formats."""
    if wanted.format not in TEXTS:
        output.document(document(wanted.format, report))
    else:
        style = COLORED if wanted.format == "screen" and arguments.colors else PLAIN
        output.lines(text_report(report, style, verbose=arguments.verbose, quiet=arguments.quiet))
    if wanted.output is None or not is_file(wanted.output):
        return
    if wanted.format == "screen":
        tell(f"did not write {shown(wanted.output)}: the format screen is for terminals only. Use -f txt")
    elif arguments.tells:
        tell(f"wrote the report to {shown(wanted.output)}")
