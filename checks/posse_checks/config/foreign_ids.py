"""The option `foreign_ids`: IDs and names of checks that other tools run, such as plug-ins of Bandit's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from posse_checks.analysis.registry import ids_by_name, matches_foreign, own_ids_by_name
from posse_checks.config.problem import Fault
from posse_checks.config.schema_types import STRING
from posse_checks.config.suggestions import clipped

_FOREIGN = re.compile(r"[A-Za-z_]\w*\*?")


@dataclass(frozen=True, slots=True)
class ForeignId:
    """An ID or name that is neither Bandit's nor Posse's; `TBT*` stands for all that begin with `TBT`."""

    @property
    def words(self) -> Mapping[str, str]:
        """None: they are other tools'."""
        return {}

    def faults(self, name: str, node: yaml.Node) -> Iterator[Fault]:
        """A value of another form; an ID that is known, which is not fatal."""
        given = node.value if isinstance(node, yaml.ScalarNode) and node.tag == STRING else ""
        if not _FOREIGN.fullmatch(given):
            yield Fault(
                node, f"`{name}` must contain IDs such as C100, or their beginning and a star: `[C100, 'TBT*']`."
            )
            return
        known = next((id for id in (*ids_by_name(), *own_ids_by_name()) if matches_foreign(id, [given])), None)
        if known is not None:
            whose = "Bandit" if known in ids_by_name() else "Posse"
            message = f"`{clipped(given)}` includes {known}, a check of {whose}, which stays on. "
            yield Fault(node, f"{message}Name only the IDs of other tools.", fatal=False)

    def value(self, raw: Any) -> Any:
        """The ID."""
        return raw

    def schema(self) -> dict[str, Any]:
        """A pattern."""
        return {"type": "string", "pattern": r"^[A-Za-z_]\w*\*?$"}


def foreign_ids_in(section: object) -> tuple[str, ...]:
    """The usable foreign IDs in the raw section `posse`, even if it has other mistakes."""
    given = section.get("foreign_ids") if isinstance(section, dict) else None
    return tuple(one for one in given if _is_usable(one)) if isinstance(given, list) else ()


def _is_usable(given: object) -> bool:
    return isinstance(given, str) and _FOREIGN.fullmatch(given) is not None
