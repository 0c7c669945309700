"""Kinds of values in a configuration: each finds faults in a value, converts a valid one, and has a JSON Schema."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import yaml

from posse_checks.analysis.registry import all_rules, bandit_rules, ids_by_name, own_rules
from posse_checks.config.problem import Fault
from posse_checks.config.suggestions import POSSE_KEYS_BY_BANDIT_OPTION, clipped, did_you_mean, unknown_id
from posse_checks.rule.declaration import Rule

STRING, MAPPING, NULL, BOOL, INT = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "null", "bool", "int"))
"""YAML's tags for types."""
MAXIMUM_ITEMS = 2_000
"""Limit for the items in a list or table: each pattern is matched against the path of each file."""
MAXIMUM_ITEM_CHARACTERS, MAXIMUM_DIGITS = 4_096, 18
"""Limits for the length of an item, which may be a path, and of a whole number."""
OTHER_ID = r"^(?![BP]\d)[A-Z]\w*\d$"  # neither Bandit's nor Posse's


class ValueType(Protocol):
    """A kind of value."""

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """Yields the faults in a value; messages call it by `name`, its key."""

    def value(self, raw: Any) -> Any:
        """Converts a value without faults, as constructed by YAML or TOML, to its meaning."""

    def schema(self) -> dict[str, Any]:
        """Returns the JSON Schema."""

    @property
    def words(self) -> Mapping[str, str]:
        """The values that can be completed, each with a description; empty if they cannot be listed."""


@dataclass(frozen=True, slots=True)
class KeySchema:
    """A key of a configuration: the kind of its value, its description and its default."""

    value_type: ValueType
    description: str
    default: object = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a truth value or a number."""

    tag: str
    name: str
    json_type: str
    words: Mapping[str, str] = field(default_factory=dict)

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != self.tag:
            yield Fault(node, f"`{name}` must be {self.name}.")
        elif self.tag == INT and len(node.value) > MAXIMUM_DIGITS:
            yield Fault(node, f"`{name}` must be a whole number of at most {MAXIMUM_DIGITS} digits.")

    def value(self, raw: Any) -> Any:
        """The value itself."""
        return raw

    def schema(self) -> dict[str, Any]:
        """Its type."""
        return {"type": self.json_type}


TEXT = Scalar(STRING, "a string", "string")
SWITCH = Scalar(BOOL, "true or false", "boolean", {"true": "", "false": ""})
NUMBER = Scalar(INT, "a whole number", "integer")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words, each with the value that it means."""

    meanings: Mapping[str, Any]
    says_off: bool = False
    """Whether `off` must be one of the words; YAML 1.1 reads it as false."""
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, members: type[enum.Enum], descriptions: Mapping[str, str] | None = None) -> Choice:
        """Returns the choice between the values of an enumeration."""
        meanings = {str(member.value): member for member in members}
        return cls(meanings, says_off="off" in meanings, descriptions=descriptions or {})

    @property
    def words(self) -> Mapping[str, str]:
        """The words with their descriptions."""
        return {word: self.descriptions.get(word, "") for word in self.meanings}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not one of the words."""
        if self.says_off and node.tag == BOOL and node.value.lower() in ("off", "false"):
            return
        if not isinstance(node, yaml.ScalarNode) or node.value not in self.meanings:
            guess = did_you_mean(node.value.lower(), self.meanings) if isinstance(node, yaml.ScalarNode) else ""
            yield Fault(node, f"`{name}` must be one of {', '.join(self.meanings)}.{guess}")

    def value(self, raw: Any) -> Any:
        """The value that the word means."""
        return self.meanings["off" if raw is False else raw]

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        words = {"enum": [*self.meanings, *([False] if self.says_off else [])]}
        return words | ({"enumDescriptions": list(self.words.values())} if self.descriptions else {})


@dataclass(frozen=True, slots=True)
class RuleId:
    """A rule's ID, or one of the words in `beside`. Names of rules are valid only in profiles, as in Bandit.

    IDs of Posse's own rules are valid only where Bandit does not read, which is said by `own`.
    """

    beside: tuple[str, ...] = ()
    names: bool = False
    own: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """All IDs with the rules' names."""
        return dict.fromkeys(self.beside, "") | {rule.id: rule.name for rule in self._rules.values()}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a string; an unknown ID, which is not fatal."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != STRING:
            yield Fault(node, f"`{name}` must contain IDs of checks, and this is not a string.")
        elif node.value not in self.beside and node.value not in self._known:
            yield Fault(node, partial(unknown_id, node.value), fatal=False, unknown_id=node.value)

    def value(self, raw: Any) -> Any:
        """The ID."""
        return raw

    def schema(self) -> dict[str, Any]:
        """An enumeration, which includes the blocklist group; or an ID of another's check."""
        return {"anyOf": [{"enum": [*self.beside, *self._known]}, {"type": "string", "pattern": OTHER_ID}]}

    @property
    def _known(self) -> Sequence[str]:
        known = ids_by_name()
        own = own_rules() if self.own else ()
        return sorted({*(known if self.names else known.values()), *own})

    @property
    def _rules(self) -> Mapping[str, Rule]:
        """The rules whose IDs are valid."""
        return all_rules() if self.own else bandit_rules()


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at most `maximum` items."""

    item: ValueType = TEXT
    maximum: int = MAXIMUM_ITEMS

    @property
    def words(self) -> Mapping[str, str]:
        """The words of an item."""
        return self.item.words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a list, or is too long; the faults of its items."""
        if not isinstance(node, yaml.SequenceNode):
            yield Fault(node, f"`{name}` must be a list of strings, such as `[one, two]`.")
            return
        if len(node.value) > self.maximum:
            yield Fault(node, f"`{name}` has more than {self.maximum:,} items.")
            return
        for item in node.value:
            if not isinstance(item, yaml.ScalarNode) or item.tag != STRING:
                yield Fault(item, f"`{name}` must be a list of strings, and this item is not a string.")
            elif len(item.value) > MAXIMUM_ITEM_CHARACTERS:
                yield Fault(item, f"`{name}` has an item of more than {MAXIMUM_ITEM_CHARACTERS:,} characters.")
            else:
                yield from self.item.faults(name, item)

    def value(self, raw: Any) -> Any:
        """The items as a tuple."""
        return tuple(map(self.item.value, raw))

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class MappingOf:
    """A mapping whose keys the user chooses."""

    keys: ValueType
    values: ValueType
    example: str

    @property
    def words(self) -> Mapping[str, str]:
        """The words of a key."""
        return self.keys.words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a mapping, or is too long; the faults of its keys and values."""
        if not isinstance(node, yaml.MappingNode):
            yield Fault(node, f"`{name}` must be a mapping, such as `{self.example}`.")
            return
        if len(node.value) > MAXIMUM_ITEMS:
            yield Fault(node, f"`{name}` has more than {MAXIMUM_ITEMS:,} entries.")
            return
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or len(key.value) > MAXIMUM_ITEM_CHARACTERS:
                yield Fault(
                    key, f"`{name}` has a key that is not a string of at most {MAXIMUM_ITEM_CHARACTERS:,} characters."
                )
                continue
            yield from self.keys.faults(name, key)
            yield from self.values.faults(f"{name}.{clipped(key.value)}", value)

    def value(self, raw: Any) -> Any:
        """A mapping."""
        return {self.keys.value(key): self.values.value(value) for key, value in raw.items()}

    def schema(self) -> dict[str, Any]:
        """An object with restricted keys and values."""
        return {"type": "object", "propertyNames": self.keys.schema(), "additionalProperties": self.values.schema()}


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping with fixed keys; unknown keys are ignored."""

    keys: Mapping[str, KeySchema]
    old_names: Mapping[str, str] = field(default_factory=dict)
    """Old names of keys, which still work, and the keys' names now."""

    @property
    def words(self) -> Mapping[str, str]:
        """The keys."""
        return {name: key.description for name, key in self.keys.items()}

    def key(self, name: str) -> KeySchema | None:
        """Returns the key of this name, now or earlier; None if there is none."""
        return self.keys.get(self.old_names.get(name, name))

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a mapping; unknown keys, which are not fatal; the faults of the values of known keys."""
        if not isinstance(node, yaml.MappingNode) or node.tag != MAPPING:
            yield Fault(node, f"`{name}` must be a mapping of options: {', '.join(self.keys)}.")
            return
        given = {key.value for key, value in node.value if isinstance(key, yaml.ScalarNode) and value.tag != NULL}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield Fault(key, f"`{name}` has a key that is not a string.", fatal=False)
                continue
            known = self.key(key.value)
            if known is None:
                yield Fault(key, partial(self._unknown, name, key.value), fatal=False)
            elif value.tag != NULL:
                yield from known.value_type.faults(key.value, value)
                if (now := self.old_names.get(key.value)) in given:
                    yield Fault(key, f"`{key.value}` is the old name of `{now}`, which counts. Remove it.", fatal=False)

    def _unknown(self, name: str, given: str) -> str:
        meant = POSSE_KEYS_BY_BANDIT_OPTION.get(given, "")
        guess = f" Did you mean {meant}?" if meant in self.keys else did_you_mean(given, self.keys)
        guess = guess or f" The options are {', '.join(self.keys)}."
        return f"`{name}` has no option `{clipped(given)}`.{guess}"

    def value(self, raw: Any) -> Any:
        """The values of the known keys that are given. A new name takes precedence over the old one."""
        old = {now: raw[name] for name, now in self.old_names.items() if raw.get(name) is not None}
        given = old | {name: value for name, value in raw.items() if value is not None}
        return {name: key.value_type.value(given[name]) for name, key in self.keys.items() if name in given}

    def schema(self) -> dict[str, Any]:
        """An object with these properties and no others; old names are deprecated."""
        known = properties(self.keys)
        old = {name: {**known[now], "deprecationMessage": f"Use `{now}`."} for name, now in self.old_names.items()}
        return {"type": "object", "properties": known | old, "additionalProperties": False}


def properties(keys: Mapping[str, KeySchema]) -> dict[str, Any]:
    """The JSON Schemas of keys, with their descriptions and defaults."""
    described = {}
    for name, key in keys.items():
        schema = {"description": key.description, **key.value_type.schema()}
        described[name] = schema if key.default is None else schema | {"default": key.default}
    return described
