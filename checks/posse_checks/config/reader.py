"""Reads a configuration file and reports its problems.

Unlike Bandit, which silently continues or stops, Posse reports each mistake with its range and a remedy. If no problem
is fatal, editor and scan use the configuration, as Bandit does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import yaml

from posse_checks.analysis.registry import ids_by_name, matches_foreign
from posse_checks.config.authority import key_authorities
from posse_checks.config.baseline_file import BaselineFile
from posse_checks.config.check_file import lines_of
from posse_checks.config.configuration import BLOCKLIST, EMPTY_SELECTION, Configuration, Selection
from posse_checks.config.declared_checks import example_faults
from posse_checks.config.editor_keys import EDITOR_KEYS, by_option, setting_name, with_inner_options
from posse_checks.config.foreign_ids import foreign_ids_in
from posse_checks.config.misplaced_keys import no_effect, unknown_key
from posse_checks.config.policy import (
    OLD_NAMES,
    POSSE_SECTION,
    PROJECT_ONLY,
    Matching,
    Policy,
    options_in,
    policy_keys,
)
from posse_checks.config.problem import Fault, LineIndex, Problem
from posse_checks.config.schema import LEGACY_SECTIONS, keys, sections
from posse_checks.config.schema_types import MAPPING, NULL, STRING, ListOf
from posse_checks.config.selection import LEGACY
from posse_checks.config.suggestions import did_you_mean, unknown_id
from posse_checks.config.yaml_source import SourceTree, parse_yaml
from posse_checks.declared.examples import Find


@dataclass(frozen=True, slots=True)
class ParsedConfiguration:
    """The result of reading a configuration: its problems, and the configuration, which is None if one is fatal."""

    configuration: Configuration | None
    problems: tuple[Problem, ...] = ()
    policy_options: Mapping[str, Any] = field(default_factory=dict)
    """The options that the section `posse` gives, without those left at their defaults."""
    key_lines: Mapping[str, int] = field(default_factory=dict)
    """The line, from 0, of each key that has an effect; keys of the section are `posse.run` and so on."""
    selection: Selection = EMPTY_SELECTION
    """The selection in a `.bandit` file, which is not applied to the configuration yet."""
    configured_by: str | None = None
    """The configuration file that a `.bandit` file names."""


def read_configuration(source: str) -> Configuration | list[Problem]:
    """Reads a YAML source. Returns its configuration, or all its problems if there are any besides hints."""
    reading = read_yaml(source)
    problems = [problem for problem in reading.problems if not problem.is_hint]
    return reading.configuration if reading.configuration and not problems else problems


def reader_for(name: str, *, find: Find | None = None) -> Callable[[str], ParsedConfiguration]:
    """The function that reads a file with this name: TOML, `.bandit` (or INI), else YAML.

    With `find`, the examples of declared checks are run by it, and those that do not hold are problems.
    """
    if name.endswith((".bandit", ".ini")):
        return read_selection
    return partial(read_toml if name.endswith(".toml") else read_yaml, find=find)


def read_yaml(source: str, *, find: Find | None = None) -> ParsedConfiguration:
    """Reads a configuration in YAML."""
    line_index = LineIndex(source)
    return _read(parse_yaml(source, line_index), line_index, find=find)


def read_toml(source: str, *, find: Find | None = None) -> ParsedConfiguration:
    """Reads the table `tool.bandit` of a TOML source."""
    from posse_checks.config.toml_source import parse_toml  # loaded with the first file of this kind, as below

    line_index = LineIndex(source)
    return _read(parse_toml(source, line_index), line_index, find=find)


def read_selection(source: str) -> ParsedConfiguration:
    """Reads a `.bandit` file."""
    from posse_checks.config.ini_source import read_ini

    ini = read_ini(source)
    fatal = any(problem.fatal for problem in ini.problems)
    baseline = ini.options.get("baseline")
    policy_options = {"baseline": BaselineFile().value(baseline), "matching": Matching.BANDIT} if baseline else {}
    return ParsedConfiguration(
        None if fatal else Configuration(include=("*.py", "*.pyw"), policy=Policy.of(policy_options)),
        ini.problems,
        policy_options=policy_options,
        key_lines=ini.key_lines,
        selection=ini.selection,
        configured_by=ini.options.get("configfile") or None,
    )


def read_settings(values: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[str]]:
    """Reads the section `posse` from an editor's settings. Returns the options that are given, and messages.

    The options are those of the section `posse` of a configuration, and `EDITOR_KEYS`. A key with a fatal fault is
    ignored; the others are honored.
    """
    known: dict[str, Any] = {}
    messages: list[str] = []
    for option, given in by_option(values, {**policy_keys().keys, **EDITOR_KEYS}).items():
        key = None if option in PROJECT_ONLY else EDITOR_KEYS.get(option) or policy_keys().key(option)
        if key is None:
            names = map(setting_name, (*policy_keys().keys, *EDITOR_KEYS))
            if guess := did_you_mean(str(option), names):  # other names are the client's own settings
                messages.append(f"There is no setting `{option}`.{guess}")
        elif given is not None:
            value = with_inner_options(option, key, given)
            node = yaml.representer.SafeRepresenter().represent_data(value)
            name = setting_name(option) if setting_name(option) in values else option
            faults = list(key.value_type.faults(name, node))
            messages += [fault.text for fault in faults]
            if not any(fault.fatal for fault in faults):
                known[option] = value
    ours = {name: key.value_type.value(known[name]) for name, key in EDITOR_KEYS.items() if name in known}
    return {**options_in(known), **ours}, messages


def _read(parsed: SourceTree | Problem, line_index: LineIndex, *, find: Find | None) -> ParsedConfiguration:
    """Builds the reading of a parsed file."""
    if isinstance(parsed, Problem):
        return ParsedConfiguration(None, (parsed,))
    root, content = parsed.root, parsed.content
    if root is None:
        return ParsedConfiguration(Configuration(include=("*.py",)))
    if not isinstance(root, yaml.MappingNode) or not isinstance(content, dict):
        fault = Fault(root, "A configuration must be a mapping, such as `skips: [B101]`.")
        return ParsedConfiguration(None, line_index.placed([fault]))
    section = content.get(POSSE_SECTION)
    foreign, declared = foreign_ids_in(section), _declared_ids(section)
    faults = [
        fault
        for fault in _faults(root, content, parsed.aliased, foreign)
        if not (fault.unknown_id in declared or matches_foreign(fault.unknown_id or "", foreign))
    ]
    if find is not None:
        faults += _failing_examples(root, section, find)
    problems = line_index.placed([*parsed.faults, *faults])
    if any(problem.fatal for problem in problems):
        return ParsedConfiguration(None, problems)
    skips = content.get("skips") or ()
    policy_options = dict(options_in(content.get(POSSE_SECTION) or {}))
    if checks := policy_options.get("checks"):
        lines = lines_of(checks_in(root), line_index)
        policy_options["checks"] = tuple(replace(check, line=lines.get(check.id, 0)) for check in checks)
    configuration = Configuration(
        tests=frozenset(content.get("tests") or ()),
        skips=frozenset(() if isinstance(skips, str) else skips),
        exclude_dirs=tuple(content.get("exclude_dirs") or ()),
        include=tuple(content.get("include") or ("*.py",)),
        profiles={name: _profile(profile) for name, profile in (content.get("profiles") or {}).items()},
        sections={name: content[name] for name in sections() if content.get(name) is not None},
        policy=Policy.of(policy_options),
        written={name: value for name, value in content.items() if isinstance(name, str) and name != POSSE_SECTION},
    )
    return ParsedConfiguration(configuration, problems, policy_options, _key_lines(root, line_index))


def _declared_ids(section: object) -> Collection[str]:
    """The IDs of the checks that a raw section declares, faulty ones too."""
    given = section.get("checks") if isinstance(section, dict) else None
    ids = [check.get("id") for check in given or () if isinstance(check, dict)] if isinstance(given, list) else []
    return [id for id in ids if isinstance(id, str)]


def _failing_examples(root: yaml.MappingNode, section: object, find: Find) -> Iterable[Fault]:
    """Runs the examples of declared checks. Returns the examples that do not hold."""
    raw = section.get("checks") if isinstance(section, dict) else None
    if not isinstance(raw, list):
        return ()
    return example_faults(checks_in(root), raw, find)


def checks_in(root: yaml.Node) -> yaml.Node:
    """The list of declared checks; an empty one if there is none."""
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == POSSE_SECTION and isinstance(value, yaml.MappingNode):
            for name, checks in value.value:
                if name.value == "checks" and isinstance(checks, yaml.SequenceNode):
                    return checks
    return yaml.SequenceNode("tag:yaml.org,2002:seq", [])


def _profile(content: Mapping[str, Any]) -> Selection:
    """Builds a profile. Old tests in `exclude` stand for the blocklist group, as in Bandit."""
    known = ids_by_name()
    include, exclude = ({known.get(name, name) for name in content.get(key) or ()} for key in ("include", "exclude"))
    if exclude & LEGACY.keys():
        exclude = (exclude - LEGACY.keys()) | ({BLOCKLIST} - include)
    return Selection(tests=tuple(sorted(include)), skips=tuple(sorted(exclude)))


def _key_lines(root: yaml.MappingNode, line_index: LineIndex) -> Mapping[str, int]:
    """Returns the lines of the keys that have an effect, from 0, by the keys' names now."""
    given = dict(_lines(root, line_index))
    renamed = {f"{POSSE_SECTION}.{old}": f"{POSSE_SECTION}.{now}" for old, now in OLD_NAMES.items()}
    old = {now: given[name] for name, now in renamed.items() if name in given}
    return {key: line for key, line in (old | given).items() if key in key_authorities()}


def _lines(root: yaml.MappingNode, line_index: LineIndex) -> Iterator[tuple[str, int]]:
    """Yields the keys that have an effect, with their lines from 0, including those of the section `posse`."""
    for key, value in root.value:
        has_effect = value.tag != NULL and not (key.value == "skips" and isinstance(value, yaml.ScalarNode))
        if isinstance(key, yaml.ScalarNode) and key.start_mark is not None and has_effect:
            yield key.value, line_index.position(key.start_mark.index).line
            if key.value == POSSE_SECTION and isinstance(value, yaml.MappingNode):
                yield from ((f"{POSSE_SECTION}.{name}", line) for name, line in _lines(value, line_index))


def _faults(
    root: yaml.MappingNode, content: Mapping[str, Any], aliased: Collection[int], foreign: Collection[str]
) -> Iterator[Fault]:
    """Yields the faults of a configuration. Those that Bandit tolerates are not fatal."""
    nodes = {key.value: value for key, value in root.value if isinstance(key, yaml.ScalarNode)}
    yield from _unknown_keys(root, aliased, foreign)
    for name in ("tests", "skips", "exclude_dirs", "include"):
        if content.get(name) is not None:
            # Bandit reads a string as a list of characters: none is an ID, but one may be a pattern.
            harmless = name in ("skips", "include") and isinstance(content[name], str)
            yield from (replace(fault, fatal=fault.fatal and not harmless) for fault in _list(name, nodes[name]))
    for name in ("tests", "skips"):
        for node in _items(nodes.get(name)):
            if node.tag == STRING and node.value not in ids_by_name().values():
                yield Fault(node, partial(unknown_id, node.value), fatal=False, unknown_id=node.value)
    tests = {node.value for node in _items(nodes.get("tests")) if isinstance(node, yaml.ScalarNode)}
    for node in _items(nodes.get("skips")):
        if isinstance(node, yaml.ScalarNode) and node.value in tests:
            yield Fault(node, f"{node.value} is in both `tests` and `skips`: remove it from one of them.")
    if content.get("profiles") is not None:
        yield from _faults_of_profiles(nodes["profiles"], content)
    for name, section in sections().items():
        if content.get(name) is not None:
            yield from (replace(fault, fatal=False) for fault in section.faults(name, nodes[name]))
    if content.get(POSSE_SECTION) is not None:
        yield from policy_keys().faults(POSSE_SECTION, nodes[POSSE_SECTION])


def _unknown_keys(root: yaml.MappingNode, aliased: Collection[int], foreign: Collection[str]) -> Iterator[Fault]:
    """Keys that have no effect. An unknown one may belong to a Bandit plugin, so it is only a hint."""
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in keys() or key.value in (*LEGACY_SECTIONS, "<<"):
            continue
        if matches_foreign(key.value, foreign):
            continue
        if message := no_effect(key.value):
            yield Fault(key, message, fatal=False)
        elif not key.value.startswith("x-") and id(value) not in aliased:  # both hold values for the rest of the file
            yield Fault(key, partial(unknown_key, key.value, keys()), fatal=False, is_hint=True, unknown_id=key.value)


def _faults_of_profiles(root: yaml.Node, content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yields the faults of profiles: wrong types, and old tests without their data."""
    if not isinstance(root, yaml.MappingNode) or not isinstance(content["profiles"], dict):
        yield Fault(root, "`profiles` must map the name of each profile to its lists `include` and `exclude`.")
        return
    for name, profile in root.value:
        if not isinstance(profile, yaml.MappingNode) or profile.tag != MAPPING:
            yield Fault(
                profile, f"The profile `{name.value}` must be a mapping with the lists `include` and `exclude`."
            )
            continue
        lists = [(key.value, value) for key, value in profile.value if key.value in ("include", "exclude")]
        for key, value in lists:
            if value.tag != NULL:
                yield from _list(key, value)
        for node in (node for _, value in lists for node in _items(value) if isinstance(node, yaml.ScalarNode)):
            if node.value in LEGACY and content.get(LEGACY[node.value]) is None:
                yield Fault(node, f"`{node.value}` is a test that no longer exists. Use IDs instead.")


def _list(name: str, node: yaml.Node) -> Iterable[Fault]:
    return ListOf().faults(name, node)


def _items(node: yaml.Node | None) -> Iterable[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()
