"""Rules whose checks run elsewhere: in a process of their own, such as plug-ins of Bandit's."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from posse_checks.rule.declaration import Origin, Rule
from posse_checks.rule.documentation import SUPPRESS
from posse_checks.rule.finding import Cwe, Finding, Level

MOST_RULES = 2000
"""Limit for the rules that are kept, so that the same check is the same object."""


class HostedCheck(NamedTuple):
    """What a finding says about its check, as plain data."""

    name: str
    """The name by which comments may mention it besides its ID."""
    reported_as: str
    """The `test_name` in a report."""
    cwe: int
    """The number of its weakness class; 0 if it has none."""
    documentation: str = ""
    is_plugin: bool = True
    """Whether Bandit runs it, too."""


@lru_cache(maxsize=MOST_RULES)
def hosted_rule(id: str, check: HostedCheck) -> Rule:
    """Returns the rule for a check with this ID, which runs elsewhere."""
    return Rule(
        id=id,
        name=check.name,
        reported_as=check.reported_as,
        severity=Level.UNDEFINED,
        confidence=Level.UNDEFINED,
        cwe=Cwe(check.cwe),
        check=_run_elsewhere,
        subscription=(),
        docstring=check.documentation,
        origin=Origin.PLUGIN if check.is_plugin else Origin.PROJECT,
    )


def is_hosted(rule: Rule) -> bool:
    """Whether the check of a rule runs elsewhere."""
    return rule.check is _run_elsewhere


def hosted_check(rule: Rule) -> HostedCheck | None:
    """Returns what `hosted_rule` made a rule from; None for a rule that runs here."""
    if not is_hosted(rule):
        return None
    return HostedCheck(rule.name, rule.reported_as, rule.cwe.value, rule.docstring, rule.takes_nosec)


def documentation_from(id: str, docstring: str, *, is_plugin: bool = True) -> str:
    """Returns the documentation of a check, given its own docstring, in the form that those of Posse's have."""
    if f"\n## {SUPPRESS}\n" in docstring:
        return docstring
    text = docstring.strip() or f"{'A plug-in of Bandit' if is_plugin else 'A check of this project'}."
    summary, _, rest = text.partition("\n")
    rest = rest.strip().replace("\n## ", "\n### ").removeprefix("## ")
    comment = f"# nosec {id}" if is_plugin else f"# posse: ignore[{id}]"
    return f"{summary.removeprefix('## ').strip()}\n\n{rest}\n\n## {SUPPRESS}\n\nWith `{comment}`, where it is safe.\n"


def _run_elsewhere(*_: object) -> Iterable[Finding]:
    """Reports nothing: the findings come from elsewhere."""
    return ()
