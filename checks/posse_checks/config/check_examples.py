"""The examples of the declared checks in a file, run: for a command that shows each one that does not hold."""

from __future__ import annotations

from typing import NamedTuple

from posse_checks.config.check_file import list_in
from posse_checks.config.declared_checks import failures_in
from posse_checks.config.policy import POSSE_SECTION
from posse_checks.config.problem import LineIndex, Problem
from posse_checks.config.reader import checks_in
from posse_checks.config.toml_source import parse_toml
from posse_checks.config.yaml_source import parse_yaml
from posse_checks.declared.check import DeclaredCheck
from posse_checks.declared.examples import Failure, Find


class FailingExample(NamedTuple):
    """An example that does not hold."""

    line: int
    """The line of the file, from 0, at which it begins."""
    check: DeclaredCheck
    failure: Failure


def failing_examples(source: str, name: str, *, holds_checks: bool, find: Find) -> list[FailingExample]:
    """Runs the examples in a file with this name: a configuration, or a file of checks.

    Returns those that do not hold; none if the file cannot be read as such.
    """
    line_index = LineIndex(source)
    parsed = parse_toml(source, line_index) if name.endswith(".toml") else parse_yaml(source, line_index)
    if isinstance(parsed, Problem) or parsed.root is None:
        return []
    if holds_checks:
        node, raw = list_in(parsed.root, parsed.content)
    else:
        node = checks_in(parsed.root)
        raw = (parsed.content.get(POSSE_SECTION) or {}).get("checks") or () if node.value else ()
    return [
        FailingExample(line_index.position(place.start_mark.index).line, check, failure)
        for place, check, failure in (failures_in(node, raw, find) if node is not None else ())
    ]
