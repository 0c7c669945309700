"""The path of a baseline in a configuration, and the paths that are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import MAXIMUM_ITEM_CHARACTERS, STRING


@dataclass(frozen=True, slots=True)
class RefusedBaseline:
    """The value for a baseline whose path is refused: it is neither read nor written."""

    reason: str
    """The reason, as a sentence."""


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """The kind of value that is the path of a baseline."""

    @property
    def words(self) -> Mapping[str, str]:
        """Empty, as paths cannot be listed."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value that is not a string; a refused path, which is ignored."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != STRING:
            yield Fault(node, f"`{name}` must be a string.")
        elif fault := baseline_fault(node.value):
            yield Fault(node, f"`{name}` is ignored: {fault}", fatal=False)

    def value(self, raw: Any) -> Any:
        """The path, or a `RefusedBaseline`."""
        fault = baseline_fault(raw)
        return RefusedBaseline(f"The configured baseline is ignored: {fault}") if fault else raw

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


def baseline_fault(path: str) -> str | None:
    """The reason that a configuration cannot name a baseline at a path, to follow a colon; None if it can."""
    if len(path) > MAXIMUM_ITEM_CHARACTERS or not path.isprintable():
        return "this is not a valid file name."
    return misplacement(path)


def misplacement(path: str) -> str | None:
    """The reason that no baseline may be at a path, even if the user names it, to follow a colon; None if it may."""
    parts = [part.rstrip(" .").casefold() for part in path.replace("\\", "/").split("/")]
    if not parts[-1].endswith(".json"):
        return "its name must end in `.json`."
    if ".git" in parts or "git~1" in parts:
        return "a baseline cannot be in a folder `.git`."
    return None
