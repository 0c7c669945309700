"""The option `checks`: checks that are declared as data. A faulty one is left out, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from posse_checks.analysis.registry import all_rules
from posse_checks.config.check_schema import SINK, SUBJECTS, check_keys
from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import MAPPING, NULL, Section
from posse_checks.declared.check import Around, DeclaredCheck, DeclaredFix, ExampleCode, FlowPattern, Pattern
from posse_checks.declared.examples import Failure, Find, failures_of
from posse_checks.rule.finding import Level

MAXIMUM_CHECKS = 500
"""Limit for the checks in one file."""
MAXIMUM_DEPTH = 16
"""Limit for the nesting of a check."""
MAXIMUM_NODES = 2_000
"""Limit for the values in a check."""
FLOW_KEYS = ("source", "sink", "sanitizer")


@dataclass(frozen=True, slots=True)
class CheckList:
    """A list of declared checks."""

    @property
    def section(self) -> Section:
        """The keys of each check."""
        return check_keys()

    @property
    def words(self) -> Mapping[str, str]:
        """The keys of a check."""
        return check_keys().words

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another type, too many checks, a name that is taken; the faults of the checks. None is fatal."""
        if not isinstance(node, yaml.SequenceNode):
            yield Fault(node, f"`{name}` must be a list of checks, each with an `id` and a `message`.", fatal=False)
            return
        if len(node.value) > MAXIMUM_CHECKS:
            message = f"`{name}` has {len(node.value):,} checks: only the first {MAXIMUM_CHECKS} are used."
            yield Fault(node.value[MAXIMUM_CHECKS], message, fatal=False)
        taken: dict[str, str] = {}
        for item in node.value[:MAXIMUM_CHECKS]:
            found = list(check_faults(item))
            yield from (replace(fault, fatal=False) for fault in found)
            if not found:
                yield from _clashes(item, taken)

    def value(self, raw: Any) -> tuple[DeclaredCheck, ...]:
        """The checks without faults, in order; of those with the same ID or name, the first."""
        checks: list[DeclaredCheck] = []
        taken: dict[str, str] = {}
        for one in raw[:MAXIMUM_CHECKS] if isinstance(raw, list) else ():
            node = _as_node(one)
            if node is not None and not any(check_faults(node)) and not any(_clashes(node, taken)):
                checks.append(declared(check_keys().value(one)))
        return tuple(checks)

    def schema(self) -> dict[str, Any]:
        """An array of objects."""
        return {"type": "array", "items": {**check_keys().schema(), "required": ["id", "message"]}}


def check_faults(node: yaml.Node) -> Iterator[Fault]:
    """Yields the faults of one check; one that is nested too deeply has no others."""
    if _is_oversized(node):
        yield Fault(node, f"This check is nested more than {MAXIMUM_DEPTH} deep, or has over {MAXIMUM_NODES:,} values.")
        return
    yield from check_keys().faults("checks", node)
    if not isinstance(node, yaml.MappingNode) or node.tag != MAPPING:
        return
    entries = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode) and value.tag != NULL]
    given = {key.value: key for key, _ in entries}
    for needed in ("id", "message"):
        if needed not in given:
            yield Fault(node, f"A check needs `{needed}`.")
    if any(key in given for key in FLOW_KEYS):
        others = [
            key for key in given if key in (*SUBJECTS, "any", "all", "not", "inside", "keyword", "position", "fix")
        ]
        if "sink" not in given:
            yield Fault(
                node, "A check with `source` or `sanitizer` needs `sink`, the functions that data must not reach."
            )
        elif others:
            yield Fault(given[others[0]], f"`{others[0]}` does not go with `sink`. Declare two checks.")
    else:
        yield from _pattern_faults(node)


def _pattern_faults(node: yaml.Node) -> Iterator[Fault]:
    """Yields a fault for each pattern with two subjects, and one for a check without any."""
    pending = [node]
    while pending:
        pattern = pending.pop()
        if not isinstance(pattern, yaml.MappingNode):
            continue
        given = [key for key, _ in pattern.value if key.value in SUBJECTS]
        if len(given) > 1:
            both = f"`{given[0].value}` and `{given[1].value}`"
            yield Fault(
                given[1], f"A pattern is about one thing, and this has {both}. Combine two with `any` or `all`."
            )
        for key, value in pattern.value:
            if key.value in ("any", "all") and isinstance(value, yaml.SequenceNode):
                pending += value.value
            elif key.value == "not":
                pending.append(value)
    if not _has_subject(node):
        where = ", in each alternative of `any`" if any(key.value == "any" for key, _ in node.value) else ""
        yield Fault(node, f"A check needs a subject: one of {', '.join(SUBJECTS)}, or `sink`{where}.")


def _has_subject(node: yaml.Node) -> bool:
    """Whether a pattern has a subject: its own, one in each alternative, or one in a part."""
    values = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    if values.keys() & set(SUBJECTS):
        return True
    alternatives, parts = (values[key].value if key in values else [] for key in ("any", "all"))
    return (bool(alternatives) and all(map(_has_subject, alternatives))) or any(map(_has_subject, parts))


def _clashes(node: yaml.Node, taken: dict[str, str]) -> Iterator[Fault]:
    """Yields a fault for an ID or name that another check has; `taken` gets those of this one."""
    values = {key.value: value for key, value in node.value if value.tag != NULL}
    id = values["id"].value
    name = values["name"].value if "name" in values else id.lower()
    names = {rule.name: rule.id for rule in all_rules().values()}
    own = values.get("name", values["id"])
    for word, at in ((id, values["id"]), (name, own)):
        other = taken.get(word) or names.get(word)
        if other is not None:
            yield Fault(at, f"`{word}` is already {other}. Choose another; this check is not used.", fatal=False)
            return
    taken |= {id: f"the ID of the check {id} above", name: f"the name of the check {id} above"}


def _is_oversized(node: yaml.Node) -> bool:
    """Whether a node is too deep or too large, which also ends for one that contains itself."""
    level, count = [node], 0
    for _ in range(MAXIMUM_DEPTH):
        below: list[yaml.Node] = []
        for one in level:
            if isinstance(one, yaml.SequenceNode):
                below += one.value
            elif isinstance(one, yaml.MappingNode):
                below += [part for pair in one.value for part in pair]
            if count + len(below) > MAXIMUM_NODES:
                return True
        if not below:
            return False
        count += len(below)
        level = below
    return True


def _as_node(raw: Any) -> yaml.Node | None:
    """Represents a plain value as a node again; None if it contains itself or is too deep."""
    try:
        return yaml.representer.SafeRepresenter().represent_data(raw)
    except (RecursionError, yaml.YAMLError):
        return None


def declared(values: Mapping[str, Any]) -> DeclaredCheck:
    """Returns the check with these values, which have no faults."""
    flow = None
    if "sink" in values:
        sinks = tuple(_sink(text) for text in values["sink"])
        flow = FlowPattern(values.get("source", ()), sinks, values.get("sanitizer", ()))
    return DeclaredCheck(
        id=values["id"],
        name=values.get("name", values["id"].lower()),
        message=values["message"],
        pattern=None if flow else _pattern(values),
        flow=flow,
        severity=values.get("severity", Level.MEDIUM),
        confidence=values.get("confidence", Level.MEDIUM),
        cwe=values.get("cwe", 0),
        why=values.get("why", ""),
        link=values.get("link", ""),
        fix=DeclaredFix(**values["fix"]) if values.get("fix") else None,
        bad=tuple(map(ExampleCode, values.get("bad", ()))),
        good=tuple(map(ExampleCode, values.get("good", ()))),
    )


def _pattern(values: Mapping[str, Any]) -> Pattern:
    inside = values.get("inside")
    plain = ("call", "string", "decorated_by", "class_of", "attribute", "assigned", "keyword", "position", "without")
    return Pattern(
        **{key: values[key] for key in (*plain, "value", "module_imported") if key in values},
        imports=values.get("import", ()),
        inside=None
        if inside is None
        else Around(inside.get("function", ()), inside.get("class", ()), inside.get("decorated_by", ())),
        any=tuple(map(_pattern, values.get("any", ()))),
        all=tuple(map(_pattern, values.get("all", ()))),
        excluded=_pattern(values["not"]) if "not" in values else None,
    )


def _sink(text: str) -> tuple[str, tuple[int | str, ...]]:
    """Reads a function and its arguments: `acme.db.run(0, statement)`; by default, the first one."""
    match = SINK.fullmatch(text)
    assert match is not None, "it has no faults"
    given = [one.strip() for one in (match["arguments"] or "0").split(",")]
    return match["name"], tuple(int(one) if one.isdecimal() else one for one in given)


def failures_in(node: yaml.Node, raw: Sequence[Any], find: Find) -> Iterator[tuple[yaml.Node, DeclaredCheck, Failure]]:
    """Runs the examples of the checks in a list. Yields those that do not hold, each with its node and its check."""
    for item, one in zip(node.value[:MAXIMUM_CHECKS], raw, strict=False):
        if any(check_faults(item)):
            continue
        check = declared(check_keys().value(one))
        nodes = {key.value: value for key, value in item.value}
        for failure in failures_of(check, find):
            given = nodes["bad" if failure.is_bad else "good"]
            places = given.value if isinstance(given, yaml.SequenceNode) else [given]
            yield places[failure.index], check, failure


def example_faults(node: yaml.Node, raw: Sequence[Any], find: Find) -> Iterator[Fault]:
    """Yields the examples of the checks in a list that do not hold, each at its place."""
    return (Fault(place, failure.reason, fatal=False) for place, _, failure in failures_in(node, raw, find))
