"""The page of each rule, made from the rule's documentation, and the list of them all."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import BAD, FIXED, GOOD, REFERENCES, SUPPRESS, documentation_of
from posse_checks.rule.pages import fenced, grades, shown_default, summary_of

HEADINGS = {BAD: "Vulnerable", FIXED: "Fixes", GOOD: "Better", SUPPRESS: "When to suppress"}
"""The headings on the site of a rule's sections, in order. References come last."""
FAMILIES = {
    "B1": "Miscellaneous",
    "B2": "Frameworks and archives",
    "B3": "Calls",
    "B4": "Imports",
    "B5": "Cryptography and transport",
    "B6": "Injection",
    "B7": "Pages and templates",
    "P1": "Flows: Posse's own, where data is followed",
    "P2": "Settings: Posse's own, where data is followed",
}
"""The titles of groups of rules, by the first characters of their IDs."""


class RuffRule(NamedTuple):
    """Ruff's rule of the same number."""

    code: str
    name: str
    preview: bool


def ruff_rules() -> Mapping[str, RuffRule]:
    """Asks Ruff for its rules `S`. Returns them by the ID of the check of Bandit that each reimplements."""
    ruff = Path(sysconfig.get_path("scripts"), "ruff")
    done = subprocess.run([ruff, "rule", "--all", "--output-format", "json"], capture_output=True, check=True)
    rules = (rule for rule in json.loads(done.stdout) if re.fullmatch(r"S\d{3}", rule["code"] or ""))
    return {
        f"B{rule['code'][1:]}": RuffRule(rule["code"], rule["name"], "Preview" in rule.get("status", {}))
        for rule in rules
        if "Removed" not in rule.get("status", {})
    }


def rule_page(rule: Rule, ruff: RuffRule | None) -> str:
    """Returns the page of a rule as Markdown."""
    return "".join(_parts(rule, ruff))


def _parts(rule: Rule, ruff: RuffRule | None) -> Iterator[str]:
    documentation = documentation_of(rule.docstring)
    yield f"# {rule.id} `{rule.name}`\n\n{summary_of(rule)}\n\n"
    yield "| Property | Value |\n|---|---|\n"
    for name, value in _facts(rule, ruff):
        yield f"| {name} | {value} |\n"
    yield f"\n## Why it matters\n\n{documentation.why}\n"
    for heading, title in HEADINGS.items():
        if heading in documentation.sections:
            yield f"\n## {title}\n\n{fenced(documentation.sections[heading])}"
        if heading == SUPPRESS:
            yield "\n" + _suppression(rule)
    if rule.defaults:
        yield f"\n## Options\n\nThese are the defaults, as `bandit.yaml` has them:\n\n{_options(rule)}\n"
    others = [title for title in documentation.sections if title not in HEADINGS and title != REFERENCES]
    for title in others:
        yield f"\n## {title}\n\n{fenced(documentation.sections[title])}"
    if documentation.references:
        yield "\n## References\n\n" + "".join(f"- <{url}>\n" for url in documentation.references)


def _facts(rule: Rule, ruff: RuffRule | None) -> Iterator[tuple[str, str]]:
    severity, confidence = grades(rule)
    yield "Severity", severity
    yield "Confidence", confidence
    label = "" if rule.is_own else ", as Bandit labels it"
    yield "Weakness", f"[CWE-{rule.cwe.value}]({rule.cwe.link}) ({rule.cwe.title}){label}"
    if rule.is_own:
        yield "Runs", "where [data is followed](../flows.md), as in a scan with `--flow`"
        yield "Bandit", "has no such check"
    elif rule.optional:
        yield "Runs", "only if it is selected by its ID"
        yield "Bandit", "no longer has this check"
    else:
        yield "Runs", "by default"
        yield "Bandit", f"[{rule.id} `{rule.name}`]({rule.link})"
    preview = ", in preview" if ruff and ruff.preview else ""
    yield "Ruff", f"{ruff.code} `{ruff.name}`{preview}" if ruff else "has no such rule"


def _suppression(rule: Rule) -> str:
    comment = f"# posse: ignore[{rule.id}]" if rule.is_own else f"# nosec {rule.id}"
    return (
        f"The comment `{comment}` suppresses a finding of this rule in its line. "
        "[Suppression](../suppression.md) has the other ways.\n"
    )


def _options(rule: Rule) -> str:
    lines = "".join(f"  {name}: {shown_default(default)}\n" for name, default in rule.defaults.items())
    return f"```yaml\n{rule.section}:\n{lines}```\n"


def rules_list(rules: Iterable[Rule], ruff: Mapping[str, RuffRule]) -> str:
    """Returns the page that lists all rules as Markdown, with their pages below it in the sidebar."""
    rules = list(rules)
    tables = "".join(
        f"## {title}\n\n{_table([rule for rule in rules if rule.id.startswith(family)], ruff)}\n"
        for family, title in FAMILIES.items()
    )
    pages = "".join(f"{rule.id} <rules/{rule.id}>\n" for rule in rules)
    return (
        "# Rules\n\nThe rules B101 to B704 are Bandit's, with its IDs, names, severities, confidences and options. "
        "Those with a P are Posse's own, and run where [data is followed](flows.md). `posse rules B602` shows one "
        f"of them in the terminal.\n\n```{{toctree}}\n:hidden:\n\n{pages}```\n\n{tables}"
    )


def _table(rules: Iterable[Rule], ruff: Mapping[str, RuffRule]) -> str:
    rows = "".join(
        f"| [{rule.id}](rules/{rule.id}.md) | {documentation_of(rule.docstring).summary.replace('|', chr(92) + '|')} "
        f"| {' | '.join(grades(rule))} | {'yes' if rule.fixers else 'no'} "
        f"| {ruff[rule.id].code if rule.id in ruff else 'none'} |\n"
        for rule in rules
    )
    return f"| Rule | Reports | Severity | Confidence | Fix | Ruff |\n|---|---|---|---|---|---|\n{rows}"
