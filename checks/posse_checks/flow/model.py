"""The catalogue with the sources, sinks and sanitizers of a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from posse_checks.config.flow_model import EVERY_USE, USES, FlowModel
from posse_checks.flow import kinds
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.catalogue.rows import Row, Sanitizer, Sink, Source
from posse_checks.flow.catalogue.table import Catalogue

_MOST_MODELS = 16
_KINDS: Mapping[str, int] = dict(
    zip(
        USES,
        (
            *(kinds.SQL, kinds.COMMAND, kinds.CODE, kinds.TEMPLATE, kinds.PATH, kinds.XSS, kinds.REDIRECT, kinds.SSRF),
            *(kinds.DESERIALIZATION, kinds.XPATH, kinds.LDAP, kinds.XXE, kinds.TRUST, kinds.HEADER, kinds.LOG),
        ),
        strict=True,
    )
)
"""The kinds of sinks, by the words that a configuration has for them."""


@lru_cache(_MOST_MODELS)
def catalogue_with(model: FlowModel) -> Catalogue:
    """Returns the catalogue with the rows of a model, which win over others of the same name."""
    rows: list[Row] = [Source(name, name, "") for name in model.sources]
    rows += [Sink(sink.name, _KINDS[sink.use], sink.arguments, "") for sink in model.sinks]
    rows += [Sanitizer(name, _cleaned(uses), "") for name, uses in model.sanitizers]
    rows += _own_rows(model)
    if not rows:
        return CATALOGUE
    packages = frozenset(row.name.partition(".")[0] for row in rows if isinstance(row, Source))
    return Catalogue.of((*CATALOGUE.rows, *rows), packages)


def _cleaned(uses: tuple[str, ...]) -> int:
    """The kinds that a sanitizer is right for, as bits."""
    if EVERY_USE in uses:
        return kinds.EVERY
    cleaned = 0
    for use in uses:
        cleaned |= _KINDS[use]
    return cleaned


def _own_rows(model: FlowModel) -> Iterator[Row]:
    """Yields the rows of the project's own checks. Their sources and sanitizers count for their own sinks alone."""
    sources: dict[str, int] = {}
    cleaned: dict[str, int] = {}
    for id, flow in model.own:
        kind = kinds.own_kind(id)
        for name, arguments in flow.sinks:
            yield Sink(name, kind, arguments, "")
        for name in flow.sources:
            sources[name] = sources.get(name, kinds.EVERY) & ~kind
        for name in flow.sanitizers:
            cleaned[name] = cleaned.get(name, 0) | kind
    for name, clean in sources.items():
        if name not in CATALOGUE.sources and name not in model.sources:
            yield Source(name, name, "", clean=clean)
    given = {name: _cleaned(uses) for name, uses in model.sanitizers}
    for name, clean in cleaned.items():
        known = CATALOGUE.sanitizers.get(name)
        yield Sanitizer(name, clean | given.get(name, known.clean if known else 0), "", known.type if known else "str")
