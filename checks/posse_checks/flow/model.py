"""The catalogue with the sources, sinks and sanitizers of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
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
    if not rows:
        return CATALOGUE
    packages = frozenset(name.partition(".")[0] for name in model.sources)
    return Catalogue.of((*CATALOGUE.rows, *rows), packages)


def _cleaned(uses: tuple[str, ...]) -> int:
    """The kinds that a sanitizer is right for, as bits."""
    if EVERY_USE in uses:
        return kinds.EVERY
    cleaned = 0
    for use in uses:
        cleaned |= _KINDS[use]
    return cleaned
