"""The keys of a declared check: pattern, message, fix and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from posse_checks.config.check_types import (
    EXPRESSION,
    MAXIMUM_ALTERNATIVES,
    QUALIFIED,
    Arguments,
    ArgumentValue,
    OneOrMore,
    Shaped,
    text_in,
)
from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import NUMBER, Choice, KeySchema, Section
from posse_checks.declared.check import Literal, Named
from posse_checks.declared.message import FIELDS, MessageError, verify
from posse_checks.declared.names import TARGET
from posse_checks.rule.finding import Level
from posse_checks.rule.fix import Safety

KEYWORD = re.compile(r"[^\W\d]\w*")
POSITION = re.compile(r"\d{1,3}")
_ID = re.compile(r"(?![BP]\d)[A-Z][A-Z0-9_]{0,9}\d")
"""Matches IDs such as X901: capital letters and a number, but not Bandit's or Posse's."""
IDENTIFIER = Shaped(_ID, "capital letters and a number such as `X901`, other than Bandit's B101 and Posse's P101")
WORD = Shaped(re.compile(r"[a-z][a-z0-9_]{0,79}"), "a name in lower case such as `jwt_unverified`")
TEXT = Shaped(re.compile(r"[^\0]*\S[^\0]*", re.DOTALL), "a text")
MODULE = Shaped(re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*"), "a module such as `os.path`")
LINK = Shaped(re.compile(r"https?://[^\s<>\"`()]{1,500}"), "an address that begins with `https://`")
SINK = re.compile(r"(?P<name>[\w.*]+?)(?:\((?P<arguments>\s*[\w]+(?:\s*,\s*[\w]+)*\s*)\))?")
SINGLE = Shaped(re.compile(r"(?:[^\W\d]\w*\.)*[^\W\d]\w*"), "a qualified name such as `acme.http.get`")
MAXIMUM_CWE = 9_999
"""Limit for MITRE's numbers."""
LEVELS: Mapping[str, Level] = {level.name.lower(): level for level in (Level.LOW, Level.MEDIUM, Level.HIGH)}


@dataclass(frozen=True, slots=True)
class Message:
    """A message, with fields for parts of the finding."""

    @property
    def words(self) -> Mapping[str, str]:
        """The fields."""
        return {f"{{{name}}}": what for name, what in FIELDS.items()}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type; an unknown field."""
        given = text_in(node)
        if given is None or not given.strip() or len(given) > 1_000:
            yield Fault(node, f"`{name}` must be a text of at most 1,000 characters.")
            return
        try:
            verify(given)
        except MessageError as error:
            fields = ", ".join(f"{{{field}}}" for field in FIELDS)
            yield Fault(node, f"`{name}` has no field at `{error}`. The fields are {fields}; write {{{{ for a brace.")

    def value(self, raw: Any) -> str:
        """The message, in one line."""
        return " ".join(raw.split())

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Changes:
    """A mapping from keywords to their new values, or to their new names."""

    are_names: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """None."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type; a key or a value of another form."""
        entries = node.value if isinstance(node, yaml.MappingNode) else []
        if not entries or len(entries) > MAXIMUM_ALTERNATIVES or not all(self._is_fine(*entry) for entry in entries):
            example = "{secure: tls}` to rename" if self.are_names else "{verify: true}` or `{mode: {name: acme.SAFE}}"
            yield Fault(node, f"`{name}` must map keywords, such as `{example}`.")

    def _is_fine(self, key: yaml.Node, value: yaml.Node) -> bool:
        if not isinstance(key, yaml.ScalarNode) or not KEYWORD.fullmatch(key.value):
            return False
        if self.are_names:
            return isinstance(value, yaml.ScalarNode) and KEYWORD.fullmatch(value.value) is not None
        return not isinstance(value, yaml.SequenceNode) and self._is_value(value)

    def _is_value(self, node: yaml.Node) -> bool:
        if isinstance(node, yaml.MappingNode):
            is_name = len(node.value) == 1 and node.value[0][0].value == "name"
            return is_name and not any(SINGLE.faults("name", node.value[0][1]))
        return not any(ArgumentValue().faults("", node)) and (text_in(node) or "").isprintable()

    def value(self, raw: Any) -> tuple[tuple[str, Any], ...]:
        """The keywords, each with its new value or name."""
        if self.are_names:
            return tuple(raw.items())
        return tuple(
            (key, Named((given["name"],)) if isinstance(given, dict) else Literal(given)) for key, given in raw.items()
        )

    def schema(self) -> dict[str, Any]:
        """An object."""
        plain = {"type": "string"} if self.are_names else {"type": ["string", "number", "boolean", "null", "object"]}
        return {"type": "object", "additionalProperties": plain}


@dataclass(frozen=True, slots=True)
class Patterns:
    """A list of patterns, or a single one: a pattern contains these in turn."""

    is_list: bool

    @property
    def words(self) -> Mapping[str, str]:
        """The keys of a pattern."""
        return pattern_keys().words

    @property
    def section(self) -> Section:
        """The keys of each pattern."""
        return pattern_keys()

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type; the faults of the patterns."""
        if not self.is_list:
            yield from pattern_keys().faults(name, node)
            return
        if not isinstance(node, yaml.SequenceNode) or not 0 < len(node.value) <= MAXIMUM_ALTERNATIVES:
            yield Fault(node, f"`{name}` must be a list of 1 to {MAXIMUM_ALTERNATIVES} patterns: `[{{call: eval}}]`.")
            return
        for item in node.value:
            yield from pattern_keys().faults(name, item)

    def value(self, raw: Any) -> Any:
        """The values of the patterns."""
        return tuple(map(pattern_keys().value, raw)) if self.is_list else pattern_keys().value(raw)

    def schema(self) -> dict[str, Any]:
        """A reference, since patterns contain patterns."""
        one = {"$ref": "#/definitions/pattern"}
        return {"type": "array", "items": one, "minItems": 1} if self.is_list else one


SUBJECTS = ("call", "import", "string", "decorated_by", "class_of", "attribute", "assigned")
"""The keys that say what a pattern is about; it has at most one."""
COMBINATIONS = {"any": Patterns(is_list=True), "all": Patterns(is_list=True), "not": Patterns(is_list=False)}


@cache
def pattern_keys() -> Section:
    """The keys of a pattern."""
    names, modules = OneOrMore(QUALIFIED), OneOrMore(MODULE)
    inside = {
        "function": KeySchema(OneOrMore(Shaped(TARGET, "a name such as `test_*`")), "Names of functions or methods."),
        "class": KeySchema(OneOrMore(Shaped(TARGET, "a name such as `*View`")), "Names of classes."),
        "decorated_by": KeySchema(names, "Decorators of a function or class."),
    }
    argument = Shaped(re.compile(r"[^\W\d]\w*|\d{1,3}"), "a keyword such as `timeout` or a position such as `1`")
    return Section(
        {
            "call": KeySchema(names, "Calls of these functions: `[jwt.decode, '*.execute']`."),
            "import": KeySchema(modules, "Imports of these modules, or of something in them."),
            "string": KeySchema(EXPRESSION, "String literals in which this regular expression occurs."),
            "decorated_by": KeySchema(names, "Functions and classes with one of these decorators."),
            "class_of": KeySchema(names, "Classes with one of these base classes."),
            "attribute": KeySchema(names, "Uses of these names as values: `[os.environ, '*.DEBUG']`."),
            "assigned": KeySchema(
                OneOrMore(Shaped(TARGET, "a name such as `DEBUG` or `*_KEY`")), "Assignments to these names."
            ),
            "keyword": KeySchema(Arguments(KEYWORD), "Keyword arguments that the call has: `{verify: false}`."),
            "position": KeySchema(
                Arguments(POSITION, is_position=True), "Positional arguments that the call has, from 0: `{0: md5}`."
            ),
            "without": KeySchema(
                OneOrMore(Bare(argument)), "Keywords and positions that the call does not have: `[timeout, 1]`."
            ),
            "value": KeySchema(ArgumentValue(), "The value that is assigned."),
            "module_imported": KeySchema(modules, "Modules, one of which was imported before."),
            "inside": KeySchema(Section(inside), "Only inside such a function or class: `{function: 'test_*'}`."),
            "any": KeySchema(COMBINATIONS["any"], "At least one of these patterns fits."),
            "all": KeySchema(COMBINATIONS["all"], "All of these patterns fit."),
            "not": KeySchema(COMBINATIONS["not"], "This pattern does not fit."),
        }
    )


@dataclass(frozen=True, slots=True)
class Bare:
    """A keyword or a number, which YAML may read as either."""

    inner: Shaped

    @property
    def words(self) -> Mapping[str, str]:
        """None."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is neither."""
        if not isinstance(node, yaml.ScalarNode) or not self.inner.shape.fullmatch(node.value):
            yield Fault(node, f"`{name}` must be {self.inner.what}.")

    def value(self, raw: Any) -> Any:
        """The keyword or the number."""
        return int(raw) if isinstance(raw, str) and raw.isdecimal() else raw

    def schema(self) -> dict[str, Any]:
        """A string or a number."""
        return {"type": ["string", "integer"]}


FIX = Section(
    {
        "set": KeySchema(Changes(), "Keywords to set: `{verify: true}`."),
        "add": KeySchema(Changes(), "Keywords to add if they are missing: `{timeout: 10}`."),
        "remove": KeySchema(OneOrMore(Shaped(KEYWORD, "a keyword such as `verify`")), "Keywords to remove."),
        "rename": KeySchema(Changes(are_names=True), "Keywords to rename: `{secure: tls}`."),
        "replace": KeySchema(SINGLE, "The function to call instead."),
        "title": KeySchema(
            Shaped(re.compile(r"[^\0\n]{1,100}"), "a title of one line"), "Title of the fix in the editor's menu."
        ),
        "safety": KeySchema(
            Choice({safety.value: safety for safety in Safety}),
            "`safe` if the program behaves as before, so that it may be applied on save; else `review`.",
            "review",
        ),
    }
)


@cache
def check_keys() -> Section:
    """The keys of a check: those of a pattern, and the others."""
    level = Choice(LEVELS)
    flow = Shaped(SINK, "a function such as `acme.db.run`, or `acme.db.run(0, statement)` to say which arguments count")
    return Section(
        {
            "id": KeySchema(IDENTIFIER, "The ID: capital letters and a number, such as X901."),
            "name": KeySchema(WORD, "The name, in lower case; by default, the ID in lower case."),
            **pattern_keys().keys,
            "source": KeySchema(OneOrMore(QUALIFIED), "Functions and attributes that an outside user controls."),
            "sink": KeySchema(OneOrMore(flow), "Functions that such data must not reach; runs where data is followed."),
            "sanitizer": KeySchema(OneOrMore(QUALIFIED), "Functions whose results are harmless for the sink."),
            "message": KeySchema(Message(), "Message of each finding, with fields such as `{name}`."),
            "severity": KeySchema(level, "Severity of the findings.", "medium"),
            "confidence": KeySchema(level, "Confidence of the findings.", "medium"),
            "cwe": KeySchema(Ranged(MAXIMUM_CWE), "CWE number of the weakness, such as 347."),
            "why": KeySchema(TEXT, "Why it matters, for the hover."),
            "link": KeySchema(LINK, "The address of a page about it."),
            "fix": KeySchema(FIX, "How to change the call: `{set: {verify: true}, safety: review}`."),
            "bad": KeySchema(
                OneOrMore(TEXT), "Programs that the check must report. They run while you edit this file."
            ),
            "good": KeySchema(OneOrMore(TEXT), "Programs that the check must not report."),
        }
    )


@dataclass(frozen=True, slots=True)
class Ranged:
    """A whole number from 1."""

    largest: int

    @property
    def words(self) -> Mapping[str, str]:
        """None."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type, or out of range."""
        faults = list(NUMBER.faults(name, node))
        yield from faults
        if (not faults and not (text := node.value).isdecimal()) or (not faults and not 1 <= int(text) <= self.largest):
            yield Fault(node, f"`{name}` must be a number from 1 to {self.largest:,}.")

    def value(self, raw: Any) -> Any:
        """The number."""
        return raw

    def schema(self) -> dict[str, Any]:
        """A range."""
        return {"type": "integer", "minimum": 1, "maximum": self.largest}
