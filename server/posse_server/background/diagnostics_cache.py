"""Diagnostics of files, kept from one check of a workspace to the next.

A value is JSON, and counts only if it has the shape of diagnostics throughout.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from posse_checks.baseline.match import KnownFindings
from posse_server.project.effective import EffectiveConfig
from posse_server.protocol.convert import DIAGNOSTIC_SOURCE, Encoding
from posse_server.results.cache import CacheError, Keys, cache_folder, opened_store

LOG = logging.getLogger(__name__)

LARGEST = 1 << 31
"""Numbers of lines, characters and findings are below."""
_REQUIRED = frozenset(("range", "message", "severity", "source"))


class CheckResult(NamedTuple):
    """The diagnostics of a file as JSON objects, separated by commas, and the number of findings."""

    diagnostics: str
    findings: int


class DiagnosticsCache:
    """The diagnostics that were kept. Without a cache, there are none, and none are kept."""

    def __init__(self, encoding: Encoding) -> None:
        """Open the cache. Logs if that fails."""
        self._store = None
        try:
            self._store = opened_store(cache_folder())
        except CacheError as error:
            LOG.warning("Results are not kept for the next check of the workspace: %s", error)
        self._keys = Keys("diagnostics", encoding)

    def result(
        self, data: bytes, config: EffectiveConfig, known: KnownFindings, check: Callable[[], CheckResult]
    ) -> CheckResult:
        """Returns the result for a content under a configuration and a baseline; calls `check` if it was not kept."""
        if self._store is None:
            return check()
        key = self._keys.of(data, config, known)
        value = None if key is None else self._store.get(key)
        found = None if value is None else decoded(value)
        if found is not None:
            return found
        failures = config.catalogue.failures
        checked = check()
        if key is not None and config.catalogue.failures == failures:
            self._store.put(key, encoded(checked))
        return checked

    def close(self) -> None:
        """Write what is left. Logs if anything could not be kept."""
        if self._store is not None:
            self._store.close()
            if self._store.problem is not None:
                LOG.warning("Results are not kept for the next check of the workspace: %s", self._store.problem)


def encoded(result: CheckResult) -> bytes:
    """Returns a result as JSON."""
    return f"[{result.findings},[{result.diagnostics}]]".encode()


def decoded(value: bytes) -> CheckResult | None:
    """Returns the result in a value; None if it is not the JSON of one."""
    try:
        findings, diagnostics = json.loads(value)
        if not (_is_number(findings) and isinstance(diagnostics, list) and all(map(_is_diagnostic, diagnostics))):
            return None
    except (ValueError, TypeError, RecursionError):
        return None
    # Serialized again: the stored JSON may repeat a key, and only the last value was verified.
    return CheckResult(",".join([json.dumps(one, separators=(",", ":")) for one in diagnostics]), findings)


def _is_diagnostic(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() >= _REQUIRED:
        return False
    return all(key in _VALID and _VALID[key](item) for key, item in value.items())


def _is_range(value: Any) -> bool:
    return _has(value, "start", "end") and all(
        _has(place, "line", "character") and all(map(_is_number, place.values())) for place in value.values()
    )


def _has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(keys)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < LARGEST


def _is_link(value: Any) -> bool:
    return _has(value, "href") and isinstance(value["href"], str) and value["href"].startswith("https://")


_VALID: dict[str, Callable[[Any], bool]] = {
    "range": _is_range,
    "message": lambda value: isinstance(value, str),
    "severity": lambda value: type(value) is int and 1 <= value <= 4,
    "code": lambda value: isinstance(value, str),
    "codeDescription": _is_link,
    "source": lambda value: value == DIAGNOSTIC_SOURCE,
    "tags": lambda value: isinstance(value, list) and all(tag in (1, 2) and type(tag) is int for tag in value),
}
"""What the members of a diagnostic must be."""
