"""The option `flow_model`: sources, sinks and sanitizers of the user's own, by qualified name.

It is data: nothing that it names is imported or called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import STRING, Choice, KeySchema, ListOf, MappingOf, Section
from posse_checks.config.suggestions import clipped, did_you_mean
from posse_checks.declared.check import FlowPattern

USES = (
    *("sql", "command", "code", "template", "path", "html", "redirect", "request", "deserialization", "xpath", "ldap"),
    *("xml", "session", "header", "log"),
)
"""The words for what data can harm; the checks P101 to P113 are about these."""
EVERY_USE = "all"
"""The word for all of them."""
_WORD = r"[^\W\d]\w*"
_QUALIFIED = re.compile(rf"{_WORD}(\.{_WORD})+")
_METHOD = re.compile(rf"\*\.{_WORD}")
_ARGUMENT = r"(?:[0-9]{1,3}|[^\W\d]\w*)"
_SINK = re.compile(rf"(?P<use>\w+)(?:\((?P<arguments>{_ARGUMENT}(?:\s*,\s*{_ARGUMENT})*)\))?")


@dataclass(frozen=True, slots=True)
class Sink:
    """A function that does harm with data that others choose: what for, and with which arguments."""

    name: str
    use: str
    arguments: tuple[int | str, ...]
    """Positions from 0, and keywords."""


@dataclass(frozen=True, slots=True)
class FlowModel:
    """Sources, sinks and sanitizers besides those that Posse knows."""

    sources: tuple[str, ...] = ()
    """Functions and attributes that an outside user controls."""
    sinks: tuple[Sink, ...] = ()
    sanitizers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Functions whose results are harmless, each with the uses."""
    own: tuple[tuple[str, FlowPattern], ...] = ()
    """The flows that checks of the project report, by their IDs."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> FlowModel:
        """Returns the model of a section without faults."""
        sinks = [Sink(name, *described) for name, described in options.get("sinks", {}).items()]
        return cls(options.get("sources", ()), tuple(sinks), tuple(options.get("sanitizers", {}).items()))

    def options(self) -> Mapping[str, Any]:
        """Returns the section that means this."""
        sinks = {sink.name: f"{sink.use}({', '.join(map(str, sink.arguments))})" for sink in self.sinks}
        return {"sources": self.sources, "sinks": sinks, "sanitizers": dict(self.sanitizers)}


NO_MODEL = FlowModel()
"""The model without rows."""


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """The name of a function, or with `method` of a method of whatever, such as `*.execute`."""

    method: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is no such name."""
        given = node.value if isinstance(node, yaml.ScalarNode) and node.tag == STRING else None
        if given is None or not (_QUALIFIED.fullmatch(given) or (self.method and _METHOD.fullmatch(given))):
            shown = f"`{clipped(given)}`" if given else "this"
            also = ", or `*.run` for the method of whatever" if self.method else ""
            message = (
                f"`{name}` must name functions with their module, and {shown} does not: write `acme.db.run`{also}."
            )
            yield Fault(node, message)

    def value(self, raw: Any) -> Any:
        """The name."""
        return raw

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        start = r"(\*\.)?" if self.method else ""
        return {"type": "string", "pattern": rf"^{start}[^\W\d]\w*(\.[^\W\d]\w*){'*' if self.method else '+'}$"}


@dataclass(frozen=True, slots=True)
class SinkText:
    """What a sink does with which arguments: `sql` for the first one, or `sql(0, statement)`."""

    @property
    def words(self) -> Mapping[str, str]:
        """The uses."""
        return dict.fromkeys(USES, "")

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another form, or an unknown use."""
        match = _SINK.fullmatch(node.value) if isinstance(node, yaml.ScalarNode) else None
        if match is None:
            yield Fault(node, f"`{name}` must be a kind such as `sql`, or `sql(0, statement)` with its arguments.")
        elif match["use"] not in USES:
            guess = did_you_mean(match["use"].lower(), USES)
            yield Fault(node, f"`{name}` must begin with one of {', '.join(USES)}.{guess}")

    def value(self, raw: Any) -> tuple[str, tuple[int | str, ...]]:
        """The use, and the arguments."""
        match = _SINK.fullmatch(raw)
        assert match is not None, "it has no faults"
        given = [one.strip() for one in (match["arguments"] or "0").split(",")]
        return match["use"], tuple([int(one) if one.isdecimal() else one for one in given])

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": rf"^({'|'.join(USES)})(\(\w+(\s*,\s*\w+)*\))?$"}


SANITIZED = ListOf(Choice({use: use for use in (*USES, EVERY_USE)}))
MODEL = Section(
    {
        "sources": KeySchema(
            ListOf(QualifiedName()), "Functions and attributes that an outside user controls: `[acme.queue.receive]`."
        ),
        "sinks": KeySchema(
            MappingOf(QualifiedName(method=True), SinkText(), "acme.db.run: sql"),
            "Functions that do harm with such data, each with the kind of harm, and the arguments that count if "
            "that is not the first one: `{acme.db.run: sql(0, statement)}`.",
        ),
        "sanitizers": KeySchema(
            MappingOf(QualifiedName(), SANITIZED, "acme.text.quoted: [html]"),
            "Functions whose results are harmless for some uses, or for all: `{acme.text.quoted: [html]}`.",
        ),
    }
)
"""The keys of the option."""
