"""Entries that a check of files adds to a baseline or removes from it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from posse_checks.baseline.match import Entry, FileFindings, FindingKey, missing, normal_path, spell_path, stale
from posse_checks.config.policy import Matching
from posse_checks.rule.finding import Finding
from posse_server.baselines.read import BaselineFile
from posse_server.project.effective import EffectiveConfig
from posse_server.results.entry import entry_of
from posse_server.results.excerpt import lines_around, numbered, shown_code
from posse_server.results.result import Result, result_of

CONTEXT_LINES = 3
"""Number of lines of code in the entry of a finding that has one line."""


class WithCode(NamedTuple):
    """A result, and the lines of code that its entry shows."""

    result: Result
    code: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of a check of files. Files are named relative to `root`."""

    root: Path
    matching: Matching
    entries: list[Entry] = field(default_factory=list)
    """The entries of all findings, in order."""
    checked: dict[str, FileFindings] = field(default_factory=dict)
    """The keys of all findings, by file; only files that were checked completely."""

    @classmethod
    def of(cls, target: BaselineFile) -> Outcome:
        """Returns an empty outcome for a baseline."""
        return cls(target.root, target.matching)

    def take(self, name: str, found: Iterable[WithCode], config: EffectiveConfig, *, is_whole: bool = True) -> None:
        """Add the results in a file, each with the code around it.

        If `is_whole` is false, the results are incomplete, so missing findings do not make entries stale.
        """
        path = self._path(os.path.abspath(os.path.join(self.root, name)))
        keys: list[FindingKey] = []
        for result, code in found:
            keys.append(result.key)
            self.entries.append({**entry_of(result.unmapped, code), "filename": path})
        if not is_whole:
            return
        configuration = config.configuration
        rules = frozenset(rule.id for rule in configuration.rules_for(config.path))
        self.checked[path] = FileFindings(keys, rules, configuration.policy)

    def added(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Returns a baseline's entries and those missing in it. Removes none."""
        wanted = [{**entry, "filename": spell_path(entry["filename"], entries)} for entry in self.entries]
        return [*entries, *missing(entries, wanted, self.matching, str(self.root))]

    def pruned(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Returns a baseline's entries without those that no finding needs, including those of deleted files."""
        dropped = self.stale(entries)
        return [entry for index, entry in enumerate(entries) if index not in dropped]

    def stale(self, entries: Sequence[Entry]) -> set[int]:
        """Returns the indices of the entries that no finding needs."""
        others = {self._path(entry["filename"]) for entry in entries} - self.checked.keys()
        gone = {path: FileFindings() for path in others if _is_gone(self.root / path)}
        return set(stale(entries, self.checked | gone, self.matching, str(self.root)))

    def _path(self, name: str) -> str:
        return normal_path(name, str(self.root))


def _is_gone(path: Path) -> bool:
    """Whether a file certainly does not exist. One that cannot be reached may be back soon."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def with_code(name: str, findings: Iterable[Finding], lines: Sequence[str]) -> list[WithCode]:
    """Returns findings in a file of these lines as results, each with the code around it."""
    found = []
    for finding in findings:
        around = lines_around(finding.line, finding.line_range, CONTEXT_LINES)
        code = shown_code(lines, [finding], lambda *_, around=around: around)
        found.append(WithCode(result_of(name, finding), numbered(code, around)))
    return found
