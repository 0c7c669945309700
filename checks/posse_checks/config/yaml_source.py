"""Reads YAML into a tree of nodes with positions and into plain values, in bounded time for any source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.config.problem import Fault, LineIndex, Problem
from posse_checks.config.schema_types import INT
from posse_checks.config.suggestions import clipped

MAXIMUM_VALUES = 200_000
"""Limit for the values in a file once every alias is expanded; only an attack has more."""


MAXIMUM_YAML_DEPTH = 64
"""Limit for the nesting of brackets and braces: each may begin a key, and PyYAML examines all that are open."""
MAXIMUM_NUMBER_CHARACTERS = 100
"""Limit, in characters, for a number: the time for one in base 60 is quadratic in its parts."""


class _TooManyValuesError(Exception):
    """The source has more than `MAXIMUM_VALUES` values."""


class _Loader(yaml.SafeLoader):
    """PyYAML's loader, with limits for merge keys, nesting and numbers."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._merged = 0
        self.aliased = set[int]()
        """The identities of the nodes that aliases refer to."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Composes a node; records it if an alias refers to it."""
        is_alias = self.check_event(yaml.AliasEvent)
        node = super().compose_node(parent, index)
        if is_alias:
            self.aliased.add(id(node))
        return node

    def fetch_flow_collection_start(self, token: type[yaml.Token]) -> None:
        """Reads an opening bracket or brace. Raises RecursionError if nested too deeply."""
        if self.flow_level >= MAXIMUM_YAML_DEPTH:
            raise RecursionError
        super().fetch_flow_collection_start(token)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Expands merge keys. PyYAML calls this for each mapping before it copies it. Raises _TooManyValuesError."""
        super().flatten_mapping(node)
        self._merged += len(node.value)
        if self._merged > MAXIMUM_VALUES:
            raise _TooManyValuesError

    def construct_yaml_number(self, node: yaml.ScalarNode) -> Any:
        """Constructs a number. Raises ConstructorError if it is too long."""
        if len(node.value) > MAXIMUM_NUMBER_CHARACTERS:
            problem = f"a number has more than {MAXIMUM_NUMBER_CHARACTERS} characters"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        is_whole = node.tag == INT
        return self.construct_yaml_int(node) if is_whole else self.construct_yaml_float(node)


_Loader.add_constructor(INT, _Loader.construct_yaml_number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_number)


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A source as nodes and as plain values; both are None if it is empty."""

    root: yaml.Node | None
    content: Any
    faults: tuple[Fault, ...] = ()
    """Faults in the text itself that are harmless."""
    aliased: frozenset[int] = frozenset()
    """The identities of the nodes that aliases refer to."""


def parse_yaml(source: str, line_index: LineIndex) -> SourceTree | Problem:
    """Reads a source. Returns its tree and values, or the problem that makes it unreadable."""
    try:
        loader = _Loader(source)
        root = loader.get_single_node()
        if root is None:
            return SourceTree(None, None)
        if _size(root, {}) > MAXIMUM_VALUES:
            return _too_many(line_index)
        faults = tuple(_repeated(root))
        # Constructing also expands the nodes' merge keys in place, so that every key has a node afterwards.
        return SourceTree(root, loader.construct_document(root), faults, frozenset(loader.aliased))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        start = mark.index if mark else 0
        return line_index.problem(start, start + 1, f"Invalid YAML: {error.problem or error.context}.")
    except yaml.reader.ReaderError as error:
        return line_index.problem(error.position, error.position + 1, f"Invalid YAML: {error.reason}.")
    except RecursionError:
        return line_index.problem(0, 1, "Invalid YAML: nested too deeply.")
    except _TooManyValuesError:
        return _too_many(line_index)
    except Exception as error:  # PyYAML raises many kinds if a value does not fit its tag, as in `!!bool x`
        return line_index.problem(0, 1, f"Invalid YAML: a value does not fit its type ({type(error).__name__}).")


def _too_many(line_index: LineIndex) -> Problem:
    return line_index.problem(0, 1, f"With its aliases written out, this has more than {MAXIMUM_VALUES:,} values.")


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """The number of values in a node, with an aliased node counted each time.

    `known` holds the sizes of visited nodes by identity. An alias to a node around it counts only that node's direct
    children, so cycles end.
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
    """Duplicate keys, at the top level and one level below; YAML silently uses the last."""
    tops = root.value if isinstance(root, yaml.MappingNode) else []
    for node in (root, *(value for _, value in tops)):
        seen = set[str]()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    yield Fault(
                        key,
                        f"`{clipped(key.value)}` is given twice: only the last one is used. Remove the others.",
                        fatal=False,
                    )
                seen.add(key.value)
