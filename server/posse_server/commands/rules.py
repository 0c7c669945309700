"""The command `posse rules`: lists the checks, or shows the documentation of some."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from posse_checks.analysis.registry import all_rules
from posse_checks.config.suggestions import similar_id
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import documentation_of
from posse_checks.rule.pages import as_markdown, grades, label_note, shown_default, summary_of
from posse_server.project.discovery import ConfigurationFinder
from posse_server.system.console import CommandError, Line, Painted, opened, tell

ERROR_STATUS = 2
"""Exit status if no check has the ID or name."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "List the checks, or show the documentation of some of them."
    parser.add_argument("rules", metavar="RULE", nargs="*", help="ID or name of a check, such as B602")
    parser.add_argument("--markdown", action="store_true", help="print the documentation as one page of Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    try:
        known = {**all_rules(), **{rule.id: rule for rule in _own()}}
        chosen = [_find(name, known) for name in arguments.rules]
        output = opened(None)
        if arguments.markdown:
            output.document(as_markdown(chosen or all_rules().values()))
        elif chosen:
            output.lines(_joined(as_text(rule, bold=_is_terminal()) for rule in chosen))
        else:
            output.lines(as_table(known.values()))
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def as_table(rules: Iterable[Rule]) -> Iterator[str]:
    """Yields one line for each rule, in columns."""
    rows = [("ID", "NAME", "SEVERITY", "CONFIDENCE", "SUMMARY")]
    rows += [(rule.id, rule.name, *grades(rule), summary_of(rule)) for rule in rules]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:-1]]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[-1]])


def as_text(rule: Rule, *, bold: bool = False) -> Iterator[Line]:
    """Yields a rule's documentation for a terminal, line by line."""

    def heading(text: str) -> Line:
        return Painted(text, "\033[1m", "\033[0m") if bold else text

    documentation = documentation_of(rule.docstring)
    severity, confidence = grades(rule)
    yield heading(f"{rule.id} {rule.name}")
    yield from (summary_of(rule), "")
    yield f"Severity {severity}, confidence {confidence}"
    if rule.cwe:
        yield f"CWE-{rule.cwe.value} ({rule.cwe.title}){label_note(rule)}"
    if rule.is_own:
        yield "Bandit has no such check."
    yield from ("Bandit no longer has this check." if rule.optional else rule.link, "")
    yield from documentation.why.split("\n")
    for title, body in documentation.sections.items():
        yield from ("", heading(title))
        yield from body.strip("\n").split("\n")
    if rule.defaults:
        yield from ("", heading(f"Options under {rule.section}"))
        for name, default in rule.defaults.items():
            shown = f"{name}: {shown_default(default)}"
            yield from textwrap.wrap(shown, 100, initial_indent="    ", subsequent_indent=" " * 8)


def _own() -> Sequence[Rule]:
    """Returns the project's own checks, as the configuration for this folder declares them."""
    file = ConfigurationFinder(Path.cwd()).nearest(Path.cwd())
    return () if file is None or file.base is None else file.base.declared_rules


def _find(name: str, rules: Mapping[str, Rule]) -> Rule:
    """Returns the rule with an ID or name. Raises CommandError, with a suggestion, if there is none."""
    known = {rule.name: rule for rule in rules.values()} | dict(rules)
    rule = known.get(name) or known.get(name.upper()) or known.get(name.lower())
    if rule is None:
        close = similar_id(name) or next(iter(difflib.get_close_matches(name, known, n=1)), None)
        guess = f"Did you mean {close}?" if close else "List all checks with `posse rules`."
        raise CommandError(f"unknown check {name!r}. {guess}")
    return rule


def _joined(texts: Iterable[Iterable[Line]]) -> Iterator[Line]:
    for index, text in enumerate(texts):
        if index:
            yield from ("", "")
        yield from text


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.getenv("NO_COLOR") is None and os.getenv("TERM") != "dumb"
