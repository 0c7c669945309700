"""Baselines: reports in Bandit's JSON format with known findings, which are not reported again.

Matching an entry ignores its position in the file. Equal findings in one file are distinguished only by their number:
with `Matching.COUNT`, each entry hides one finding; with `Matching.BANDIT`, each entry hides all equal findings.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from posse_checks.config.policy import Matching, Policy
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding, Level

FindingKey = tuple[object, ...]
"""The fields that make two findings of a file equal: text, severity, confidence, CWE, name and ID of the rule.

The severity is the rule's, not the configured one, so that Bandit agrees and a new `severity_map` hides the same.
"""
Entry = Mapping[str, Any]
"""A finding in a report; fields that are not compared are kept unchanged."""
_Item = TypeVar("_Item")

MAXIMUM_VALUES = 5_000_000
"""Limit for the values in a report: each takes up to 70 bytes of memory, and as few as two bytes of the file."""
MAXIMUM_DIGITS = 18
LONG_CHARACTERS = 1 << 20
"""Length, in characters, from which a report is parsed in steps, so that other threads can run."""
_SPACE = re.compile(r"[ \t\n\r]*")
_REQUIRED = ("code", "line_number", "line_range")
"""The fields, besides those compared, that an entry must have for Bandit to accept the report."""


class NotABaselineError(Exception):
    """A text is not a report that Bandit would accept; the message says why, as the rest of a sentence."""


def key_of(rule: Rule, message: str, severity: Level, confidence: Level) -> FindingKey:
    """The key of a finding with these fields; `severity` is the rule's."""
    return message, severity.name, confidence.name, rule.cwe.value, rule.reported_as, rule.id


def finding_key(finding: Finding) -> FindingKey:
    """The key of a finding."""
    return key_of(finding.rule, finding.message, finding.rule_severity, finding.confidence)


def entry_key(entry: Entry) -> FindingKey:
    """The key of an entry. A missing or malformed field raises any error; `report_in` rejects such entries."""
    for name in _REQUIRED:
        entry[name]
    weakness = entry["issue_cwe"]
    cwe = _whole(weakness["id"]) if "id" in weakness else 0
    grades = entry["issue_severity"], entry["issue_confidence"]
    return entry["issue_text"], *grades, cwe, entry["test_name"], entry["test_id"]


def normal_path(name: str, root: str = "") -> str:
    """Normalizes a file's name in a report to the path from a folder: without `./`, with forward slashes.

    `root` is the folder's own path: absolute names inside it become relative; those outside stay absolute.
    """
    path = name.replace("\\", "/")
    if root and path.startswith(prefix := root.replace("\\", "/").rstrip("/") + "/"):
        path = path[len(prefix) :]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if path.startswith("/") else "") + "/".join(parts)


def report_in(text: str) -> dict[str, Any]:
    """Parses a report, in bounded time and memory. Raises NotABaselineError unless Bandit would accept it."""
    if text.count("{") + text.count("[") + text.count(",") > MAXIMUM_VALUES:
        raise NotABaselineError(f"it has more than {MAXIMUM_VALUES:,} values")
    try:
        report = _loaded(text)
        for entry in report["results"]:
            hash((entry_key(entry), entry["filename"]))
            normal_path(entry["filename"])
    except KeyError as error:
        raise NotABaselineError(f"it has no {error.args[0]!r}") from None
    except RecursionError:
        raise NotABaselineError("it is nested too deeply") from None
    except MemoryError:
        raise NotABaselineError("not enough memory to read it") from None
    except ValueError as error:
        raise NotABaselineError(str(error)) from None
    except (TypeError, AttributeError):
        raise NotABaselineError("it is not a JSON report") from None
    if not isinstance(report, dict) or not isinstance(report["results"], list):
        raise NotABaselineError("it is not a JSON report")
    return report


def _whole(number: Any) -> int:
    """Converts a number or a string of digits to an integer. Raises ValueError if it is not one, or is too long."""
    if isinstance(number, str) and len(number) > MAXIMUM_DIGITS:
        raise ValueError(f"it has a number of more than {MAXIMUM_DIGITS} digits")
    try:
        return int(number)
    except (ValueError, OverflowError):
        raise ValueError("it has a CWE that is not a whole number") from None


def _loaded(text: str) -> Any:
    """Parses JSON like `json.loads`, but a long text one item at a time.

    Python's parser blocks all other threads until it is done, which takes a second for 30 MB.
    """
    if len(text) < LONG_CHARACTERS:
        return json.loads(text, parse_int=_whole)
    try:
        return _loaded_in_steps(text)
    except (ValueError, IndexError):
        return json.loads(text, parse_int=_whole)  # its error says what is wrong, and where


def _loaded_in_steps(text: str) -> Any:
    """Parses an object, and each list directly in it item by item. Raises ValueError or IndexError if it is invalid."""
    decode, skip = json.JSONDecoder(parse_int=_whole).raw_decode, _SPACE.match

    def after_space(at: int) -> int:
        found = skip(text, at)
        return found.end() if found else at

    def expected(at: int, signs: str) -> int:
        if text[at] not in signs:
            raise ValueError(text[at])
        return after_space(at + 1)

    report: dict[Any, Any] = {}
    at = expected(after_space(0), "{")
    while text[at] != "}":
        expected(at, '"')
        key, at = decode(text, at)
        at = expected(after_space(at), ":")
        if text[at] != "[":
            report[key], at = decode(text, at)
        else:
            items: list[Any] = []
            at = after_space(at + 1)
            while text[at] != "]":
                item, at = decode(text, at)
                items.append(item)
                at = after_space(at)
                if text[at] != "]":
                    at = expected(at, ",")
                    if text[at] == "]":
                        raise ValueError("an item is missing")
            report[key], at = items, at + 1
        at = after_space(at)
        if text[at] != "}":
            at = expected(at, ",")
            if text[at] == "}":
                raise ValueError("a key is missing")
    if after_space(at + 1) != len(text):
        raise ValueError("more follows")
    return report


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a report, by file and key, with the number of equal ones."""

    matching: Matching = Matching.COUNT
    files: Mapping[str, Mapping[FindingKey, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], matching: Matching, name_of: Callable[[str], str] = normal_path) -> Baseline:
        """Returns the baseline of a report's entries; `name_of` normalizes the names of their files."""
        files: dict[str, Counter[FindingKey]] = {}
        for entry in entries:
            files.setdefault(name_of(entry["filename"]), Counter())[entry_key(entry)] += 1
        return cls(matching, files)

    def known_in(self, path: str) -> KnownFindings:
        """The entries about one file, by its normal path."""
        return KnownFindings(self.files.get(path, {}), self.matching)


@dataclass(frozen=True, slots=True)
class KnownFindings:
    """The entries about one file."""

    counts: Mapping[FindingKey, int] = field(default_factory=dict)
    matching: Matching = Matching.COUNT

    def entries(self) -> dict[FindingKey, int]:
        """The number of findings that can be hidden, by key."""
        return dict(self.counts) if self.matching is Matching.COUNT else dict.fromkeys(self.counts, sys.maxsize)

    def hides(self, keys: Iterable[FindingKey]) -> list[bool]:
        """Returns whether each finding of a file is hidden, given their keys in order of position.

        The first ones among equal findings are hidden, as many as there are entries: new ones are mostly further down,
        and a choice that depends on the text alone is the same in the editor and in a scan.
        """
        left = dict(self.counts)
        hidden = []
        for key in keys:
            count = left.get(key, 0)
            hidden.append(count > 0)
            if count and self.matching is Matching.COUNT:
                left[key] = count - 1
        return hidden

    def remaining_after(self, keys: Iterable[FindingKey]) -> KnownFindings:
        """The entries that remain for the findings after those with these keys."""
        if self.matching is not Matching.COUNT:
            return self
        left = Counter(self.counts)
        left.subtract(keys)
        return KnownFindings(+left, self.matching)

    def partition(self, items: Sequence[_Item], key: Callable[[_Item], FindingKey]) -> tuple[list[_Item], list[_Item]]:
        """Splits a file's findings, given in order of position, into those to show and those that are hidden."""
        if not self.counts:
            return list(items), []
        hidden = self.hides(map(key, items))
        shown = [item for item, is_hidden in zip(items, hidden, strict=True) if not is_hidden]
        return shown, [item for item, is_hidden in zip(items, hidden, strict=True) if is_hidden]


def missing(entries: Iterable[Entry], wanted: Iterable[Entry], matching: Matching, root: str = "") -> list[Entry]:
    """The wanted entries that must be added to a baseline for it to hide all of them.

    `root` is the folder that the names of files are relative to.
    """
    baseline = Baseline.of(entries, matching, lambda name: normal_path(name, root))
    by_file: dict[str, list[Entry]] = {}
    for entry in wanted:
        by_file.setdefault(normal_path(entry["filename"], root), []).append(entry)
    added: list[Entry] = []
    for path, asked in by_file.items():
        shown, _ = baseline.known_in(path).partition(asked, entry_key)
        if matching is Matching.BANDIT:
            shown = list({entry_key(entry): entry for entry in reversed(shown)}.values())[::-1]
        added += shown
    return added


@dataclass(frozen=True, slots=True)
class FileFindings:
    """The findings of a checked file, and the rules and levels that it was checked with."""

    keys: Sequence[FindingKey] = ()
    rules: frozenset[str] | None = None
    """The IDs of the rules that ran; None for a deleted file, which has no findings."""
    policy: Policy = field(default_factory=Policy)
    """The policy that decided which levels were reported."""

    def would_report(self, entry: Entry) -> bool:
        """Whether an entry's finding would have been reported if the file still had it."""
        if self.rules is None:
            return True
        levels = Level.__members__
        severity, confidence = levels.get(entry["issue_severity"]), levels.get(entry["issue_confidence"])
        if severity is None or confidence is None:
            return True
        severity = self.policy.mapped(entry["test_id"], severity)
        return entry["test_id"] in self.rules and self.policy.reports_levels(severity, confidence)


def stale(
    entries: Sequence[Entry], checked: Mapping[str, FileFindings], matching: Matching, root: str = ""
) -> list[int]:
    """The indices of the entries that no finding needs any longer; among equal entries, the last ones.

    `checked` contains the checked files by normal path; entries about other files are kept.
    """
    needed = {path: Counter(file.keys) for path, file in checked.items()}
    indices = []
    for index, entry in enumerate(entries):
        path, key = normal_path(entry["filename"], root), entry_key(entry)
        if path not in needed or not checked[path].would_report(entry):
            continue
        if not needed[path][key]:
            indices.append(index)
        elif matching is Matching.COUNT:
            needed[path][key] -= 1
    return indices


def spell_path(path: str, entries: Sequence[Entry]) -> str:
    """Spells a normal path as a baseline's entries spell theirs, since Bandit compares names exactly."""
    names = {normal_path(entry["filename"]): entry["filename"] for entry in entries}
    if path in names:
        name: str = names[path]
        return name
    if path.startswith("/") or any(not name.startswith("./") for name in list(names.values())[:1]):
        return path
    return f"./{path}"
