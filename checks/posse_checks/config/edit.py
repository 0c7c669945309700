"""Adds an ID to the text of a configuration file: to the skipped IDs, or to those ignored in some files.

The edit is minimal: comments, quotes and layout stay. The result is parsed again and rejected if anything but the new
ID changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import yaml

from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import POSSE_SECTION
from posse_checks.config.problem import LineIndex, Problem
from posse_checks.config.reader import reader_for
from posse_checks.config.schema_types import NULL
from posse_checks.config.toml_source import BANDIT_TABLE, parse_toml
from posse_checks.config.yaml_source import parse_yaml
from posse_checks.python.text import Replacement
from posse_checks.rule.fix import UnfixableError

SKIPS = ("skips",)
IGNORES = (POSSE_SECTION, "per_file_ignores")
_DASH = re.compile(r"[ \t]*-[ \t]+")
_COLON = re.compile(r"[ \t]*:")
_TOML_HEADER = r"^[ \t]*\[[ \t]*{}[ \t]*\][^\n]*\n?"


def disabling_edit(source: str, name: str, id: str, pattern: str | None = None) -> Replacement:
    """Returns the edit of a file with this name that switches an ID off for the files of a pattern, or for all files.

    Raises UnfixableError if the file has no such option, is invalid, has the ID already, or is written in a way that
    does not allow this edit.
    """
    if not name.endswith((".yaml", ".yml", ".toml")):
        raise UnfixableError(f"{name} cannot disable checks. Use a YAML or TOML file.")
    path = (*IGNORES, pattern) if pattern is not None else SKIPS
    start, new = _toml_edit(source, path, id) if name.endswith(".toml") else _yaml_edit(source, path, id)
    _verify(source, source[:start] + new + source[start:], name, id, pattern)
    at = LineIndex(source).position(start)
    return Replacement(at, at, new)


def _verify(before: str, after: str, name: str, id: str, pattern: str | None) -> None:
    """Raises UnfixableError unless the edit adds exactly this ID to the configuration, and no problem."""
    old, new = reader_for(name)(before), reader_for(name)(after)
    present = replace(old.configuration or Configuration(), written={})  # of what is written, only what it means counts
    wanted = _with(present, id, pattern)
    if old.configuration is not None and wanted == present:
        raise UnfixableError(f"{name} already disables it.")
    known = {problem.message for problem in old.problems}
    for problem in new.problems:
        if problem.message not in known:
            raise UnfixableError(f"The edit would make {name} invalid. {problem.message}")
    if old.configuration is None or new.configuration is None or replace(new.configuration, written={}) != wanted:
        raise UnfixableError(f"Cannot find where to add it in {name}. Add it by hand.")


def _with(configuration: Configuration, id: str, pattern: str | None) -> Configuration:
    """Returns the configuration with the ID added: to the skipped ones, or to those ignored for a pattern."""
    if pattern is None:
        return replace(configuration, skips=configuration.skips | {id})
    ignores = configuration.policy.per_file_ignores
    ignores = {**ignores, pattern: (*ignores.get(pattern, ()), id)}
    return replace(configuration, policy=replace(configuration.policy, per_file_ignores=ignores))


# -- YAML


def _yaml_edit(source: str, path: Sequence[str], id: str) -> tuple[int, str]:
    """Finds the edit of a YAML source. Returns the offset at which to insert, and the text."""
    parsed = parse_yaml(source, LineIndex(source))
    if isinstance(parsed, Problem):
        raise UnfixableError(parsed.message)
    node, line_end = parsed.root, "\r\n" if "\r\n" in source else "\n"
    if node is None:
        above = "" if not source or source.endswith("\n") else line_end
        return len(source), above + _block(path, id, "", line_end)
    for depth, key in enumerate(path):
        if not isinstance(node, yaml.MappingNode):
            raise UnfixableError("Its parent is not a mapping. Add it by hand.")
        known = next((pair for pair in node.value if pair[0].value == key), None)
        if known is None:
            return _entry(source, node, path[depth:], id, line_end)
        node = known[1]
        if node.tag == NULL:
            colon = _COLON.match(source, known[0].end_mark.index)
            at = colon.end() if colon else known[0].end_mark.index
            return at, f" {_flow(path[depth + 1 :], id)}"
    if not isinstance(node, yaml.SequenceNode):
        raise UnfixableError("The value to extend is not a list. Add it by hand.")
    return _item(source, node, id, line_end)


def _item(source: str, items: yaml.SequenceNode, id: str, line_end: str) -> tuple[int, str]:
    """The edit that adds an ID at the end of a list, in the quotes of the last item."""
    if not items.value:
        return items.start_mark.index + 1, id
    last = items.value[-1]
    quote = source[last.start_mark.index]
    written = f"{quote}{id}{quote}" if quote in "'\"" else id
    if items.flow_style:
        return last.end_mark.index, f", {written}"
    begin = source.rfind("\n", 0, last.start_mark.index) + 1
    dash = _DASH.match(source, begin)
    if dash is None:
        raise UnfixableError("Cannot find where to add it in the list. Add it by hand.")
    return _below(source, last.end_mark.index, f"{dash[0]}{written}", line_end)


def _entry(source: str, mapping: yaml.MappingNode, path: Sequence[str], id: str, line_end: str) -> tuple[int, str]:
    """The edit that adds keys at the end of a mapping."""
    if mapping.flow_style or not mapping.value:
        new = _flow(path, id)[1:-1]
        if not mapping.value:
            return mapping.start_mark.index + 1, new
        return mapping.value[-1][1].end_mark.index, f", {new}"
    first = mapping.value[0][0].start_mark.index
    indent = source[source.rfind("\n", 0, first) + 1 : first]
    end = max(_end(source, *pair) for pair in mapping.value)
    return _below(source, end, _block(path, id, indent, line_end).removesuffix(line_end), line_end)


def _below(source: str, end: int, new: str, line_end: str) -> tuple[int, str]:
    """The edit that adds lines below the one in which an entry ends."""
    if end and source[end - 1] == "\n":  # a block scalar includes its last line end
        return end, new + line_end
    at = next((at for at in range(end, len(source)) if source[at] in "\r\n"), len(source))
    return at, line_end + new


def _end(source: str, key: yaml.Node, value: yaml.Node) -> int:
    """The offset at which an entry ends, without the comments and blank lines after it, which PyYAML includes."""
    while isinstance(value, yaml.CollectionNode) and not value.flow_style and value.value:
        last = value.value[-1]
        key, value = last if isinstance(last, tuple) else (last, last)
    empty = isinstance(value, yaml.ScalarNode) and value.tag == NULL and not value.value
    end: int = (key if empty else value).end_mark.index
    return end


def _block(path: Sequence[str], id: str, indent: str, line_end: str) -> str:
    """Writes nested keys on lines of their own, with a list of the ID under the last one."""
    lines = [f"{indent}{'  ' * depth}{_key(key)}:" for depth, key in enumerate(path)]
    return line_end.join(lines) + f" [{id}]{line_end}"


def _flow(path: Sequence[str], id: str) -> str:
    """Writes the same in flow style, on one line."""
    if not path:
        return f"[{id}]"
    return f"{{{_key(path[0])}: {_flow(path[1:], id)}}}"


def _key(key: str) -> str:
    return key if key.isidentifier() else json.dumps(key, ensure_ascii=False)


# -- TOML


def _toml_edit(source: str, path: Sequence[str], id: str) -> tuple[int, str]:
    """Finds the edit of a TOML source. Returns the offset at which to insert, and the text."""
    parsed = parse_toml(source, LineIndex(source))
    if isinstance(parsed, Problem):
        raise UnfixableError(parsed.message)
    node = parsed.root
    for key in path:
        entries = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for known, value in entries if known.value == key), None)
    written, line_end = f'"{id}"', "\r\n" if "\r\n" in source else "\n"
    if isinstance(node, yaml.SequenceNode):
        if node.value:
            return node.value[-1].end_mark.index, f", {written}"
        return node.start_mark.index + 1, written
    entry = f"{_key(path[-1])} = [{written}]{line_end}"
    table = ".".join((*BANDIT_TABLE, *path[:-1]))
    header = re.search(_TOML_HEADER.format(r"[ \t]*\.[ \t]*".join(table.split("."))), source, re.MULTILINE)
    if header is not None:
        above = "" if header[0].endswith("\n") else line_end
        return header.end(), above + entry
    above = "" if not source else line_end if source.endswith("\n") else line_end * 2
    return len(source), f"{above}[{table}]{line_end}{entry}"
