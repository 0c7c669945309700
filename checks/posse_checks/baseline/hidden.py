"""The findings of a document that are not shown, each with what hides it: comment, baseline or configuration."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from posse_checks.analysis.assessed import Assessed, Suppressor
from posse_checks.analysis.registry import Catalogue
from posse_checks.baseline.match import KnownFindings, finding_key
from posse_checks.config.configuration import Configuration
from posse_checks.incremental.document import Document
from posse_checks.rule.finding import Finding


class HiddenBy(enum.Enum):
    """The reason that a finding is not shown."""

    NOSEC = "nosec"
    IGNORE = "ignore"
    BASELINE = "baseline"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class HiddenFinding:
    """A finding that is not shown."""

    finding: Finding
    by: HiddenBy
    why: str
    """The reason in words, to follow a colon."""


def shown_in(
    document: Document, configuration: Configuration, known: KnownFindings
) -> tuple[list[Finding], list[Finding]]:
    """Returns the findings to show, in order of position, and those that the baseline hides."""
    shown = [finding for item in document.assessed if (finding := configuration.shown(item)) is not None]
    return known.partition(shown, finding_key)


def hidden_in(
    document: Document,
    configuration: Configuration,
    path: str,
    known: KnownFindings,
    on_flows: Sequence[Assessed] = (),
) -> list[HiddenFinding]:
    """Returns all findings that are not shown, in order of position. May check the whole text with all rules.

    `path` is that of the file, relative to the configuration's folder; `on_flows` are the findings of rules on flows.
    """
    excluded = configuration.excluded_by(path)
    if excluded is not None:
        why = f"the file is excluded by `{excluded}`"
        findings = (item.finding for item in document.assessed)
        found = [HiddenFinding(finding, HiddenBy.CONFIGURATION, why) for finding in findings]
    else:
        found = [*_by_comment(document, configuration, on_flows), *_filtered(document, configuration, known, on_flows)]
    found += _switched_off(document, configuration, path)
    return sorted(found, key=lambda item: (item.finding.line, item.finding.column, item.finding.rule.id))


def _by_comment(
    document: Document, configuration: Configuration, on_flows: Iterable[Assessed]
) -> Iterator[HiddenFinding]:
    """Yields the findings that comments suppress."""
    if configuration.ignore_nosec:
        return
    for item in chain(*document.suppressed.values(), on_flows):
        if item.suppressor is not None:
            by = HiddenBy.IGNORE if item.suppressor is Suppressor.IGNORE else HiddenBy.NOSEC
            yield HiddenFinding(item.finding, by, f"`{item.suppressor.written}` on line {item.suppressed_by}")


def _filtered(
    document: Document, configuration: Configuration, known: KnownFindings, on_flows: Sequence[Assessed]
) -> Iterator[HiddenFinding]:
    """Yields the findings below the minimum levels, then those that the baseline hides."""
    policy = configuration.policy
    for item in chain(document.assessed, on_flows):
        graded = policy.graded(item.finding)
        if (item.suppressed_by is None or configuration.ignore_nosec) and not policy.reports(graded):
            too_low = graded.severity < policy.minimum_severity
            why = f"below `{'minimum_severity' if too_low else 'minimum_confidence'}`"
            yield HiddenFinding(graded, HiddenBy.CONFIGURATION, why)
        elif item.suppressed_by is None and not policy.displays(graded):
            yield HiddenFinding(
                graded, HiddenBy.CONFIGURATION, f"the editor does not show it with `show: {policy.show.value}`"
            )
    _, hidden = shown_in(document, configuration, known)
    _, hidden_on_flows = known.partition(
        [finding for item in on_flows if (finding := configuration.shown(item)) is not None], finding_key
    )
    for finding in (*hidden, *hidden_on_flows):
        yield HiddenFinding(finding, HiddenBy.BASELINE, "in the baseline")


def _switched_off(document: Document, configuration: Configuration, path: str) -> Sequence[HiddenFinding]:
    """The findings of the rules that the configuration switches off here; optional rules are not among them."""
    running = {rule.id for rule in document.catalogue.rules}
    off = {
        rule.id: why
        for rule in configuration.known_rules.values()
        if rule.id not in running and not rule.optional and (why := configuration.why_off(rule, path))
    }
    if not off:
        return []
    rules = [rule for rule in configuration.known_rules.values() if rule.id in off or rule.id in running]
    assessed = document.with_catalogue(Catalogue(rules, configuration.sections, configuration.ids)).assessed
    return [
        HiddenFinding(item.finding, HiddenBy.CONFIGURATION, off[item.finding.rule.id])
        for item in assessed
        if item.finding.rule.id in off
    ]
