"""A position in a configuration file: the keys around it, the possible values, and the meaning of the word at it.

The text need not be valid, so the keys around the position are inferred from the shapes of the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from posse_checks.analysis.registry import all_rules, bandit_rules, ids_by_name
from posse_checks.config.check_schema import Patterns
from posse_checks.config.declared_checks import CheckList
from posse_checks.config.ini_source import OPTIONS
from posse_checks.config.policy import POSSE_SECTION
from posse_checks.config.schema import keys
from posse_checks.config.schema_types import KeySchema, MappingOf, Section, ValueType
from posse_checks.config.toml_source import BANDIT_TABLE
from posse_checks.python.text import Position, content_length
from posse_checks.rule.declaration import Rule

_WORD = re.compile(r"[\w-]+")
_YAML_KEY = re.compile(r"(?P<indent>\s*)(?P<dash>(?:-\s+)*)(?P<key>[\w.*/-]+|'[^']*'|\"[^\"]*\")\s*:(?=\s|$)")
_TOML_KEY = re.compile(r"\s*(?P<key>[\w.\"'*/-]+)\s*=")
_HEADER = re.compile(r"\s*\[{1,2}(?P<path>[^\[\]]*)\]{0,2}")
MAXIMUM_SEARCH_LINES, MAXIMUM_SEARCH_CHARACTERS = 200, 10_000
"""Limits for the lines above a position, and the characters in them, to search for the start of its value."""
_FLOW = re.compile(r"""'[^'\n]*'(?:\s*[:=])?|"[^"\n]*"(?:\s*[:=])?|[{}\[\],]|[^\s{}\[\],:='"][^{}\[\],:='"\n]*[:=]?""")
"""Matches the tokens that decide the structure of a flow-style value: brackets, commas, keys; and other text."""


@dataclass(frozen=True, slots=True)
class Word:
    """The word at a position, with its columns in code points, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position: the keys around it, and whether a key is expected there instead of a value."""

    path: tuple[str, ...]
    is_key: bool
    word: Word
    format: str

    @property
    def choices(self) -> Mapping[str, str]:
        """The keys or values that are possible here, each with its description; empty if they cannot be listed."""
        if self.format == "ini":
            selects = self.path[:1] in (("tests",), ("skips",))
            return OPTIONS if self.is_key else _ids() if selects and not self.is_key else {}
        value_type = _kind(self.path)
        if self.is_key:
            return value_type.words if isinstance(value_type, (Section, MappingOf)) else {}
        return {} if value_type is None or isinstance(value_type, (Section, MappingOf)) else value_type.words

    @property
    def rule(self) -> Rule | None:
        """The rule that the word names, by its ID or its name."""
        return all_rules().get(ids_by_name().get(self.word.text, self.word.text))

    @property
    def key(self) -> KeySchema | None:
        """The key that the word is, in YAML and TOML; None if it is not a known key."""
        if not self.is_key:
            return None
        if self.format == "ini":
            return None
        parent = _kind(self.path)
        return parent.key(self.word.text) if isinstance(parent, Section) else None

    @property
    def option(self) -> str | None:
        """The description of the word as an option of a `.bandit` file; None if it is not one."""
        return OPTIONS.get(self.word.text) if self.format == "ini" and self.is_key else None


def cursor_at(lines: Sequence[str], place: Position, name: str, *, holds_checks: bool = False) -> Cursor | None:
    """Returns the cursor at a position in a file with this name; None if the position is not in a configuration.

    The keys in a file of declared checks are those under `posse.checks`.
    """
    if holds_checks:
        cursor = _cursor(lines, place, "")
        above = (POSSE_SECTION,) if cursor and cursor.path[:1] == ("checks",) else (POSSE_SECTION, "checks")
        return cursor and replace(cursor, path=(*above, *cursor.path))
    return _cursor(lines, place, name)


def _cursor(lines: Sequence[str], place: Position, name: str) -> Cursor | None:
    line = lines[place.line][: content_length(lines[place.line])]
    word = _word_at(line, place.column)
    before = line[: word.start]
    if name.endswith(".toml"):
        return _in_toml(lines, place.line, before, word)
    if name.endswith((".bandit", ".ini")):
        key = _TOML_KEY.match(before)
        return Cursor((key["key"],) if key else (), key is None, word, "ini")
    return _in_yaml(lines, place.line, before, word)


def _word_at(line: str, column: int) -> Word:
    """The word that contains or touches a column; an empty one if there is none."""
    for match in _WORD.finditer(line):
        if match.start() <= column <= match.end():
            return Word(match[0], *match.span())
    return Word("", column, column)


def _in_yaml(lines: Sequence[str], number: int, before: str, word: Word) -> Cursor | None:
    """The cursor in a line of YAML, given the text before its word; None in a comment."""
    if "#" in before:
        return None
    key = _YAML_KEY.match(before)
    indent = len(before) - len(before.lstrip())
    is_item = before.lstrip().startswith("-")
    path = tuple(_parents(lines, number, indent, is_item=is_item))
    if key is None and (opened := _opened_above(lines[:number], before)):
        first, key, value = opened
        path = tuple(_parents(lines, first, len(key["indent"]), is_item=False))
        return _in_flow((*path, _bare(key["key"])), value, word, "yaml")
    if key is None:
        begins = not before.replace("-", " ").strip() if isinstance(_kind(path), Section) else not before.strip()
        return Cursor(path, begins and (not is_item or _is_list_of_mappings(path)), word, "yaml")
    return _in_flow((*path, _bare(key["key"])), before[key.end() :], word, "yaml")


def _opened_above(above: Sequence[str], before: str) -> tuple[int, re.Match[str], str] | None:
    """Finds the line above that opens the brace or bracket around a position.

    Returns the line from 0, the match of its key, and the text between the key and the position; None if there is none.
    """
    text = before
    for number in reversed(range(max(len(above) - MAXIMUM_SEARCH_LINES, 0), len(above))):
        if len(text) + len(above[number]) > MAXIMUM_SEARCH_CHARACTERS:
            break
        text = text if above[number].lstrip().startswith("#") else above[number] + text
        key = _YAML_KEY.match(above[number])
        if key and _stack(text[key.end() :]):
            return number, key, text[key.end() :]
        if key and not key["indent"]:
            break
    return None


def _parents(lines: Sequence[str], number: int, indent: int, *, is_item: bool) -> Sequence[str]:
    """The keys that contain a line, from the outermost. A list may begin in the column of its key."""
    parents: list[str] = []
    for line in reversed(lines[:number]):
        key = _YAML_KEY.match(line)
        if key and not key["dash"] and (len(key["indent"]) < indent or (is_item and len(key["indent"]) == indent)):
            parents.append(_bare(key["key"]))
            indent, is_item = len(key["indent"]), False
        elif line.strip() and not line.startswith((" ", "-", "#")) and indent == 0 and not is_item:
            break
    return parents[::-1]


def _in_toml(lines: Sequence[str], number: int, before: str, word: Word) -> Cursor | None:
    """The cursor in a line of TOML, given the text before its word; None outside the table `tool.bandit`."""
    if before.lstrip().startswith(("[tool", "#")):
        return None
    text = _statement(lines[:number], before)
    header = next((match for line in reversed(lines[:number]) if (match := _HEADER.fullmatch(line.rstrip()))), None)
    path = tuple(_bare(part.strip()) for part in header["path"].split(".")) if header else ()
    if path[: len(BANDIT_TABLE)] != BANDIT_TABLE:
        return None
    path = path[len(BANDIT_TABLE) :]
    key = _TOML_KEY.match(text)
    if key is None:
        return Cursor(path, is_key=not text.strip(), word=word, format="toml")
    dotted = tuple(_bare(part) for part in key["key"].split("."))
    return _in_flow((*path, *dotted), text[key.end() :], word, "toml")


def _statement(above: Sequence[str], before: str) -> str:
    """The text before a position in its line, and in the lines above if they open a list that continues here."""
    text = before
    for line in reversed(above[-MAXIMUM_SEARCH_LINES:]):
        if (
            _TOML_KEY.match(text)
            or _HEADER.fullmatch(line.rstrip())
            or len(text) + len(line) > MAXIMUM_SEARCH_CHARACTERS
        ):
            break
        text = line + text
    return text if _TOML_KEY.match(text) and text.count("[") > text.count("]") else before


def _in_flow(path: tuple[str, ...], value: str, word: Word, format: str) -> Cursor:
    """The cursor after a key, possibly inside braces and brackets of its value."""
    stack = _stack(value)
    inside = tuple(key for bracket, key in stack if bracket == "{" and key)
    is_key = bool(stack) and stack[-1] == ("{", None)
    return Cursor((*path, *inside), is_key, word, format)


def _stack(value: str) -> list[tuple[str, str | None]]:
    """The braces and brackets that are open at the end of a value, each with the key whose value is being written."""
    stack: list[tuple[str, str | None]] = []
    for match in _FLOW.finditer(value):
        token = match[0]
        if token in "{[":
            stack.append((token, None))
        elif token in "}]":
            del stack[-1:]
        elif stack and stack[-1][0] == "{" and token[-1] in ",:=":
            stack[-1] = ("{", None if token == "," else _bare(token[:-1].strip()))
    return stack


def _kind(path: Sequence[str]) -> ValueType | None:
    """The kind of value at a path of keys, for a list of mappings that of each; None if it is unknown."""
    value_type = _listed_kind(path)
    return value_type.section if isinstance(value_type, (CheckList, Patterns)) else value_type


def _is_list_of_mappings(path: Sequence[str]) -> bool:
    return isinstance(_listed_kind(path), (CheckList, Patterns))


def _listed_kind(path: Sequence[str]) -> ValueType | None:
    value_type: ValueType = Section(keys())
    for name in path:
        if isinstance(value_type, MappingOf):
            value_type = value_type.values
            continue
        if isinstance(value_type, (CheckList, Patterns)):
            value_type = value_type.section
        if isinstance(value_type, Section) and (key := value_type.key(name)):
            value_type = key.value_type
        else:
            return None
    return value_type


def _bare(key: str) -> str:
    return key.strip("\"'")


def _ids() -> Mapping[str, str]:
    return {rule.id: rule.name for rule in bandit_rules().values()}


def documentation_at(cursor: Cursor) -> Iterator[str]:
    """Yields the documentation of the key at the cursor, in Markdown; nothing if it is not a known key."""
    if cursor.option:
        yield f"**{cursor.word.text}**\n\n{cursor.option}"
    elif key := cursor.key:
        yield f"**{cursor.word.text}**\n\n{key.description}"
        if key.default is not None:
            yield f"\n\nDefault: `{key.default}`"
        if isinstance(key.value_type, Section):
            yield "".join(f"\n- `{name}`: {option.description}" for name, option in key.value_type.keys.items())
