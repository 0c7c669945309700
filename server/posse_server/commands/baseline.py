"""The command `posse baseline`: a scan creates, updates, prunes or shows a baseline."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from posse_checks.baseline.match import Entry, NotABaselineError, normal_path, report_in
from posse_server.baselines.entries import Outcome, WithCode
from posse_server.baselines.read import MisplacedBaselineError, baseline_path, read_report
from posse_server.baselines.write import BaselineWriteError, create, rewrite
from posse_server.commands.scan import carried_out, discover_files, report_on, scan, tell_nothing_checked
from posse_server.project.effective import Resolver
from posse_server.project.files import FileTrees
from posse_server.scan.against import OPTION, known_at
from posse_server.scan.arguments import Arguments, add_arguments
from posse_server.scan.changed_only import ChangedOnly, changed_only
from posse_server.scan.changes import changed_since
from posse_server.scan.formats.json_report import json_report
from posse_server.scan.project_code import project_code
from posse_server.scan.report import Listed, Report
from posse_server.scan.requests import FormatName
from posse_server.scan.settings import resolver_for
from posse_server.system.console import CommandError, opened, shown, tell, why

ACTIONS = {
    "create": "write all findings to a new baseline (-o names the file)",
    "update": "add new findings to the baseline",
    "prune": "remove stale entries: those without a finding",
    "check": "scan, and fail on findings that are not in the baseline, or with --against not in that revision",
    "show": "list the entries; with targets, mark the stale ones",
}


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "Keep known findings in a baseline, so that only new ones are reported. The file is the one that -b names, "
        "else the configured one, else .bandit-baseline.json. The other options are those of posse scan."
    )
    actions = parser.add_subparsers(dest="action", required=True)
    for name, purpose in ACTIONS.items():
        action = actions.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        add_arguments(action)
        if name == "check":
            action.add_argument(
                "--against", metavar="REV", help="compare with the findings of a revision of Git, not with a file"
            )
        action.set_defaults(run=run, scans_here=name != "show")


def run(given: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    work: Mapping[str, Callable[[_Scan], None]] = {"create": _create, "update": _update, "prune": _prune, "show": _show}

    def act(arguments: Arguments, trees: FileTrees) -> int:
        if given.action == "check":
            return _check(arguments, trees, given.against)
        if arguments.since is not None or arguments.staged:
            raise CommandError(f"`{given.action}` needs all findings: leave out --since and --staged")
        if {word.name for word in given.reports or () if isinstance(word, FormatName)} - {"json"}:
            raise CommandError("a baseline is always JSON: leave out -f, or use -f json")
        if len(arguments.reports) > 1:
            raise CommandError("a baseline is one file: give -o once")
        if arguments.reports[0].output is not None and given.action != "create":
            raise CommandError(f"-o works only with `create`: name the file for `{given.action}` with -b")
        try:
            work[given.action](_Scan(arguments, trees, adds=given.action in ("create", "update")))
        except BaselineWriteError as refused:
            raise CommandError(str(refused)) from None
        return 0

    return carried_out(given, act)


def _check(arguments: Arguments, trees: FileTrees, revision: str | None) -> int:
    """Scan, and report findings that are not known. Returns the exit status. Raises CommandError."""
    changed = changed_only(arguments)
    if revision is None:
        return scan(arguments, trees, changed)
    if changed is None:
        changes = changed_since(revision, arguments.targets, OPTION)
        changed = ChangedOnly(changes, f"since {revision}", by_line=False)
    return scan(arguments, trees, changed, known_at(revision, arguments.targets))


class _Scan:
    """The arguments of the command, and the report on a scan."""

    def __init__(self, arguments: Arguments, trees: FileTrees, *, adds: bool) -> None:
        self._adds = adds
        self.arguments = arguments
        self._code = project_code(arguments)
        self.resolver: Resolver = resolver_for(arguments, self._code)
        self._trees = trees
        self._here = Path.cwd()
        self._policy = self.resolver(os.path.join(".", "any.py")).configuration.policy
        given = arguments.reports[0].output or arguments.baseline
        self.path = Path(given or os.path.relpath(self._configured()))
        self.within = None if given else self._here
        """Folder that must contain the file, unless it was named on the command line."""

    def _configured(self) -> Path:
        """Returns the path of the project's baseline. Raises CommandError if the configured path is refused."""
        try:
            return baseline_path(self._policy, self._here)
        except MisplacedBaselineError as error:
            raise CommandError(str(error).rstrip(".")) from None

    def report(self) -> Report:
        """Scan the targets. Returns the report.

        Raises CommandError if entries are to be added and no file was checked.
        """
        discovery = discover_files(self.arguments, self.resolver, self._trees)
        report = report_on(discovery, self.arguments, self.resolver, lambda name: None, plugins=self._code.order)
        if self._adds and tell_nothing_checked(report, discovery):
            raise CommandError("the baseline was not changed")
        return report

    def outcome(self) -> Outcome:
        """Scan the targets. Returns the results as baseline entries."""
        report = self.report()
        outcome = Outcome(self._here, self.arguments.matching or self._policy.matching)
        found: dict[str, list[WithCode]] = {name: [] for name, _ in report.in_scope}
        for listed in report.listed:
            found[listed.result.filename].append(WithCode(listed.result, report.code_of(listed.result)))
        for name, results in found.items():
            outcome.take(name, results, self.resolver(name))
        return outcome

    def normal(self, name: str) -> str:
        """Returns a file's name in an entry, normalized for comparison."""
        return normal_path(name, str(self._here))

    def entries(self) -> Sequence[Entry]:
        """Returns the entries of the baseline. Raises CommandError if it cannot be read."""
        try:
            entries: Sequence[Entry] = report_in(read_report(self.path))["results"]
        except NotABaselineError as error:
            raise CommandError(f"{shown(str(self.path))} is not a valid baseline: {error}") from None
        except OSError as error:
            raise CommandError(f"cannot read the baseline {shown(str(self.path))}: {why(error)}") from None
        return entries


def _create(scan: _Scan) -> None:
    report = scan.report()
    unmapped = replace(report, listed=[Listed(listed.result.unmapped) for listed in report.listed])
    create(scan.path, "".join(json_report(unmapped)))
    _tell(scan, f"wrote {_entries(len(report.listed))}")


def _update(scan: _Scan) -> None:
    done = rewrite(scan.path, scan.outcome().added, within=scan.within)
    _tell(scan, f"added {_entries(done.after - done.before)}, {done.after} in total")


def _prune(scan: _Scan) -> None:
    done = rewrite(scan.path, scan.outcome().pruned, within=scan.within)
    _tell(scan, f"removed {_entries(done.before - done.after)}, {done.after} left")


def _show(scan: _Scan) -> None:
    entries = scan.entries()
    dropped = scan.outcome().stale(entries) if scan.arguments.targets else set()
    lines = Counter[tuple[str, str, bool]]()
    for index, entry in enumerate(entries):
        what = f"{entry['test_id']} {entry['test_name']}: {entry['issue_text']}"
        lines[scan.normal(entry["filename"]), what, index in dropped] += 1
    opened(None).lines(
        f"{path}: {what}{f' ({count} times)' if count > 1 else ''}{' [stale]' if is_stale else ''}"
        for (path, what, is_stale), count in lines.items()
    )
    stale_too = f", {len(dropped)} stale" if scan.arguments.targets else ""
    _tell(scan, f"{_entries(len(entries))}{stale_too}")


def _entries(count: int) -> str:
    return f"{count} entry" if count == 1 else f"{count} entries"


def _tell(scan: _Scan, what: str) -> None:
    if not scan.arguments.quiet:
        tell(f"{shown(str(scan.path))}: {what}")
