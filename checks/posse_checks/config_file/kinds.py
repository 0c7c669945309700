"""Kinds of values in a configuration: what is a mistake in one, what a right one means, how JSON Schema says it."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from posse_checks.catalogue import all_rules, ids_by_name
from posse_checks.config_file.problem import Fault

STRING, MAPPING, NULL, BOOL, INT = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "null", "bool", "int"))
"""YAML's names for types."""


class Kind(Protocol):
    """A kind of value."""

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is wrong with a value, which is called by the key it stands under."""

    def value(self, raw: Any) -> Any:
        """What a value without faults means; `raw` is what YAML makes of it."""

    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""

    @property
    def words(self) -> Mapping[str, str]:
        """What may be written, each with what it means; empty where that cannot be listed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a configuration: what stands under it, and what that is for."""

    kind: Kind
    description: str
    default: object = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that is one word or number: texts, truth values, numbers."""

    tag: str
    name: str
    json_type: str
    words: Mapping[str, str] = field(default_factory=dict)

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != self.tag:
            yield Fault(node, f"`{name}` is {self.name}.")

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
    """One of several words, each with its meaning."""

    meanings: Mapping[str, Any]
    says_off: bool = False
    """Whether `off` is one of them, which YAML 1.1 reads as false."""

    @classmethod
    def of(cls, members: type[enum.Enum]) -> Choice:
        """The words that are the values of an enumeration."""
        meanings = {str(member.value): member for member in members}
        return cls(meanings, says_off="off" in meanings)

    @property
    def words(self) -> Mapping[str, str]:
        """The words; they speak for themselves."""
        return dict.fromkeys(self.meanings, "")

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is none of the words."""
        if self.says_off and node.tag == BOOL and node.value.lower() in ("off", "false"):
            return
        if not isinstance(node, yaml.ScalarNode) or node.value not in self.meanings:
            guess = did_you_mean(str(node.value).lower(), self.meanings)
            yield Fault(node, f"`{name}` is one of {', '.join(self.meanings)}.{guess}")

    def value(self, raw: Any) -> Any:
        """The word's meaning."""
        return self.meanings["off" if raw is False else raw]

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": [*self.meanings, *([False] if self.says_off else [])]}


@dataclass(frozen=True, slots=True)
class RuleId:
    """A rule's ID, with other words beside it where there are any; names count in profiles only, as in Bandit."""

    beside: tuple[str, ...] = ()
    names: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """All IDs with the rules' names."""
        return dict.fromkeys(self.beside, "") | {rule.id: rule.name for rule in all_rules().values()}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is no string, or an ID that no rule has."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != STRING:
            yield Fault(node, f"`{name}` names IDs, and this is none.")
        elif node.value not in self.beside and node.value not in self._known:
            yield Fault(node, unknown_id(node.value), fatal=False)

    def value(self, raw: Any) -> Any:
        """The ID."""
        return raw

    def schema(self) -> dict[str, Any]:
        """An enumeration; the group of the blocklists is an ID too."""
        return {"enum": [*self.beside, *self._known]}

    @property
    def _known(self) -> Sequence[str]:
        known = ids_by_name()
        return sorted(known if self.names else set(known.values()))


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: Kind = TEXT

    @property
    def words(self) -> Mapping[str, str]:
        """What an item may be."""
        return self.item.words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is no list, and what is wrong with its items."""
        if not isinstance(node, yaml.SequenceNode):
            yield Fault(node, f"`{name}` is a list of strings, such as `[one, two]`.")
            return
        for item in node.value:
            if not isinstance(item, yaml.ScalarNode) or item.tag != STRING:
                yield Fault(item, f"`{name}` is a list of strings, and this is none.")
            else:
                yield from self.item.faults(name, item)

    def value(self, raw: Any) -> Any:
        """The items as a tuple."""
        return tuple(map(self.item.value, raw))

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with keys that are the user's."""

    keys: Kind
    values: Kind
    example: str

    @property
    def words(self) -> Mapping[str, str]:
        """The keys that it may have, where they can be listed."""
        return self.keys.words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is no mapping, and what is wrong with its keys and values."""
        if not isinstance(node, yaml.MappingNode):
            yield Fault(node, f"`{name}` is a mapping, such as `{self.example}`.")
            return
        for key, value in node.value:
            yield from self.keys.faults(name, key)
            yield from self.values.faults(f"{name}.{key.value}", value)

    def value(self, raw: Any) -> Any:
        """A mapping."""
        return {self.keys.value(key): self.values.value(value) for key, value in raw.items()}

    def schema(self) -> dict[str, Any]:
        """An object with restricted keys and values."""
        return {"type": "object", "propertyNames": self.keys.schema(), "additionalProperties": self.values.schema()}


@dataclass(frozen=True, slots=True)
class Section:
    """A mapping with keys that are fixed; those that it does not know count for nothing."""

    keys: Mapping[str, Key]

    @property
    def words(self) -> Mapping[str, str]:
        """The keys."""
        return {name: key.description for name, key in self.keys.items()}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is no mapping, unknown keys, and what is wrong under the known ones."""
        if not isinstance(node, yaml.MappingNode) or node.tag != MAPPING:
            yield Fault(node, f"`{name}` is a mapping of options: {', '.join(self.keys)}.")
            return
        for key, value in node.value:
            known = self.keys.get(key.value) if isinstance(key, yaml.ScalarNode) else None
            if known is None:
                guess = did_you_mean(str(key.value), self.keys) or f" There are {', '.join(self.keys)}."
                yield Fault(key, f"`{name}` has no option `{key.value}`.{guess}", fatal=False)
            elif value.tag != NULL:
                yield from known.kind.faults(key.value, value)

    def value(self, raw: Any) -> Any:
        """What is said under the known keys, and nothing for the others."""
        return {name: key.kind.value(raw[name]) for name, key in self.keys.items() if raw.get(name) is not None}

    def schema(self) -> dict[str, Any]:
        """An object with these properties and no others."""
        return {"type": "object", "properties": properties(self.keys), "additionalProperties": False}


def properties(keys: Mapping[str, Key]) -> dict[str, Any]:
    """The schemas of keys, with their descriptions and defaults."""
    described = {}
    for name, key in keys.items():
        schema = {"description": key.description, **key.kind.schema()}
        described[name] = schema if key.default is None else schema | {"default": key.default}
    return described


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A guess at what was meant, as a sentence after a space; empty where nothing is close."""
    close = difflib.get_close_matches(given, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


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
