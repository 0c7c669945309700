"""A baseline: findings that are known already and so not reported, as a report in Bandit's JSON has them.

An entry has no place within its file, only what a finding says. Equal findings in one file are told apart by their
number alone: with `Matching.COUNT` an entry hides one finding, with `Matching.BANDIT` all that are equal to it.
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
from posse_checks.rule.finding import Finding, Level
from posse_checks.rule.rule import Rule

Key = tuple[object, ...]
"""What makes two findings of a file the same: text, severity, confidence, CWE, name and ID of the rule.

The severity is the rule's, whatever a configuration maps it to, so that Bandit agrees and a new map hides no less.
"""
Entry = Mapping[str, Any]
"""A finding as a report has it; what it says beside what is compared is kept as it is."""
_Item = TypeVar("_Item")

MAXIMUM_VALUES = 5_000_000
"""Largest number of values in a report: each takes up to 70 bytes, and as few as two of the file."""
MAXIMUM_DIGITS = 18
LONG = 1 << 20
"""Number of characters from which a report is parsed in steps, so that other threads go on."""
_SPACE = re.compile(r"[ \t\n\r]*")
_REQUIRED = ("code", "line_number", "line_range")
"""What an entry must have for Bandit to take the report, beside what is compared."""


class NotABaseline(Exception):
    """A text is no report that Bandit would take; the message says why, as the rest of a sentence."""


def key_of(rule: Rule, message: str, severity: Level, confidence: Level) -> Key:
    """What makes a finding the same as another in its file."""
    return message, severity.name, confidence.name, rule.cwe.value, rule.reported_as, rule.id


def finding_key(finding: Finding) -> Key:
    """The key of a finding."""
    return key_of(finding.rule, finding.message, finding.rule_severity, finding.confidence)


def entry_key(entry: Entry) -> Key:
    """The key of an entry. Raises what a missing or misshapen field raises; `report_in` lets no such entry pass."""
    for name in _REQUIRED:
        entry[name]
    weakness = entry["issue_cwe"]
    cwe = _whole(weakness["id"]) if "id" in weakness else 0
    grades = entry["issue_severity"], entry["issue_confidence"]
    return entry["issue_text"], *grades, cwe, entry["test_name"], entry["test_id"]


def normal_path(name: str, root: str = "") -> str:
    """A file's name in a report as the path from a folder, whoever wrote it: no `./`, forward slashes only.

    `root` is the folder's own path, to which absolute names are related; those outside stay absolute.
    """
    path = name.replace("\\", "/")
    if root and path.startswith(prefix := root.replace("\\", "/").rstrip("/") + "/"):
        path = path[len(prefix) :]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if path.startswith("/") else "") + "/".join(parts)


def report_in(text: str) -> dict[str, Any]:
    """A report with all that it says, in bounded time and memory. Raises NotABaseline."""
    if text.count("{") + text.count("[") + text.count(",") > MAXIMUM_VALUES:
        raise NotABaseline(f"it has more than {MAXIMUM_VALUES:,} values")
    try:
        report = _loaded(text)
        for entry in report["results"]:
            hash((entry_key(entry), entry["filename"]))
            normal_path(entry["filename"])
    except KeyError as error:
        raise NotABaseline(f"{error.args[0]!r} is missing in it") from None
    except RecursionError:
        raise NotABaseline("it is nested too deeply") from None
    except MemoryError:
        raise NotABaseline("there is not enough memory to read it") from None
    except ValueError as error:
        raise NotABaseline(str(error)) from None
    except (TypeError, AttributeError):
        raise NotABaseline("it is no report in JSON") from None
    if not isinstance(report, dict) or not isinstance(report["results"], list):
        raise NotABaseline("it is no report in JSON")
    return report


def _whole(number: Any) -> int:
    """A whole number; a text is one in decimal digits. Raises ValueError for one that no report has."""
    if isinstance(number, str) and len(number) > MAXIMUM_DIGITS:
        raise ValueError(f"it has a number of more than {MAXIMUM_DIGITS} digits")
    try:
        return int(number)
    except (ValueError, OverflowError):
        raise ValueError("it has a CWE that is no whole number") from None


def _loaded(text: str) -> Any:
    """JSON as a value, like `json.loads`; of a long text, one item at a time.

    Python's parser lets no other thread go on before it is done, which takes a second for 30 MB.
    """
    if len(text) < LONG:
        return json.loads(text, parse_int=_whole)
    try:
        return _loaded_in_steps(text)
    except (ValueError, IndexError):
        return json.loads(text, parse_int=_whole)  # says what is wrong, and where


def _loaded_in_steps(text: str) -> Any:
    """An object, with the lists in it item by item. Raises ValueError or IndexError where it is none."""
    decode, skip = json.JSONDecoder(parse_int=_whole).raw_decode, _SPACE.match

    def behind_space(at: int) -> int:
        found = skip(text, at)
        return found.end() if found else at

    def expected(at: int, signs: str) -> int:
        if text[at] not in signs:
            raise ValueError(text[at])
        return behind_space(at + 1)

    report: dict[Any, Any] = {}
    at = expected(behind_space(0), "{")
    while text[at] != "}":
        expected(at, '"')
        key, at = decode(text, at)
        at = expected(behind_space(at), ":")
        if text[at] != "[":
            report[key], at = decode(text, at)
        else:
            items: list[Any] = []
            at = behind_space(at + 1)
            while text[at] != "]":
                item, at = decode(text, at)
                items.append(item)
                at = behind_space(at)
                if text[at] != "]":
                    at = expected(at, ",")
                    if text[at] == "]":
                        raise ValueError("an item is missing")
            report[key], at = items, at + 1
        at = behind_space(at)
        if text[at] != "}":
            at = expected(at, ",")
            if text[at] == "}":
                raise ValueError("a key is missing")
    if behind_space(at + 1) != len(text):
        raise ValueError("more follows")
    return report


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a report, by the file that they are about, with the number of equal ones."""

    matching: Matching = Matching.COUNT
    files: Mapping[str, Mapping[Key, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], matching: Matching, name_of: Callable[[str], str] = normal_path) -> Baseline:
        """The baseline of a report's entries; `name_of` makes of a file's name there what files are compared by."""
        files: dict[str, Counter[Key]] = {}
        for entry in entries:
            files.setdefault(name_of(entry["filename"]), Counter())[entry_key(entry)] += 1
        return cls(matching, files)

    def known_in(self, path: str) -> Known:
        """What is known of one file."""
        return Known(self.files.get(path, {}), self.matching)


@dataclass(frozen=True, slots=True)
class Known:
    """The entries about one file."""

    counts: Mapping[Key, int] = field(default_factory=dict)
    matching: Matching = Matching.COUNT

    def entries(self) -> dict[Key, int]:
        """How many equal findings can be hidden, for each that can be."""
        return dict(self.counts) if self.matching is Matching.COUNT else dict.fromkeys(self.counts, sys.maxsize)

    def hides(self, keys: Iterable[Key]) -> list[bool]:
        """Whether each of a file's findings is hidden, given their keys in the order of their places.

        Of equal findings the first are hidden, as many as there are entries: what is new is mostly further down, and
        a choice that depends on the text alone is the same in the editor and in a scan.
        """
        left = dict(self.counts)
        hidden = []
        for key in keys:
            count = left.get(key, 0)
            hidden.append(count > 0)
            if count and self.matching is Matching.COUNT:
                left[key] = count - 1
        return hidden

    def behind(self, keys: Iterable[Key]) -> Known:
        """What is left of the entries for findings behind those with these keys."""
        if self.matching is not Matching.COUNT:
            return self
        left = Counter(self.counts)
        left.subtract(keys)
        return Known(+left, self.matching)

    def parted(self, items: Sequence[_Item], key: Callable[[_Item], Key]) -> tuple[list[_Item], list[_Item]]:
        """A file's findings in the order of their places, those to show and those that are hidden."""
        if not self.counts:
            return list(items), []
        hidden = self.hides(map(key, items))
        shown = [item for item, is_hidden in zip(items, hidden, strict=True) if not is_hidden]
        return shown, [item for item, is_hidden in zip(items, hidden, strict=True) if is_hidden]


def missing(entries: Iterable[Entry], wanted: Iterable[Entry], matching: Matching, root: str = "") -> list[Entry]:
    """Those of the wanted entries that must be added to a baseline for it to hide what they are about.

    `root` is the folder that files are named from.
    """
    baseline = Baseline.of(entries, matching, lambda name: normal_path(name, root))
    by_file: dict[str, list[Entry]] = {}
    for entry in wanted:
        by_file.setdefault(normal_path(entry["filename"], root), []).append(entry)
    added: list[Entry] = []
    for path, asked in by_file.items():
        shown, _ = baseline.known_in(path).parted(asked, entry_key)
        if matching is Matching.BANDIT:
            shown = list({entry_key(entry): entry for entry in reversed(shown)}.values())[::-1]
        added += shown
    return added


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a file brought out, and what it could have."""

    keys: Sequence[Key] = ()
    rules: frozenset[str] | None = None
    """The IDs of the rules that ran; None for a file that is no more, in which nothing can be found again."""
    policy: Policy = field(default_factory=Policy)
    """Which levels were reported."""

    def would_tell(self, entry: Entry) -> bool:
        """Whether the finding of an entry would have been reported if it were still there."""
        if self.rules is None:
            return True
        levels = Level.__members__
        severity, confidence = levels.get(entry["issue_severity"]), levels.get(entry["issue_confidence"])
        if severity is None or confidence is None:
            return True
        severity = self.policy.mapped(entry["test_id"], severity)
        return entry["test_id"] in self.rules and self.policy.reports_levels(severity, confidence)


def stale(entries: Sequence[Entry], checked: Mapping[str, Checked], matching: Matching, root: str = "") -> list[int]:
    """The indices of the entries that no finding needs any more, of equal ones the last.

    `checked` has each file that was checked by its normal path; entries about other files are left alone.
    """
    needed = {path: Counter(file.keys) for path, file in checked.items()}
    indices = []
    for index, entry in enumerate(entries):
        path, key = normal_path(entry["filename"], root), entry_key(entry)
        if path not in needed or not checked[path].would_tell(entry):
            continue
        if not needed[path][key]:
            indices.append(index)
        elif matching is Matching.COUNT:
            needed[path][key] -= 1
    return indices


def spelled(path: str, entries: Sequence[Entry]) -> str:
    """A normal path as a baseline's entries spell theirs, so that Bandit, which compares names, finds it there."""
    names = {normal_path(entry["filename"]): entry["filename"] for entry in entries}
    if path in names:
        name: str = names[path]
        return name
    if path.startswith("/") or any(not name.startswith("./") for name in list(names.values())[:1]):
        return path
    return f"./{path}"
