"""Checks one file as Bandit does: its issues in Bandit's order, what is logged about it, and why it is skipped."""

from __future__ import annotations

import ast
import errno
import os
import sys
import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from posse_checks.analysis.assessed import Suppressor
from posse_checks.analysis.comments import Comments
from posse_checks.analysis.suppression import Nosecs
from posse_checks.config.configuration import CatalogueCache
from posse_checks.incremental.check_file import assessed_in, decode
from posse_checks.python.syntax import Broken, parse
from posse_server.bandit import log
from posse_server.bandit.issue import Issue, issue_of
from posse_server.bandit.legacy import Blacklist, legacy_issues
from posse_server.bandit.nosec import read_nosecs, require_tokens, tell_unused
from posse_server.bandit.order import in_order
from posse_server.results.check_file import lines_of_code
from posse_server.results.excerpt import lines_around, numbered, within_limit
from posse_server.results.result import LevelCounts, Metrics
from posse_server.system.console import why
from posse_server.system.reading import SOURCE_LIMIT, read_bytes

STDIN = "<stdin>"
SYNTAX_ERROR = "syntax error while parsing AST from file"
EXCEPTION = "exception while scanning file"


@dataclass(frozen=True, slots=True)
class How:
    """How files are checked."""

    catalogues: CatalogueCache
    ignore_nosec: bool
    context_lines: int
    running: Collection[str]
    """The IDs of the tests that run, at least on some files."""
    blacklist: Blacklist | None = None
    """The blocklists that an old configuration has in place of the usual ones."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a file once it was checked."""

    name: str
    issues: Sequence[Issue] = ()
    metrics: Metrics | None = None
    """None if the file could not be read."""
    skipped: str | None = None
    code: Mapping[int, str] = field(default_factory=dict)
    """The lines around the issues, by number."""

    def code_of(self, issue: Issue, context_lines: int, separator: str = " ") -> str:
        """Returns the lines around an issue, each after its number."""
        return numbered(self.code, lines_around(issue.line, issue.line_range, context_lines), separator)


def check_file(name: str, how: How) -> Outcome:
    """Check a file, or standard input for `-`."""
    try:
        data = _stdin() if name == "-" else read_bytes(name, SOURCE_LIMIT)
    except (OSError, ValueError) as error:
        reason = os.strerror(errno.EISDIR) if os.path.isdir(name) else why(error)
        return Outcome(name, skipped=reason)
    name = STDIN if name == "-" else name
    lines = lines_of_code(data)
    try:
        return _checked(name, data, lines, how)
    except SyntaxError:
        return Outcome(name, metrics=Metrics(lines), skipped=SYNTAX_ERROR)
    except Exception as error:
        log.error("manager", f"Exception occurred when executing tests against {name}.")
        log.error("manager", f'Run "bandit --debug {name}" to see the full traceback.')
        log.debug("manager", f"  Exception string: {error}")
        return Outcome(name, metrics=Metrics(lines), skipped=EXCEPTION)


def _stdin() -> bytes:
    """Returns standard input. Raises ValueError if it is closed or too large."""
    if sys.stdin is None:
        raise ValueError("standard input is closed")
    data = sys.stdin.buffer.read(SOURCE_LIMIT.size + 1)
    if len(data) > SOURCE_LIMIT.size:
        raise ValueError(f"it is larger than {SOURCE_LIMIT}")
    return data


def _checked(name: str, data: bytes, lines: int, how: How) -> Outcome:
    """Check the bytes of a file. Raises SyntaxError, or another error that Bandit meets, if they do not parse."""
    source = decode(data)
    nosecs = Nosecs() if how.ignore_nosec or isinstance(source, Broken) or b"nosec" not in data else read_nosecs(source)
    statements, cautions = _parsed(data)
    if isinstance(statements, Broken) or isinstance(source, Broken):
        require_tokens(data, tokenizes=not how.ignore_nosec, tells=isinstance(source, Broken))
    if name == STDIN:
        log.warning("node_visitor", f"Unable to find qualified name for module: {name}")
    for caution in cautions:
        log.warning("warnings", f"{caution}\n")
    if isinstance(statements, Broken) or isinstance(source, Broken):
        ast.parse(data)
        raise SyntaxError
    catalogue = how.catalogues.for_path(name)
    placed = in_order(assessed_in(source, statements, catalogue, Comments(nosecs)), statements)
    assessed = [one for _, one in placed]
    tell_unused(name, statements, nosecs, assessed, how.running)
    issues: Sequence[Issue] = [issue_of(name, one.finding, place) for place, one in placed if one.suppressed_by is None]
    blanket = sum(one.suppressor is Suppressor.BLANKET for one in assessed)
    if how.blacklist is not None:
        legacy, silenced = legacy_issues(name, statements, how.blacklist, nosecs)
        issues, blanket = sorted([*issues, *legacy], key=attrgetter("place")), blanket + silenced
    metrics = Metrics(
        lines,
        blanket,
        sum(one.suppressor is Suppressor.NOSEC for one in assessed),
        LevelCounts.of(issue.severity for issue in issues),
        LevelCounts.of(issue.confidence for issue in issues),
    )
    issues, code = _excerpts(name, data, source, issues, how.context_lines)
    return Outcome(name, issues, metrics, code=code)


def _parsed(data: bytes) -> tuple[Sequence[ast.stmt] | Broken, Sequence[object]]:
    """Returns the statements of a file, and what Python warns of."""
    if sys.version_info < (3, 12):
        return parse(data), ()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default", SyntaxWarning)
        try:
            statements: Sequence[ast.stmt] | Broken = ast.parse(data).body
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            statements = parse(data)
    return statements, [one.message for one in caught]


def _excerpts(
    name: str, data: bytes, source: str, issues: Sequence[Issue], context_lines: int
) -> tuple[Sequence[Issue], Mapping[int, str]]:
    """Returns issues as a report shows them, and the lines around them; those of standard input as they came."""
    if not issues:
        return issues, {}
    shown_lines = partial(lines_around, context_lines=context_lines)
    issues, lines = within_limit(issues, _raw_lines(data) if name == STDIN else _file_lines(source), shown_lines)
    wanted = {number for issue in issues for number in shown_lines(issue.line, issue.line_range)}
    return issues, {number: lines[number - 1] for number in sorted(wanted) if number <= len(lines)}


def _file_lines(source: str) -> Sequence[str]:
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return [f"{line}\n" for line in lines]


def _raw_lines(data: bytes) -> Sequence[str]:
    pieces = data.decode(errors="backslashreplace").split("\n")
    return [f"{line}\n" for line in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
