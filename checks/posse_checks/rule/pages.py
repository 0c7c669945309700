"""The documentation of rules as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from posse_checks.rule.declaration import Origin, Rule
from posse_checks.rule.documentation import documentation_of
from posse_checks.rule.finding import Level

_INDENTED = re.compile(r"(?:^ {4}.*\n(?:\n(?= {4}))?)+", re.MULTILINE)
"""A block of code in a rule's documentation; two blank lines end it, as in `Documentation.examples`."""

TITLE = """# The checks

Checks B101 to B704 are Bandit's, with its IDs, names, severities, confidences and options. P101 to P208 are Posse's
own and run where data is followed, as in a scan with `--flow`; [flows.md](flows.md) describes them.
`posse rules --markdown` prints this page; `posse rules B602` shows one rule in the terminal.
"""


def as_markdown(rules: Iterable[Rule]) -> Iterator[str]:
    """Yields the parts of a page: a table of the rules, then the documentation of each."""
    rules = list(rules)
    yield TITLE
    yield "\n| ID | Name | Severity | Confidence | Reports |\n|---|---|---|---|---|\n"
    for rule in rules:
        summary = summary_of(rule).replace("|", "\\|")
        yield f"| [{rule.id}](#{_anchor(rule)}) | `{rule.name}` | {' | '.join(grades(rule))} | {summary} |\n"
    for rule in rules:
        yield from section_of(rule)


def section_of(rule: Rule) -> Iterator[str]:
    """Yields the parts of the documentation of one rule, under a heading."""
    documentation = documentation_of(rule.docstring)
    severity, confidence = grades(rule)
    yield f"\n## {_title(rule)}\n\n{summary_of(rule)}\n\n"
    yield f"Severity {severity}, confidence {confidence}"
    yield f"; [CWE-{rule.cwe.value}]({rule.cwe.link}) ({rule.cwe.title}){label_note(rule)}. " if rule.cwe else ". "
    if rule.is_own:
        yield "Bandit has no such check.\n\n"
    else:
        yield f"[Bandit's page]({rule.link}).\n\n" if not rule.optional else "Bandit no longer has this check.\n\n"
    yield f"{documentation.why}\n"
    for title, body in documentation.sections.items():
        yield f"\n### {title}\n\n{fenced(body)}"
    if rule.defaults:
        yield f"\n### Options\n\nUnder `{rule.section}` in the configuration:\n\n"
        for name, default in rule.defaults.items():
            yield f"- `{name}`, by default `{shown_default(default)}`\n"


def page_of(rule: Rule) -> str:
    """Returns the documentation of one rule as a page of its own."""
    return "".join(section_of(rule)).lstrip().removeprefix("#")


def fenced(section: str) -> str:
    """Returns a section with its indented blocks of code between fences that name their language, for highlighting."""
    return _INDENTED.sub(lambda block: f"```python\n{textwrap.dedent(block[0])}```\n", section.strip("\n") + "\n")


class Grades(NamedTuple):
    """A severity and a confidence, in lower case."""

    severity: str
    confidence: str


def grades(rule: Rule) -> Grades:
    """The severity and the confidence of a rule."""
    return Grades(_word(rule.severity), _word(rule.confidence))


def _word(level: Level) -> str:
    return level.name.lower()


def label_note(rule: Rule) -> str:
    """Says whose label a rule's weakness class is, after a comma; empty if it is Posse's own."""
    return ", as Bandit labels it" if rule.origin is Origin.BANDIT else ""


def summary_of(rule: Rule) -> str:
    """The first sentence of a rule's documentation, with a note if the rule is off by default."""
    summary = documentation_of(rule.docstring).summary
    if rule.is_own:
        return f"{summary} Only where data is followed."
    return f"{summary} Off unless selected by ID." if rule.optional else summary


def _title(rule: Rule) -> str:
    return f"{rule.id} {rule.name}"


def _anchor(rule: Rule) -> str:
    return _title(rule).lower().replace(" ", "-")


def shown_default(default: object) -> str:
    """An option's default value as YAML writes it."""
    if isinstance(default, Sequence) and not isinstance(default, str):
        return f"[{', '.join(map(shown_default, default))}]"
    return str(default).lower() if isinstance(default, bool) else str(default)
