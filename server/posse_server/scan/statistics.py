"""Figures about a report: the findings of each check, and how long the scan took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from posse_checks.rule.finding import Level
from posse_server.scan.report import Report


def statistics(report: Report) -> Iterator[str]:
    """Yields a line for each check with findings, most findings first, and one for all."""
    counts = Counter(listed.result.rule_id for listed in report.listed)
    names = {listed.result.rule_id: listed.result.rule.name for listed in report.listed}
    files = {id: set[str]() for id in counts}
    for listed in report.listed:
        files[listed.result.rule_id].add(listed.result.filename)
    rows = [("FINDINGS", "FILES", "CHECK", "")]
    ordered = sorted(counts, key=lambda check: (-counts[check], check))
    names = {listed.result.rule_id: listed.result.rule.name for listed in report.listed}
    rows += [(str(counts[id]), str(len(files[id])), id, names[id]) for id in ordered]
    everywhere = len({listed.result.filename for listed in report.listed})
    rows.append((str(len(report.listed)), str(everywhere), "all", ""))
    for findings, in_files, check, name in rows:
        yield f"{findings:>8}  {in_files:>6}  {check:<5}  {name}".rstrip()


def summary(report: Report, seconds: float) -> str:
    """Returns what was checked and found, in one line."""
    counts = Counter(listed.result.severity for listed in report.listed)
    found = [f"{counts[level]} {level.name.lower()}" for level in reversed(Level) if counts[level]]
    files = len(report.in_scope)
    return f"checked {files} file{'s' if files != 1 else ''} in {seconds:.1f} s: {', '.join(found) or 'no findings'}"
