"""The path of a baseline in a configuration, and where no baseline may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import MAXIMUM_LENGTH, STRING


@dataclass(frozen=True, slots=True)
class RefusedBaseline:
    """What stands for a baseline at a path where none may be: nothing is read or written in its place."""

    reason: str
    """Why, as a sentence."""


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """The path of a baseline."""

    @property
    def words(self) -> Mapping[str, str]:
        """None: paths cannot be listed."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """What is no string, and a path at which no baseline may be; such a one is ignored."""
        if not isinstance(node, yaml.ScalarNode) or node.tag != STRING:
            yield Fault(node, f"`{name}` is a string.")
        elif fault := baseline_fault(node.value):
            yield Fault(node, f"`{name}` is not used: {fault}", fatal=False)

    def value(self, raw: Any) -> Any:
        """The path, or the refusal."""
        fault = baseline_fault(raw)
        return RefusedBaseline(f"The configured baseline is not used: {fault}") if fault else raw

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


def baseline_fault(path: str) -> str | None:
    """Why a configuration cannot name a baseline at a path, as a sentence after a colon; None where it can."""
    if len(path) > MAXIMUM_LENGTH or not path.isprintable():
        return "no file can have this name."
    return misplacement(path)


def misplacement(path: str) -> str | None:
    """Why no baseline may be at a path, whoever names it, as a sentence after a colon; None where one may."""
    parts = [part.rstrip(" .").casefold() for part in path.replace("\\", "/").split("/")]
    if not parts[-1].endswith(".json"):
        return "the name of a baseline ends in `.json`."
    if ".git" in parts or "git~1" in parts:
        return "a baseline cannot be in a folder `.git`."
    return None
