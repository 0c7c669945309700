"""How an editor shows findings: which ones, and which of them as hints. Scans and reports do not depend on it."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from posse_checks.rule.finding import Finding, Level


class EvidenceSeverity(enum.Enum):
    """How the editor shows a finding that is harmless where it is: as any other, or as a hint."""

    AS_BANDIT = "as_bandit"
    HINT_WHEN_NONE = "hint_when_none"


class Show(enum.Enum):
    """The findings that the editor shows."""

    ALL = "all"
    NO_REMINDERS = "no_reminders"
    MEDIUM = "medium"
    HIGH = "high"


SHOW_WORDS: Mapping[str, str] = {
    "all": "All findings; reminders are hints.",
    "no_reminders": "All findings but reminders.",
    "medium": "Findings of medium and high severity, without reminders.",
    "high": "Findings of high severity, without reminders.",
}
EVIDENCE_WORDS: Mapping[str, str] = {
    "as_bandit": "With the severity of the check.",
    "hint_when_none": "As hints.",
}
_LOWEST: Mapping[Show, Level] = {Show.MEDIUM: Level.MEDIUM, Show.HIGH: Level.HIGH}


def is_displayed(finding: Finding, show: Show) -> bool:
    """Whether the editor shows a finding, with its configured severity, that a scan would report."""
    if show is Show.ALL:
        return True
    return not finding.is_reminder and finding.severity >= _LOWEST.get(show, Level.UNDEFINED)


def is_hint(
    finding: Finding, severity_map: Mapping[str, Level], *, is_harmless: bool, evidence: EvidenceSeverity
) -> bool:
    """Whether the editor shows a finding as a hint.

    That is a reminder whose ID has no severity of its own, or a finding that is harmless, if `evidence` says so.
    """
    is_recalled = finding.is_reminder and finding.rule.id not in severity_map
    return is_recalled or (is_harmless and evidence is EvidenceSeverity.HINT_WHEN_NONE)
