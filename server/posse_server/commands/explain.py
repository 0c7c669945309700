"""The command `posse explain`: what is known of each value in a line, and what that means there."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from posse_checks.analysis.assessed import Assessed
from posse_checks.config.configuration import EMPTY_SELECTION
from posse_checks.config.selection import SelectionError
from posse_checks.flow.explain import Explanation, Known, explained
from posse_checks.flow.findings import Follower
from posse_checks.flow.model import catalogue_with
from posse_checks.incremental.check_file import check_module, decode
from posse_checks.python.syntax import Broken, parse
from posse_checks.python.text import split_lines
from posse_checks.rule.evidence import Step
from posse_server.notebook.file import SUFFIX
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.effective import EffectiveConfig, resolve
from posse_server.system.console import CommandError, opened, shown, tell, why
from posse_server.system.reading import SOURCE_LIMIT, read_bytes

ERROR_STATUS = 2
"""Exit status if nothing can be said of the line."""
_PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d{1,9})(?::\d{1,9})?")


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Explain each value in a line: where it comes from, and what harm it may do there."
    parser.add_argument("place", metavar="FILE:LINE", help="line to explain, such as app.py:13")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    try:
        opened(None).lines(list(_explained(arguments.place)))
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def _explained(place: str) -> Iterator[str]:
    """Yields what is known of a line. Raises CommandError if nothing can be."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise CommandError(f"{shown(place)} is not of the form FILE:LINE. Write, for instance, app.py:13")
    name, line = match["file"], int(match["line"])
    if name.endswith(SUFFIX):
        raise CommandError(f"{shown(name)} is a notebook. Name a line of a Python file")
    try:
        data = read_bytes(name, SOURCE_LIMIT)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read {shown(name)}: {why(error)}") from None
    statements = parse(data)
    if isinstance(statements, Broken):
        raise CommandError(f"{shown(name)}, line {statements.line}: {statements.message}")
    source = decode(data)
    lines = [] if isinstance(source, Broken) else split_lines(source)
    if not 1 <= line <= len(lines):
        raise CommandError(f"there is no line {line} in {shown(name)}: it has {len(lines)} lines")
    yield f"{name}:{line}: {lines[line - 1].strip()}"
    config = _config(name)
    policy = config.configuration.policy
    yield from _on_values(explained(statements, line, catalogue_with(policy.flow_model)), lines)
    assessed = check_module(data, config.catalogue, Follower(config.catalogue, policy.flow_local, policy.flow_model))
    yield from _on_findings(() if isinstance(assessed, Broken) else assessed, line)


def _on_values(explanation: Explanation, lines: Sequence[str]) -> Iterator[str]:
    yield from ("", "Values:")
    if not explanation.values:
        yield "  none: there is no expression in this line but constants, or it is never run"
    for at, answers in explanation.values.items():
        first = lines[at[0] - 1].encode(errors="surrogatepass")
        text = (first[at[1] : at[3]] if at[2] == at[0] else first[at[1] :]).decode(errors="replace").strip()
        for known in answers:
            yield f"  `{text}`{'' if at[2] == at[0] else ' ...'}: {known.what}"
            yield from _path(known.steps)
    if explanation.gave_up:
        yield "  The function takes too many steps to follow to its end, so no value is called harmless here."
    if explanation.sinks:
        yield from ("", "Where data may do harm:")
    for kind, judged in explanation.sinks:
        yield from _on_sink(kind, judged)


def _on_sink(kind: str, judged: Known) -> Iterator[str]:
    yield f"  {kind}: {judged.what}"
    yield from _path(judged.steps)


def _path(steps: Sequence[Step]) -> Iterator[str]:
    return (f"    {number}. {step.line}:{step.column} {step.what}" for number, step in enumerate(steps, start=1))


def _config(name: str) -> EffectiveConfig:
    """Returns what the nearest configuration means for a file, and that data is followed.

    Raises CommandError if it cannot be used.
    """
    path = Path(os.path.abspath(name))
    here = Path.cwd()
    file = ConfigurationFinder(here if path.is_relative_to(here) else path.parent).nearest(path.parent)
    selection = replace(EMPTY_SELECTION, flow=True)
    try:
        return resolve(file, folder=file.path.parent if file else None, selection=selection).for_file(name)
    except SelectionError as error:
        raise CommandError(str(error)) from None


def _on_findings(assessed: Sequence[Assessed], line: int) -> Iterator[str]:
    here = [item for item in assessed if item.finding.span.line <= line <= item.finding.span.end_line]
    yield from ("", "Findings:" if here else "Findings: none")
    for item in here:
        finding = item.finding
        yield f"  {finding.rule.id} {finding.rule.name}: {finding.message}"
        if item.suppressor is not None:
            yield f"    suppressed by the comment `{item.suppressor.written}` on line {item.suppressed_by}"
        if finding.evidence is not None:
            reason = f": {finding.evidence.reason}" if finding.evidence.reason else ""
            yield f"    Evidence: {finding.evidence.verdict}{reason}"
