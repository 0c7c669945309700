"""The compiled catalogue: rows by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink, Source


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Rows by qualified name; `methods` by the name of a method of anything."""

    sources: Mapping[str, Source]
    sinks: Mapping[str, tuple[Sink, ...]]
    method_sinks: Mapping[str, tuple[Sink, ...]]
    method_sources: Mapping[str, Source]
    sanitizers: Mapping[str, Sanitizer]
    makers: Mapping[str, str]
    method_makers: Mapping[str, str]
    passers: frozenset[str]
    rows: tuple[Row, ...]
    source_packages: frozenset[str] = frozenset()
    """The packages of a configuration's own sources."""

    @classmethod
    def of(cls, rows: Iterable[Row], source_packages: frozenset[str] = frozenset()) -> Catalogue:
        """The catalogue of some rows."""
        kept = tuple(rows)
        sinks: dict[str, list[Sink]] = {}
        for row in kept:
            if isinstance(row, Sink):
                sinks.setdefault(row.name, []).append(row)
        named = {name: tuple(group) for name, group in sinks.items() if not name.startswith("*.")}
        sources = {row.name: row for row in kept if isinstance(row, Source)}
        makers = {row.name: row.type for row in kept if isinstance(row, Maker)}
        return cls(
            sources={name: row for name, row in sources.items() if not name.startswith("*.")},
            sinks=named,
            method_sinks={name[2:]: tuple(group) for name, group in sinks.items() if name.startswith("*.")},
            method_sources={name[2:]: row for name, row in sources.items() if name.startswith("*.")},
            sanitizers={row.name: row for row in kept if isinstance(row, Sanitizer)},
            makers={name: type for name, type in makers.items() if not name.startswith("*.")},
            method_makers={name[2:]: type for name, type in makers.items() if name.startswith("*.")},
            passers=frozenset(row.name for row in kept if isinstance(row, Passer)),
            rows=kept,
            source_packages=source_packages,
        )
