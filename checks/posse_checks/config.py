"""The project's configuration: which rules run, with which options, on which files.

The meaning is Bandit's, that of a file given to it with `-c`. What is Posse's own is that a mistake is a problem with a
place and a remedy, where Bandit would go on without a word or stop.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

import yaml

from posse_checks.catalogue import Catalogue, all_rules, ids_by_name
from posse_checks.rule import Options, Rule

ALWAYS_EXCLUDED = (".svn", "CVS", ".bzr", ".hg", ".git", "__pycache__", ".tox", ".eggs", "*.egg")
"""Bandit's own exclusions, which its command line adds to those of the configuration."""
BLOCKLIST = "B001"
"""The ID that stands for all rules that are plain data (B3xx and B4xx)."""
STRING = "tag:yaml.org,2002:str"
"""YAML's name for the type of strings."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a configuration file, and where.

    Lines and columns (in code points) count from 0, and the end is exclusive.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    message: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A valid configuration."""

    tests: frozenset[str] = frozenset()
    """The IDs that run; all but the optional rules where empty."""
    skips: frozenset[str] = frozenset()
    """The IDs that do not run."""
    exclude_dirs: tuple[str, ...] = ()
    sections: Mapping[str, Options] = field(default_factory=dict)
    """The rules' options by section."""

    def excludes(self, path: str) -> bool:
        """Whether a file is not checked at all: a pattern matches its path, or occurs in it.

        The path is relative to the workspace folder, begins with `./` and has forward slashes.
        """
        return any(fnmatch(path, pattern) or pattern in path for pattern in (*self.exclude_dirs, *ALWAYS_EXCLUDED))

    def rules_for(self, path: str) -> tuple[Rule, ...]:
        """The rules that run on a file, in the order of their IDs."""
        selected = self._selected()
        return tuple(rule for rule in all_rules().values() if rule.id in selected and not self._is_off(rule, path))

    def catalogue_for(self, path: str) -> Catalogue:
        """The rules that run on a file, compiled with their options."""
        return Catalogue(self.rules_for(path), self.sections)

    def _selected(self) -> set[str]:
        tests, skips = _without_group(self.tests), _without_group(self.skips)
        return (tests or {rule.id for rule in all_rules().values() if not rule.optional}) - skips

    def _is_off(self, rule: Rule, path: str) -> bool:
        if rule.skipped_files is None or rule.section is None:
            return False
        patterns = self.sections.get(rule.section, rule.defaults).get(rule.skipped_files, ())
        return any(fnmatch(path, pattern) for pattern in patterns)


def read_configuration(source: str) -> Configuration | list[Problem]:
    """The configuration that a YAML source holds, or all that is wrong with it."""
    try:
        loader = yaml.SafeLoader(source)
        root = loader.get_single_node()
        # Constructing also expands the node's merge keys in place, so that every key has a node below.
        content: Any = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return [Problem(line, column, line, column + 1, f"Invalid YAML: {error.problem or error.context}.")]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return [Problem(0, 0, 0, 1, f"Invalid YAML: {error}.")]
    if root is None:
        return Configuration()
    if not isinstance(root, yaml.MappingNode):
        return [_problem(root, "A configuration is a mapping, such as `skips: [B101]`.")]
    problems = list(_problems(root, content))
    if problems:
        return problems
    return Configuration(
        tests=frozenset(content.get("tests") or ()),
        skips=frozenset(content.get("skips") or ()),
        exclude_dirs=tuple(content.get("exclude_dirs") or ()),
        sections={name: content[name] for name in _sections() if content.get(name) is not None},
    )


def _problems(root: yaml.MappingNode, content: Mapping[str, Any]) -> Iterator[Problem]:
    nodes = {key.value: value for key, value in root.value}
    for name in ("tests", "skips", "exclude_dirs"):
        if content.get(name) is not None:
            yield from _problems_of_strings(name, nodes[name])
    for name in ("tests", "skips"):
        for node in _items(nodes.get(name)):
            if node.tag == STRING and node.value not in ids_by_name().values():
                yield _problem(node, _unknown_id(node.value))
    tests = {node.value for node in _items(nodes.get("tests")) if isinstance(node, yaml.ScalarNode)}
    for node in _items(nodes.get("skips")):
        if isinstance(node, yaml.ScalarNode) and node.value in tests:
            yield _problem(node, f"{node.value} is in both `tests` and `skips`: remove it from one of them.")
    for name, defaults in _sections().items():
        if content.get(name) is not None:
            yield from _problems_of_section(name, nodes[name], content[name], defaults)


def _problems_of_section(name: str, node: yaml.Node, content: object, defaults: Options) -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode) or not isinstance(content, dict):
        yield _problem(node, f"`{name}` is a mapping of options: {', '.join(defaults)}.")
        return
    for key, value in node.value:
        default = defaults.get(key.value)
        if isinstance(default, list):
            yield from _problems_of_strings(key.value, value)
        elif isinstance(default, (bool, int)) and type(content[key.value]) is not type(default):
            kind = "true or false" if isinstance(default, bool) else "a whole number"
            yield _problem(value, f"`{key.value}` is {kind}.")


def _problems_of_strings(name: str, node: yaml.Node) -> Iterator[Problem]:
    if not isinstance(node, yaml.SequenceNode):
        yield _problem(node, f"`{name}` is a list of strings, such as `[one, two]`.")
        return
    for item in node.value:
        if not isinstance(item, yaml.ScalarNode) or item.tag != STRING:
            yield _problem(item, f"`{name}` is a list of strings, and this is none.")


def _items(node: yaml.Node | None) -> Iterable[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _unknown_id(given: str) -> str:
    names = ids_by_name()
    if given in names:
        return f"`{given}` is a test's name; an ID is wanted here: {names[given]}."
    digits = given.upper().translate(str.maketrans("OIL", "011"))
    close = difflib.get_close_matches(digits, sorted(set(names.values())), n=1)
    return f"Unknown test ID `{given}`." + (f" Did you mean {close[0]}?" if close else "")


def _sections() -> dict[str, Options]:
    return {rule.section: rule.defaults for rule in all_rules().values() if rule.section}


def _without_group(ids: Iterable[str]) -> set[str]:
    """The IDs with the group of the blocklists replaced by its members, unless some of them are named."""
    wanted = set(ids)
    members = {rule.id for rule in all_rules().values() if rule.blocked is not None}
    if BLOCKLIST in wanted and not wanted & members:
        wanted |= members
    return wanted - {BLOCKLIST}


def _problem(node: yaml.Node, message: str) -> Problem:
    start, end = node.start_mark, node.end_mark
    return Problem(start.line, start.column, end.line, end.column, message)
