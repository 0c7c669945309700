"""The command `posse scan`."""

from __future__ import annotations

import argparse
import logging

from posse_server.console import Stop, Write, opened, shown, tell
from posse_server.scan.arguments import Arguments, add_arguments, finds_configuration, merged
from posse_server.scan.baseline import read_baseline
from posse_server.scan.check import Job
from posse_server.scan.files import Trees, discover
from posse_server.scan.ini import ini_of
from posse_server.scan.json_report import json_report
from posse_server.scan.report import Report, make_report
from posse_server.scan.run import check_all
from posse_server.scan.settings import settings_of
from posse_server.scan.text_report import COLOURED, PLAIN, text_report

FOUND, UNUSABLE, INTERRUPTED = 1, 2, 130
"""The exit statuses beside 0."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Check Python files, with Bandit's flags, reports and exit statuses."
    add_arguments(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Run the command; returns its exit status."""
    logging.basicConfig(level=logging.DEBUG if given.debug else logging.WARNING, format="posse: %(message)s")
    try:
        trees = Trees()
        ini = ini_of(given.ini, given.targets, trees, for_selection=not finds_configuration(given))
        arguments = merged(given, ini)
        return _scan(arguments, trees)
    except Stop as stop:
        tell(str(stop))
        return UNUSABLE
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED


def _scan(arguments: Arguments, trees: Trees) -> int:
    if not arguments.targets:
        raise Stop("nothing to scan: name files, folders (with -r), or - for standard input")
    settings = settings_of(arguments)
    baseline = read_baseline(arguments.baseline) if arguments.baseline is not None else set()
    discovery = discover(
        arguments.targets,
        trees,
        recursive=arguments.recursive,
        settings=settings,
        excluded=arguments.excluded,
        stdin_filename=arguments.stdin_filename,
    )
    job = Job(settings, arguments.context_lines)
    for folder in discovery.folders:
        tell(f"skipped {shown(folder)}: it is a folder; -r scans what is in it")
    with opened(None if arguments.format == "screen" else arguments.output) as write:
        checked = check_all(discovery, job, processes=arguments.processes, quiet=arguments.quiet)
        report = make_report(checked, discovery, job, baseline)
        for skipped in report.skipped:
            tell(f"skipped {shown(skipped.name)}: {skipped.reason}")
        _write(report, arguments, write)
    has_skipped = bool(report.skipped or discovery.folders)
    failed = (report.listed and not arguments.exit_zero) or (has_skipped and arguments.fail_on_skipped)
    return FOUND if failed else 0


def _write(report: Report, arguments: Arguments, write: Write) -> None:
    if arguments.format == "json":
        write(json_report(report, arguments.aggregate))
        return
    style = COLOURED if arguments.format == "screen" else PLAIN
    write(text_report(report, style, verbose=arguments.verbose, quiet=arguments.quiet))
    if arguments.format == "screen" and arguments.output is not None:
        tell(f"the format screen is for the terminal only, so {shown(arguments.output)} is not written; see -f txt")
