"""Files of declared checks, such as `.posse/checks/jwt.yaml`: a list of checks, one, or a mapping with `checks`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from posse_checks.config.declared_checks import CheckList, example_faults
from posse_checks.config.problem import Fault, LineIndex, Problem
from posse_checks.config.yaml_source import parse_yaml
from posse_checks.declared.check import DeclaredCheck
from posse_checks.declared.examples import Find

DEFAULT_PATTERNS = (".posse/checks/*.yaml", ".posse/checks/*.yml")
"""The files that are read if the option does not name any."""
MOST_PATTERNS = 20
"""Limit for the patterns: each is matched against all entries of its folder."""
_PART = r"(?!\.\.?/)[^/\\*?\[\]\0:]+/"
PATTERN = re.compile(rf"(?:{_PART})*[^/\\\0:]+\.(?:ya?ml|py)")
"""Matches a path below the configuration's folder, with stars in its last part only."""


@dataclass(frozen=True, slots=True)
class CheckFilePattern:
    """A pattern of files below the configuration's folder."""

    @property
    def words(self) -> Mapping[str, str]:
        """The default."""
        return {DEFAULT_PATTERNS[0]: "the default"}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A pattern of another form, which is ignored."""
        if not isinstance(node, yaml.ScalarNode) or not PATTERN.fullmatch(node.value):
            message = f"`{name}` must name files below this file's folder, such as `.posse/checks/*.yaml`."
            yield Fault(node, f"{message} This is ignored.", fatal=False)

    def value(self, raw: Any) -> Any:
        """The pattern."""
        return raw

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class ParsedChecks:
    """The content of a file of checks: those without faults, and its problems."""

    checks: tuple[DeclaredCheck, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_check_file(source: str, path: str = "", *, find: Find | None = None) -> ParsedChecks:
    """Reads a file of checks. `path` is where it is, relative to the configuration's folder.

    With `find`, the examples are run by it, and those that do not hold are problems.
    """
    line_index = LineIndex(source)
    parsed = parse_yaml(source, line_index)
    if isinstance(parsed, Problem):
        return ParsedChecks(problems=(replace(parsed, fatal=False),))
    if parsed.root is None:
        return ParsedChecks()
    node, raw = list_in(parsed.root, parsed.content)
    if node is None:
        fault = Fault(parsed.root, "A file of checks must be a list of checks, each with an `id` and a `message`.")
        return ParsedChecks(problems=line_index.placed([replace(fault, fatal=False)]))
    faults = list(CheckList().faults("checks", node))
    if find is not None:
        faults += example_faults(node, raw, find)
    lines = lines_of(node, line_index)
    checks = [replace(check, path=path, line=lines.get(check.id, 0)) for check in CheckList().value(raw)]
    return ParsedChecks(tuple(checks), line_index.placed([*parsed.faults, *faults]))


def lines_of(node: yaml.Node, line_index: LineIndex) -> Mapping[str, int]:
    """Returns the line, from 0, of each check in a list, by ID."""
    lines: dict[str, int] = {}
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        for key, value in item.value if isinstance(item, yaml.MappingNode) else ():
            if key.value == "id" and isinstance(value, yaml.ScalarNode) and value.start_mark is not None:
                lines.setdefault(value.value, line_index.position(value.start_mark.index).line)
    return lines


def list_in(root: yaml.Node, content: Any) -> tuple[yaml.Node | None, Sequence[Any]]:
    """Returns the list of checks in a file, as a node and as values; None if there is none."""
    if isinstance(root, yaml.SequenceNode) and isinstance(content, list):
        return root, content
    if isinstance(root, yaml.MappingNode) and isinstance(content, dict):
        for key, value in root.value:
            if key.value == "checks" and isinstance(value, yaml.SequenceNode) and isinstance(content["checks"], list):
                return value, content["checks"]
        if "id" in content:
            return yaml.SequenceNode("tag:yaml.org,2002:seq", [root], root.start_mark, root.end_mark), [content]
    return None, ()
