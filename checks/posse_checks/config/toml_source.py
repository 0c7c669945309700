"""Reads the table `tool.bandit` of a TOML source, as nodes with positions and as plain values.

Python's `tomllib` returns values without positions, so this module only locates the keys and values of a source that
`tomllib` has accepted. The memory and time of `tomllib` are quadratic in the parts of a key, and it recurses into
nested values, so both are limited before it reads a source.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import yaml

from posse_checks.config.problem import LineIndex, Problem
from posse_checks.config.schema_types import BOOL, INT, MAPPING, STRING
from posse_checks.config.yaml_source import SourceTree

BANDIT_TABLE = ("tool", "bandit")

MAXIMUM_TOML_DEPTH = 64
"""Limit for the parts of a key, and for the nesting of brackets and braces."""

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*(?:\n|\Z))*")
_PART = re.compile(r'[ \t]*("(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+)[ \t]*(\.?)')
_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"\d{4}-\d\d-\d\d [\d:.]+|[^,\]}\s#]+")
_HEADER = re.compile(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*[\"']?bandit\b", re.MULTILINE)
_INTEGER = re.compile(r"[+-]?\d[\d_]*|0[xob][0-9a-fA-F_]+")
_SHAPE = re.compile(r"""#[^\n]*|\"\"\"|'''|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?|[][{}.=,\n]""")
"""Matches the tokens that decide the structure of a source, even an incomplete one, without backtracking."""
_IN_TEXT = re.compile(r'\\.|"""', re.DOTALL)
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def parse_toml(source: str, line_index: LineIndex) -> SourceTree | Problem:
    """Reads a source. Returns its table, or the problem that makes it unreadable."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    if (refusal := _refusal(source)) is not None:
        return line_index.problem(refusal[0], refusal[0] + 1, refusal[1])
    try:
        content: Any = tomllib.loads(source)
        for name in BANDIT_TABLE:
            content = content.get(name, {} if name != BANDIT_TABLE[-1] else None)
    except tomllib.TOMLDecodeError as error:
        return _problem(str(error), source, line_index)
    except RecursionError:
        return line_index.problem(0, 1, "Invalid TOML: nested too deeply.")
    except ValueError:  # a number of thousands of digits
        return line_index.problem(0, 1, "Invalid TOML: a number is too long.")
    except AttributeError:
        return line_index.problem(0, 1, "`tool` must be a table, such as `[tool.bandit]`.")
    if content is None:
        return SourceTree(None, None)
    return SourceTree(_Scanner(source).table(), content)


def has_table(source: str) -> bool:
    """Whether a source has the table; for an unreadable source, whether a line looks like its header."""
    if BANDIT_TABLE[-1] not in source:
        return False
    parsed = parse_toml(source, LineIndex(source))
    if isinstance(parsed, Problem):
        return _HEADER.search(source) is not None
    return parsed.content is not None


def _refusal(source: str) -> tuple[int, str] | None:
    """Finds where a source is nested too deeply, in one pass. Returns the offset and the message; None if it is not."""
    at = depth = dots = 0
    while found := _SHAPE.search(source, at):
        token, at = found[0], found.end()
        if token in ('"""', "'''"):
            at = _text_end(source, at, token)
        elif token == ".":
            dots += 1
            if dots >= MAXIMUM_TOML_DEPTH:
                return found.start(), f"Invalid TOML: a key has more than {MAXIMUM_TOML_DEPTH} parts."
        elif token in "[{":
            depth, dots = depth + 1, 0
            if depth > MAXIMUM_TOML_DEPTH:
                return found.start(), "Invalid TOML: nested too deeply."
        elif token in "]},=\n":
            depth, dots = max(depth - (token in "]}"), 0), 0
    return None


def _text_end(source: str, start: int, quotes: str) -> int:
    """The offset after a multi-line string whose content begins at `start`; the source's end if it is not closed."""
    if quotes == "'''":
        end = source.find(quotes, start)
        return len(source) if end < 0 else end + len(quotes)
    ends = (found.end() for found in _IN_TEXT.finditer(source, start) if found[0] == quotes)
    return next(ends, len(source))


def _problem(message: str, source: str, line_index: LineIndex) -> Problem:
    """Turns the message of a `tomllib` error into a problem, at the position that it names or at the source's end."""
    place = _PLACE.search(message)
    if place is None:
        return line_index.problem(len(source), len(source), f"Invalid TOML: {message}.")
    line, column = int(place[1]) - 1, int(place[2]) - 1
    return Problem(line, column, line, column + 1, f"Invalid TOML: {message[: place.start()].rstrip()}.")


class _Scanner:
    """Locates the keys and values of a source, which must be valid."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._entries: dict[tuple[int, str], yaml.Node] = {}
        """The value of each key, by the identity of its mapping and its name."""

    def table(self) -> yaml.Node:
        """The table `tool.bandit`; an empty one if the source implies it without writing it."""
        root = self._document()
        for name in BANDIT_TABLE:
            root = self._entries.get((id(root), name), _mapping(0, 0))
        return root

    def _document(self) -> yaml.Node:
        """The whole source as a mapping."""
        root = table = _mapping(0, len(self._source))
        self._skip()
        while self._at < len(self._source):
            if self._source[self._at] == "[":
                table = self._header(root)
            else:
                self._pair(table)
            self._skip()
        return root

    def _header(self, root: yaml.Node) -> yaml.Node:
        """Reads a header, `[a.b]` or `[[a.b]]`. Returns the table that the pairs after it belong to."""
        brackets = 2 if self._source.startswith("[[", self._at) else 1
        self._at += brackets
        path = self._key()
        self._at = self._source.index("]", self._at) + brackets
        parent = self._descend(root, path[:-1])
        if brackets == 1:
            return self._descend(parent, path[-1:])
        tables = self._entry(parent, path[-1], yaml.SequenceNode("tag:yaml.org,2002:seq", [], *_marks_of(path[-1])))
        tables.value.append(_mapping(path[-1].start_mark.index, path[-1].end_mark.index))
        return _last(tables)

    def _pair(self, table: yaml.Node) -> None:
        """Reads a key, which may be dotted, and its value, and adds them to a table."""
        path = self._key()
        self._at = self._source.index("=", self._at) + 1
        self._skip()
        parent, value = self._descend(table, path[:-1]), self._value()
        parent.value.append((path[-1], value))
        self._entries[id(parent), path[-1].value] = value

    def _descend(self, table: yaml.Node, path: list[yaml.Node]) -> yaml.Node:
        """Follows keys from a table, and adds the tables that are missing. Returns the last one."""
        for key in path:
            table = _last(self._entry(table, key, _mapping(key.start_mark.index, key.end_mark.index)))
        return table

    def _entry(self, table: yaml.Node, key: yaml.Node, new: yaml.Node) -> yaml.Node:
        """The value of a key, after adding `new` if there is none."""
        known = self._entries.setdefault((id(table), key.value), new)
        if known is new:
            table.value.append((key, new))
        return known

    def _key(self) -> list[yaml.Node]:
        """Reads a key. Returns its parts as nodes with their positions."""
        path: list[yaml.Node] = []
        while part := _PART.match(self._source, self._at):
            self._at = part.end()
            name = part[1] if part[1][0] not in "\"'" else _meaning(part[1])
            path.append(yaml.ScalarNode(STRING, name, *_marks(*part.span(1))))
            if not part[2]:
                break
        return path

    def _value(self) -> yaml.Node:
        """Reads the value that begins at the current offset."""
        start = self._at
        if self._source[start] == "[":
            return self._array()
        if self._source[start] == "{":
            return self._inline_table()
        found = _TEXT.match(self._source, start) or _BARE.match(self._source, start)
        assert found
        self._at = found.end()
        text = found[0]
        if text[0] in "\"'":
            return yaml.ScalarNode(STRING, _meaning(text), *_marks(start, self._at))
        return yaml.ScalarNode(_tag(text), text, *_marks(start, self._at))

    def _array(self) -> yaml.Node:
        """Reads an array. The source is valid, so a value, a comma or the end follows."""
        start, items = self._at, []
        self._at += 1
        self._skip()
        while self._source[self._at] != "]":
            items.append(self._value())
            self._skip(",")
        self._at += 1
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, *_marks(start, self._at))

    def _inline_table(self) -> yaml.Node:
        """Reads an inline table, whose pairs are like those of a table."""
        start, table = self._at, _mapping(self._at, self._at)
        self._at += 1
        self._skip()
        while self._source[self._at] != "}":
            self._pair(table)
            self._skip(",")
        self._at += 1
        table.start_mark, table.end_mark = _marks(start, self._at)
        return table

    def _skip(self, separator: str = "") -> None:
        """Skips white space and comments, and a separator among them."""
        for _ in range(2):
            space = _SPACE.match(self._source, self._at)
            assert space
            self._at = space.end()
            if separator and self._source.startswith(separator, self._at):
                self._at += 1


def _last(node: yaml.Node) -> yaml.Node:
    """The table that a header refers to: in an array of tables, the last one."""
    if isinstance(node, yaml.SequenceNode):
        last: yaml.Node = node.value[-1]
        return last
    return node


def _meaning(text: str) -> str:
    """The value of a quoted string."""
    if "\\" not in text and text[:3] not in ('"""', "'''"):
        return text[1:-1]
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    meaning: str = tomllib.loads(f"value = {text}")["value"]
    return meaning


def _tag(text: str) -> str:
    """The tag of a value that is not a string. Dates count as floats: no option is either."""
    if text in ("true", "false"):
        return BOOL
    return INT if _INTEGER.fullmatch(text) else "tag:yaml.org,2002:float"


def _mapping(start: int, end: int) -> yaml.Node:
    return yaml.MappingNode(MAPPING, [], *_marks(start, end))


def _marks(start: int, end: int) -> tuple[yaml.Mark, yaml.Mark]:
    """The marks of a range, of which only the offsets are used."""
    first, last = (yaml.Mark("", offset, 0, 0, None, 0) for offset in (start, end))
    return first, last


def _marks_of(node: yaml.Node) -> tuple[yaml.Mark, yaml.Mark]:
    return _marks(node.start_mark.index, node.end_mark.index)
