"""A report as a baseline, compared as Bandit compares it: every issue that equals one of the baseline is hidden."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from posse_checks.baseline.match import MAXIMUM_DIGITS, MAXIMUM_VALUES
from posse_server.bandit import log
from posse_server.bandit.issue import Issue, Key
from posse_server.system.console import CommandError
from posse_server.system.reading import BASELINE_LIMIT, read_bytes

_NEEDED = ("line_number", "line_range")
"""The members, besides those compared, without which Bandit does not accept a report."""


def read_baseline(path: str) -> frozenset[Key]:
    """Returns the keys of the issues in a report; none, and a log entry, if it is not a report.

    Raises OSError if the file cannot be opened, and CommandError if it cannot be read.
    """
    try:
        text = read_bytes(path, BASELINE_LIMIT).decode()
    except ValueError as error:
        if os.path.isdir(path):
            raise IsADirectoryError from None
        raise CommandError(f"the baseline {path} cannot be read: {error}") from None
    try:
        return frozenset(_keys(text))
    except Exception as error:  # as in Bandit, whose message is that of any error that the entries cause
        log.warning("manager", f"Failed to load baseline data: {error}")
        return frozenset()


def _keys(report: str) -> Iterator[Key]:
    """Yields the key of each entry. Raises any error that Bandit meets, and ValueError for too many values."""
    if report.count("{") + report.count("[") + report.count(",") > MAXIMUM_VALUES:
        raise ValueError(f"it has more than {MAXIMUM_VALUES:,} values")
    for entry in json.loads(report, parse_int=_whole)["results"]:
        severity, _, filename, cwe = (entry[name] for name in ("issue_severity", "code", "filename", "issue_cwe"))
        number = int(cwe["id"]) if "id" in cwe else 0
        rest = (entry[name] for name in ("issue_confidence", "issue_text", "test_name", "test_id", *_NEEDED))
        confidence, text, test, id, *_ = rest
        key = (text, severity, number, confidence, filename, test, id)
        if not any(isinstance(value, (list, dict)) for value in key):  # which no issue has
            yield key


def _whole(digits: str) -> int:
    """Converts digits to a number. Raises ValueError if there are more than a sensible report has."""
    if len(digits) > MAXIMUM_DIGITS:
        raise ValueError(f"it has a number of more than {MAXIMUM_DIGITS} digits")
    return int(digits)


Candidates = Mapping[Key, Sequence[Issue]]


def compared(issues: Sequence[Issue], baseline: frozenset[Key]) -> tuple[Sequence[Issue], Candidates]:
    """Returns the issues that are not in a baseline, and for each all that are equal to it."""
    equal = defaultdict[Key, list[Issue]](list)
    for issue in issues:
        equal[issue.key].append(issue)
    return [issue for issue in issues if issue.key not in baseline], equal
