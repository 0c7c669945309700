"""Findings that a scan leaves out: those in the report given with `-b`, or in the project's baselines."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from posse_checks.baseline.match import Baseline, KnownFindings, NotABaselineError, normal_path, report_in
from posse_checks.config.policy import Matching
from posse_server.baselines.read import Baselines
from posse_server.project.effective import Resolver
from posse_server.scan.arguments import Arguments
from posse_server.system.console import CommandError, shown, tell, why
from posse_server.system.reading import BASELINE_LIMIT, read_bytes

KnownIn = Callable[[str], KnownFindings | None]
"""Returns the baseline entries for a file, by its name; None if there is no baseline."""


def known_in(arguments: Arguments, resolver: Resolver) -> KnownIn:
    """Returns the baseline entries for each file of a scan.

    Raises CommandError if a report that is named cannot be read.
    """
    if arguments.baseline is not None:
        return _from_report(arguments.baseline, arguments.matching or Matching.BANDIT)
    if arguments.isolated:
        return lambda name: None
    return _from_project(resolver, arguments.matching)


def _from_report(path: str, matching: Matching) -> KnownIn:
    """Use a report as a baseline, as Bandit does. One that is not valid is reported and ignored."""
    try:
        content = read_bytes(path, BASELINE_LIMIT)
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the baseline {shown(path)}: {why(error)}") from None
    try:
        entries = report_in(content.decode())["results"]
    except (NotABaselineError, UnicodeDecodeError) as error:
        tell(f"ignored the baseline {shown(path)}: {error}")
        return lambda name: None
    if not entries:
        return lambda name: None
    # Bandit compares names as they are written. Counting is Posse's own, so it can normalize them.
    name_of = str if matching is Matching.BANDIT else _normal
    baseline = Baseline.of(entries, matching, name_of)
    return lambda name: baseline.known_in(name_of(name))


def _from_project(resolver: Resolver, matching: Matching | None) -> KnownIn:
    """Use the baseline that the configuration names, or that in the working folder, as in the editor."""
    here, baselines = Path.cwd(), Baselines()

    def known(name: str) -> KnownFindings | None:
        policy = resolver(name).configuration.policy
        if matching is not None:
            policy = replace(policy, matching=matching)
        found = baselines.known(policy, here, Path(os.path.abspath(name)))
        for message in baselines.take_messages():
            tell(message)
        return found

    return known


def _normal(name: str) -> str:
    return normal_path(name, os.getcwd())
