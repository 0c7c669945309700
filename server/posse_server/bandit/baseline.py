"""A report as a baseline, compared as Bandit compares it: every issue that equals one of the baseline is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from posse_checks.baseline.match import NotABaselineError, report_in
from posse_server.bandit import log
from posse_server.bandit.issue import Issue, Key
from posse_server.system.console import CommandError
from posse_server.system.reading import BASELINE_LIMIT, read_bytes


def read_baseline(path: str) -> frozenset[Key]:
    """Returns the keys of the issues in a report; none, and a log entry, if it is no report.

    Raises OSError if the file cannot be opened, and CommandError if it cannot be read.
    """
    try:
        text = read_bytes(path, BASELINE_LIMIT).decode()
    except ValueError as error:
        raise CommandError(f"the baseline {path} cannot be read: {error}") from None
    try:
        return frozenset(_key(entry) for entry in report_in(text)["results"])
    except NotABaselineError as error:
        log.warning("manager", f"Failed to load baseline data: {_as_python_says(str(error))}")
        return frozenset()


def _as_python_says(message: str) -> str:
    """Returns a message about a missing key as Python words it."""
    return message.removesuffix(" is missing in it")


def _key(entry: Mapping[str, object]) -> Key:
    cwe = entry["issue_cwe"]
    number = cwe.get("id", 0) if isinstance(cwe, dict) else 0
    return (  # type: ignore[return-value]  # values of other types equal those of no issue
        entry["issue_text"],
        entry["issue_severity"],
        int(number),
        entry["issue_confidence"],
        entry["filename"],
        entry["test_name"],
        entry["test_id"],
    )


Candidates = Mapping[Key, Sequence[Issue]]


def compared(issues: Sequence[Issue], baseline: frozenset[Key]) -> tuple[Sequence[Issue], Candidates]:
    """Returns the issues that are not in a baseline, and for each all that are equal to it."""
    equal = defaultdict[Key, list[Issue]](list)
    for issue in issues:
        equal[issue.key].append(issue)
    return [issue for issue in issues if issue.key not in baseline], equal
