"""YAML, read into a tree of nodes with places and into plain values; whatever it is, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.config.guesses import clipped
from posse_checks.config.problem import Fault, Places, Problem
from posse_checks.config.schema_types import INT

MAXIMUM_VALUES = 200_000
"""How many values a file may have once every alias stands for a copy; more are meant to break something."""


MAXIMUM_DEPTH = 64
"""Largest number of brackets and braces in each other: each may begin a key, and PyYAML goes through all of them."""
MAXIMUM_NUMBER_LENGTH = 100
"""Largest number of characters in a number: to work out one in base 60 takes time with the square of its parts."""


class _TooManyValues(Exception):
    """More than `MAXIMUM_VALUES`."""


class _Loader(yaml.SafeLoader):
    """PyYAML's loader, with bounds on what merge keys and numbers cost."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._merged = 0
        self.aliased = set[int]()
        """The identities of the nodes that an alias stands for."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """A node, noted where it is an alias."""
        is_alias = self.check_event(yaml.AliasEvent)
        node = super().compose_node(parent, index)
        if is_alias:
            self.aliased.add(id(node))
        return node

    def fetch_flow_collection_start(self, token: type[yaml.Token]) -> None:
        """Read a bracket or brace that opens. Raises RecursionError in too many others."""
        if self.flow_level >= MAXIMUM_DEPTH:
            raise RecursionError
        super().fetch_flow_collection_start(token)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Expand merge keys. Each mapping that is merged comes by here before it is copied. Raises _TooManyValues."""
        super().flatten_mapping(node)
        self._merged += len(node.value)
        if self._merged > MAXIMUM_VALUES:
            raise _TooManyValues

    def construct_yaml_number(self, node: yaml.ScalarNode) -> Any:
        """A number of a sensible length."""
        if len(node.value) > MAXIMUM_NUMBER_LENGTH:
            problem = f"a number has more than {MAXIMUM_NUMBER_LENGTH} characters"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        is_whole = node.tag == INT
        return self.construct_yaml_int(node) if is_whole else self.construct_yaml_float(node)


_Loader.add_constructor(INT, _Loader.construct_yaml_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_number)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source as nodes and as plain values; both are None where it is empty."""

    root: yaml.Node | None
    content: Any
    faults: tuple[Fault, ...] = ()
    """What is wrong with the text itself and yet harmless."""
    aliased: frozenset[int] = frozenset()
    """The identities of the nodes that an alias stands for."""


def parse_yaml(source: str, places: Places) -> Parsed | Problem:
    """Read a source, or say why it cannot be read."""
    try:
        loader = _Loader(source)
        root = loader.get_single_node()
        if root is None:
            return Parsed(None, None)
        if _size(root, {}) > MAXIMUM_VALUES:
            return _too_many(places)
        faults = tuple(_repeated(root))
        # Constructing also expands the nodes' merge keys in place, so that every key has a node afterwards.
        return Parsed(root, loader.construct_document(root), faults, frozenset(loader.aliased))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        start = mark.index if mark else 0
        return places.problem(start, start + 1, f"Invalid YAML: {error.problem or error.context}.")
    except yaml.reader.ReaderError as error:
        return places.problem(error.position, error.position + 1, f"Invalid YAML: {error.reason}.")
    except RecursionError:
        return places.problem(0, 1, "Invalid YAML: it is nested too deeply.")
    except _TooManyValues:
        return _too_many(places)
    except Exception as error:  # PyYAML lets many kinds escape where a value does not fit its tag: `!!bool x`
        return places.problem(0, 1, f"Invalid YAML: a value does not fit its type ({type(error).__name__}).")


def _too_many(places: Places) -> Problem:
    return places.problem(0, 1, f"With its aliases written out, this has more than {MAXIMUM_VALUES:,} values.")


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """The number of values below a node, those behind an alias counted each time.

    A loop ends where it closes: there, what lies directly below counts.
    """
    if id(node) in known:
        return known[id(node)]
    size = 1
    known[id(node)] = 1 + (2 * len(node.value) if isinstance(node, yaml.CollectionNode) else 0)
    if isinstance(node, yaml.SequenceNode):
        size += sum(_size(item, known) for item in node.value)
    elif isinstance(node, yaml.MappingNode):
        size += sum(_size(key, known) + _size(value, known) for key, value in node.value)
    known[id(node)] = size
    return size


def _repeated(root: yaml.Node) -> Iterator[Fault]:
    """Keys that are given twice, at the top and one level below: YAML heeds the last, without a word."""
    tops = root.value if isinstance(root, yaml.MappingNode) else []
    for node in (root, *(value for _, value in tops)):
        seen = set[str]()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    yield Fault(key, f"`{clipped(key.value)}` is given twice; only the last one counts.", fatal=False)
                seen.add(key.value)
