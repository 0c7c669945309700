"""One issue of a report, as Bandit's formats have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posse_checks.rule.finding import Finding, Level
from posse_server.bandit.tests_of_bandit import DOCUMENTATION

Key = tuple[str, str, int, str, str, str, str]
"""What makes two issues the same for Bandit: text, severity, CWE, confidence, file, test and ID."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue. Lines count from 1, columns are UTF-8 bytes from 0."""

    filename: str
    test_id: str
    test: str
    severity: Level
    confidence: Level
    cwe: int
    """The number of the weakness class; 0 for none."""
    text: str
    line: int
    line_range: tuple[int, int]
    column: int
    end_column: int
    place: int
    """The number of its node in the file, in Bandit's order."""
    more_info: str = DOCUMENTATION

    @property
    def key(self) -> Key:
        """The key by which issues are compared."""
        return self.text, self.severity.name, self.cwe, self.confidence.name, self.filename, self.test, self.test_id

    @property
    def cwe_link(self) -> str:
        """The page on the weakness class; empty for none."""
        return f"https://cwe.mitre.org/data/definitions/{self.cwe}.html" if self.cwe else ""

    @property
    def cwe_text(self) -> str:
        """The weakness class as text reports show it."""
        return f"CWE-{self.cwe} ({self.cwe_link})" if self.cwe else ""

    @property
    def lines(self) -> list[int]:
        """The numbers of all its lines."""
        first, last = self.line_range
        return list(range(first, last + 1))

    def entry(self) -> dict[str, Any]:
        """Returns the issue as reports for machines have it, but for the code."""
        return {
            "filename": self.filename,
            "test_name": self.test,
            "test_id": self.test_id,
            "issue_severity": self.severity.name,
            "issue_cwe": {"id": self.cwe, "link": self.cwe_link} if self.cwe else {},
            "issue_confidence": self.confidence.name,
            "issue_text": self.text,
            "line_number": self.line,
            "line_range": self.lines,
            "col_offset": self.column,
            "end_col_offset": self.end_column,
        }


def issue_of(filename: str, finding: Finding, place: int) -> Issue:
    """Returns a finding as an issue in a file, at a place."""
    rule = finding.rule
    return Issue(
        filename,
        rule.id,
        rule.reported_as,
        finding.severity,
        finding.confidence,
        rule.cwe.value,
        finding.message,
        finding.line,
        finding.line_range,
        finding.column,
        finding.end_column,
        place,
        rule.link,
    )
