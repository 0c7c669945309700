"""A configuration file, read: what it says, and what is wrong with it.

What is Posse's own is that a mistake is a problem with a place and a remedy, where Bandit would go on without a word or
stop. An editor takes a configuration without problems only; a scan, like Bandit, one without fatal ones.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.catalogue import all_rules, ids_by_name
from posse_checks.config import BLOCKLIST, Configuration, Profile
from posse_checks.rule import Options

LEGACY = {
    "blacklist_calls": "blacklist_calls",
    "blacklist_imports": "blacklist_imports",
    "blacklist_import_func": "blacklist_imports",
}
"""Tests of old profiles, each with the section that holds its data; Bandit stops where that is missing."""
STRING, MAPPING, NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "null"))
"""YAML's names for types."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a configuration file, and where.

    Lines and columns (in code points) count from 0, and the end is exclusive. TOML is read without places.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    fatal: bool = True
    """Whether a scan stops because of it, as Bandit does; else it leaves a sensible configuration."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A configuration as it was read: what is wrong with it, and what holds nevertheless (None if that is fatal)."""

    configuration: Configuration | None
    problems: tuple[Problem, ...] = ()


def read_configuration(source: str) -> Configuration | list[Problem]:
    """The configuration that a YAML source holds, or all that is wrong with it."""
    reading = read_yaml(source)
    return reading.configuration if reading.configuration and not reading.problems else list(reading.problems)


def read_yaml(source: str) -> Reading:
    """Read a configuration in YAML, with all that is wrong with it."""
    try:
        loader = yaml.SafeLoader(source)
        root = loader.get_single_node()
        # Constructing also expands the node's merge keys in place, so that every key has a node below.
        content: Any = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Reading(
            None, (Problem(line, column, line, column + 1, f"Invalid YAML: {error.problem or error.context}."),)
        )
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _unreadable(f"Invalid YAML: {error}.")
    return Reading(Configuration()) if root is None else _read(root, content)


def read_toml(source: str) -> Reading:
    """Read the table `tool.bandit` of a TOML source."""
    if sys.version_info < (3, 11):
        return _unreadable("Python 3.10 cannot read TOML: run Posse with a newer Python, or give the options as YAML.")
    import tomllib

    try:
        content: Any = tomllib.loads(source)
        for name in ("tool", "bandit"):
            content = content.get(name, {})
        return _read(yaml.representer.SafeRepresenter().represent_data(content), content)
    except (tomllib.TOMLDecodeError, RecursionError, yaml.YAMLError) as error:
        return _unreadable(f"Invalid TOML: {error}.")
    except AttributeError:
        return _unreadable("`tool` is a table, such as `[tool.bandit]`.")


def unknown_id(given: str) -> str:
    """What to say of an ID that no rule has, with a guess at what was meant."""
    names = ids_by_name()
    if given in names:
        return f"`{given}` is a test's name; an ID is wanted here: {names[given]}."
    close = similar_id(given)
    return f"Unknown test ID `{given}`." + (f" Did you mean {close}?" if close else "")


def similar_id(given: str) -> str | None:
    """The ID that somebody who wrote this may have meant."""
    digits = given.upper().translate(str.maketrans("OIL", "011"))
    return next(iter(difflib.get_close_matches(digits, sorted(set(ids_by_name().values())), n=1)), None)


def _read(root: yaml.Node, content: Any) -> Reading:
    """The configuration in a parsed file, given as nodes, which have places, and as plain values."""
    if not isinstance(root, yaml.MappingNode) or not isinstance(content, dict):
        return Reading(None, (_problem(root, "A configuration is a mapping, such as `skips: [B101]`."),))
    problems = tuple(_problems(root, content))
    if any(problem.fatal for problem in problems):
        return Reading(None, problems)
    skips = content.get("skips") or ()
    configuration = Configuration(
        tests=frozenset(content.get("tests") or ()),
        skips=frozenset(() if isinstance(skips, str) else skips),
        exclude_dirs=tuple(content.get("exclude_dirs") or ()),
        include=tuple(content.get("include") or ("*.py",)),
        profiles={name: _profile(profile) for name, profile in (content.get("profiles") or {}).items()},
        sections={name: content[name] for name in _sections() if content.get(name) is not None},
    )
    return Reading(configuration, problems)


def _profile(content: Mapping[str, Any]) -> Profile:
    known = ids_by_name()
    include, exclude = ({known.get(name, name) for name in content.get(key) or ()} for key in ("include", "exclude"))
    if exclude & LEGACY.keys():
        exclude = (exclude - LEGACY.keys()) | ({BLOCKLIST} - include)
    return Profile(frozenset(include), frozenset(exclude))


def _unreadable(message: str) -> Reading:
    return Reading(None, (Problem(0, 0, 0, 1, message),))


def _problems(root: yaml.MappingNode, content: Mapping[str, Any]) -> Iterator[Problem]:
    nodes = {key.value: value for key, value in root.value}
    for name in ("tests", "skips", "exclude_dirs", "include"):
        if content.get(name) is not None:
            # Bandit takes a string for a list of characters: no ID is among them, but a pattern may be.
            harmless = name in ("skips", "include") and isinstance(content[name], str)
            yield from _problems_of_strings(name, nodes[name], fatal=not harmless)
    for name in ("tests", "skips"):
        for node in _items(nodes.get(name)):
            if node.tag == STRING and node.value not in ids_by_name().values():
                yield _problem(node, unknown_id(node.value), fatal=False)
    tests = {node.value for node in _items(nodes.get("tests")) if isinstance(node, yaml.ScalarNode)}
    for node in _items(nodes.get("skips")):
        if isinstance(node, yaml.ScalarNode) and node.value in tests:
            yield _problem(node, f"{node.value} is in both `tests` and `skips`: remove it from one of them.")
    if content.get("profiles") is not None:
        yield from _problems_of_profiles(nodes["profiles"], content)
    for name, defaults in _sections().items():
        if content.get(name) is not None:
            yield from _problems_of_section(name, nodes[name], content[name], defaults)


def _problems_of_profiles(root: yaml.Node, content: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(root, yaml.MappingNode) or not isinstance(content["profiles"], dict):
        yield _problem(root, "`profiles` maps the name of each profile to its lists `include` and `exclude`.")
        return
    for name, profile in root.value:
        if not isinstance(profile, yaml.MappingNode) or profile.tag != MAPPING:
            yield _problem(profile, f"The profile `{name.value}` has no lists `include` and `exclude`.")
            continue
        lists = [(key.value, value) for key, value in profile.value if key.value in ("include", "exclude")]
        for key, value in lists:
            if value.tag != NULL:
                yield from _problems_of_strings(key, value)
        for node in (node for _, value in lists for node in _items(value) if isinstance(node, yaml.ScalarNode)):
            if node.value in LEGACY and content.get(LEGACY[node.value]) is None:
                yield _problem(node, f"`{node.value}` names a test that is no more: name IDs instead.")


def _problems_of_section(name: str, node: yaml.Node, content: object, defaults: Options) -> Iterator[Problem]:
    if not isinstance(node, yaml.MappingNode) or not isinstance(content, dict):
        yield _problem(node, f"`{name}` is a mapping of options: {', '.join(defaults)}.", fatal=False)
        return
    for key, value in node.value:
        default = defaults.get(key.value)
        if isinstance(default, list):
            yield from _problems_of_strings(key.value, value, fatal=False)
        elif isinstance(default, (bool, int)) and type(content[key.value]) is not type(default):
            kind = "true or false" if isinstance(default, bool) else "a whole number"
            yield _problem(value, f"`{key.value}` is {kind}.", fatal=False)


def _problems_of_strings(name: str, node: yaml.Node, *, fatal: bool = True) -> Iterator[Problem]:
    if not isinstance(node, yaml.SequenceNode):
        yield _problem(node, f"`{name}` is a list of strings, such as `[one, two]`.", fatal=fatal)
        return
    for item in node.value:
        if not isinstance(item, yaml.ScalarNode) or item.tag != STRING:
            yield _problem(item, f"`{name}` is a list of strings, and this is none.", fatal=fatal)


def _items(node: yaml.Node | None) -> Iterable[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _sections() -> dict[str, Options]:
    return {rule.section: rule.defaults for rule in all_rules().values() if rule.section}


def _problem(node: yaml.Node, message: str, *, fatal: bool = True) -> Problem:
    start, end = node.start_mark, node.end_mark
    if start is None or end is None:
        return Problem(0, 0, 0, 0, message, fatal)
    return Problem(start.line, start.column, end.line, end.column, message, fatal)
