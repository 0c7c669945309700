"""A baseline: an earlier JSON report, whose findings are not reported again. Its meaning is Bandit's."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Any

from posse_server.console import Stop, shown, tell, why
from posse_server.scan.results import Result

Baseline = Set[tuple[object, ...]]
"""The keys of the findings that are known already."""

_REQUIRED = ("code", "line_number", "line_range")
"""What a report must hold for Bandit to take it, beside what findings are compared by."""


def read_baseline(path: str) -> Baseline:
    """Read a report; it is told and not used where it is none. Raises Stop where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            content = file.read()
        return {_key(entry) for entry in json.loads(content)["results"]}
    except OSError as error:
        raise Stop(f"the baseline {shown(path)} cannot be read: {why(error)}") from None
    except KeyError as error:
        reason = f"{error.args[0]!r} is missing in it"
    except (ValueError, RecursionError) as error:
        reason = str(error)
    except (TypeError, AttributeError):
        reason = "it is no report in JSON"
    tell(f"the baseline {shown(path)} is not used: {reason}")
    return set()


def unknown(results: Sequence[Result], baseline: Baseline) -> list[tuple[Result, Sequence[Result]]]:
    """The findings that the baseline does not have, each with all that are the same to it; itself is one of these."""
    alike = defaultdict[tuple[object, ...], list[Result]](list)
    for result in results:
        alike[result.key].append(result)
    return [(result, alike[result.key]) for result in results if result.key not in baseline]


def _key(entry: Mapping[str, Any]) -> tuple[object, ...]:
    for name in _REQUIRED:
        entry[name]
    weakness = entry["issue_cwe"]
    cwe = int(weakness["id"]) if "id" in weakness else 0
    grades = entry["issue_severity"], entry["issue_confidence"]
    return entry["issue_text"], *grades, cwe, entry["filename"], entry["test_name"], entry["test_id"]
