"""Kinds of values in a declared check: names, regular expressions, values of arguments, lists of one or more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import BOOL, INT, NULL, STRING, ValueType
from posse_checks.config.suggestions import clipped
from posse_checks.declared.automaton import Expression
from posse_checks.declared.check import Alternative, Fitting, Literal, Named, Nature, Value
from posse_checks.declared.names import NAME
from posse_checks.declared.program import ExpressionError

FLOAT = "tag:yaml.org,2002:float"
MAXIMUM_ALTERNATIVES = 200
"""Limit for the items of a list in a check."""
MAXIMUM_TEXT_CHARACTERS = 20_000
"""Limit, in characters, for a text in a check, of which an example is the longest."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A text of a certain shape."""

    shape: re.Pattern[str]
    what: str
    """The expected value, with an example."""

    @property
    def words(self) -> Mapping[str, str]:
        """None: they cannot be listed."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type or shape."""
        given = text_in(node)
        if given is None or len(given) > MAXIMUM_TEXT_CHARACTERS or not self.shape.fullmatch(given):
            shown = f", and `{clipped(given)}` is not" if given else ""
            yield Fault(node, f"`{name}` must be {self.what}{shown}.")

    def value(self, raw: Any) -> Any:
        """The text."""
        return raw

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A value, or a list of several."""

    item: ValueType

    @property
    def words(self) -> Mapping[str, str]:
        """The words of an item."""
        return self.item.words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """An empty or too long list; the faults of the items."""
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not items or len(items) > MAXIMUM_ALTERNATIVES:
            yield Fault(node, f"`{name}` must have 1 to {MAXIMUM_ALTERNATIVES} items.")
            return
        for item in items:
            yield from self.item.faults(name, item)

    def value(self, raw: Any) -> tuple[Any, ...]:
        """The items."""
        return tuple(self.item.value(item) for item in (raw if isinstance(raw, list) else [raw]))

    def schema(self) -> dict[str, Any]:
        """An item, or an array of them."""
        item = self.item.schema()
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


@dataclass(frozen=True, slots=True)
class RegularExpression:
    """A regular expression that can be searched in linear time."""

    @property
    def words(self) -> Mapping[str, str]:
        """None."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a string; an expression that is not accepted."""
        given = text_in(node)
        if given is None:
            yield Fault(node, f"`{name}` must be a regular expression, in single quotes.")
            return
        try:
            Expression(given).search("")
        except ExpressionError as error:
            yield Fault(node, f"`{clipped(given)}` is not a regular expression that can be used: {error}.")

    def value(self, raw: Any) -> Expression:
        """The expression."""
        return Expression(raw)

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


EXPRESSION = RegularExpression()
QUALIFIED = Shaped(NAME, "a qualified name such as `os.path.join`, `*.execute` or `acme.*`")
_LITERALS = {STRING, BOOL, INT, FLOAT, NULL}


@dataclass(frozen=True, slots=True)
class ArgumentValue:
    """What an argument may be: a literal, a name, a text that fits an expression; or a list of alternatives."""

    @property
    def words(self) -> Mapping[str, str]:
        """The literals that have a name."""
        return dict.fromkeys(("true", "false", "null"), "")

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another form."""
        alternatives = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if len(alternatives) > MAXIMUM_ALTERNATIVES:
            yield Fault(node, f"`{name}` has more than {MAXIMUM_ALTERNATIVES} alternatives.")
            return
        for one in alternatives:
            yield from self._faults_of(name, one)

    def _faults_of(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        if isinstance(node, yaml.ScalarNode) and node.tag in _LITERALS:
            if len(node.value) > MAXIMUM_TEXT_CHARACTERS:
                yield Fault(node, f"`{name}` is longer than {MAXIMUM_TEXT_CHARACTERS:,} characters.")
            return
        match node:
            case yaml.MappingNode(value=[(yaml.ScalarNode(value="name"), given)]):
                yield from OneOrMore(QUALIFIED).faults("name", given)
            case yaml.MappingNode(value=[(yaml.ScalarNode(value="matches"), given)]):
                yield from EXPRESSION.faults("matches", given)
            case yaml.MappingNode(value=[(yaml.ScalarNode(value="literal"), given)]) if given.tag == BOOL:
                return
            case _:
                forms = "`{name: os.environ}`, `{matches: '^md'}` or `{literal: false}`"
                yield Fault(node, f"`{name}` must be a plain value such as `true` or `md5`, {forms}.")

    def value(self, raw: Any) -> Value:
        """The alternatives."""
        return Value(tuple(self._alternative(one) for one in (raw if isinstance(raw, list) else [raw])))

    def _alternative(self, raw: Any) -> Alternative:
        if not isinstance(raw, dict):
            return Literal(raw)
        ((kind, given),) = raw.items()
        if kind == "name":
            return Named(OneOrMore(QUALIFIED).value(given))
        if kind == "matches":
            return Fitting(Expression(given))
        return Nature.LITERAL if given else Nature.COMPUTED

    def schema(self) -> dict[str, Any]:
        """A plain value, one of the forms, or an array of these."""
        plain = {"type": ["string", "number", "boolean", "null"]}
        forms = [
            {"type": "object", "properties": {name: schema}, "required": [name], "additionalProperties": False}
            for name, schema in (
                ("name", OneOrMore(QUALIFIED).schema()),
                ("matches", EXPRESSION.schema()),
                ("literal", {"type": "boolean"}),
            )
        ]
        one = {"anyOf": [plain, *forms]}
        return {"anyOf": [plain, *forms, {"type": "array", "items": one}]}


@dataclass(frozen=True, slots=True)
class Arguments:
    """A mapping from keywords or positions to expected values; or only their names, for any value."""

    shape: re.Pattern[str]
    is_position: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """None."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type; a key of another form; the faults of the values."""
        if isinstance(node, yaml.MappingNode):
            entries = [(key, value) for key, value in node.value]
        else:
            entries = [(key, None) for key in (node.value if isinstance(node, yaml.SequenceNode) else [node])]
        example = "{0: md5}" if self.is_position else "{verify: false}"
        if not entries or len(entries) > MAXIMUM_ALTERNATIVES:
            yield Fault(node, f"`{name}` must be a mapping such as `{example}`.")
            return
        for key, value in entries:
            if not isinstance(key, yaml.ScalarNode) or not self.shape.fullmatch(key.value):
                yield Fault(key, f"`{name}` must be a mapping such as `{example}`.")
            elif value is not None:
                yield from ArgumentValue().faults(key.value, value)

    def value(self, raw: Any) -> tuple[tuple[Any, Value], ...]:
        """The keywords or positions, each with its expected value."""
        if not isinstance(raw, dict):
            raw = dict.fromkeys(raw if isinstance(raw, list) else [raw])
            return tuple((self._key(key), Value()) for key in raw)
        return tuple((self._key(key), ArgumentValue().value(value)) for key, value in raw.items())

    def _key(self, raw: Any) -> str | int:
        return int(raw) if self.is_position else str(raw)

    def schema(self) -> dict[str, Any]:
        """An object, or an array of names."""
        name = {"type": "integer"} if self.is_position else {"type": "string"}
        mapping = {"type": "object", "additionalProperties": ArgumentValue().schema()}
        return {"anyOf": [mapping, name, {"type": "array", "items": name}]}


def text_in(node: yaml.Node) -> str | None:
    """The string that a node is; None for another value."""
    return node.value if isinstance(node, yaml.ScalarNode) and node.tag == STRING else None
