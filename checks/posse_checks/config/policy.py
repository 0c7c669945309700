"""The section `posse` of a configuration: the options that Bandit does not have. Bandit ignores the section.

The dataclasses here are the model: valid values, JSON Schema, completion and hover are all derived from their fields.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from functools import cache
from typing import Any

from posse_checks.config.baseline_file import BaselineFile, RefusedBaseline
from posse_checks.config.check_file import DEFAULT_PATTERNS, MOST_PATTERNS, CheckFilePattern
from posse_checks.config.declared_checks import CheckList
from posse_checks.config.editor_display import (
    EVIDENCE_WORDS,
    SHOW_WORDS,
    EvidenceSeverity,
    Show,
    is_displayed,
    is_hint,
)
from posse_checks.config.flow_model import MODEL, NO_MODEL, FlowModel
from posse_checks.config.foreign_ids import ForeignId
from posse_checks.config.schema_types import (
    SWITCH,
    TEXT,
    Choice,
    KeySchema,
    ListOf,
    MappingOf,
    RuleId,
    Section,
    ValueType,
)
from posse_checks.declared.check import DeclaredCheck
from posse_checks.rule.finding import Finding, Level

POSSE_SECTION = "posse"
"""The key of the section."""
LEVELS: Mapping[str, Level] = {level.name.lower(): level for level in (Level.LOW, Level.MEDIUM, Level.HIGH)}
"""The words for levels."""
OLD_NAMES: Mapping[str, str] = {"broken": "show_syntax_errors"}
"""Old names of options, which still work, and the options' names now."""
PROJECT_ONLY = ("checks", "check_files")
"""Options of a project's files, which are not settings of an editor."""


class Matching(enum.Enum):
    """How a baseline hides findings: each entry hides one finding, or all identical ones, as in Bandit."""

    COUNT = "count"
    BANDIT = "bandit"


class Run(enum.Enum):
    """When the editor checks a file."""

    ON_TYPE = "on_type"
    ON_SAVE = "on_save"


class Display(enum.Enum):
    """How to show a remark about a comment. A scan reports warnings and errors, and fails on errors."""

    OFF = "off"
    HINT = "hint"
    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


def _option(value_type: ValueType, default: Any, description: str, *, written: object = None) -> Any:
    """A field with its kind and its description; `written` is the default as a configuration would write it."""
    metadata = {"key": KeySchema(value_type, description, written)}
    if isinstance(default, Mapping):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


def _display(default: Display, description: str) -> Any:
    return _option(Choice.of(Display), default, description, written=default.value)


@dataclass(frozen=True, slots=True)
class NosecPolicy:
    """The remarks about comments that suppress findings, and how to show each."""

    require_ids: Display = _display(
        Display.OFF, "Comments `# nosec` without an ID, which suppress everything on the line."
    )
    require_reason: Display = _display(Display.OFF, "Comments without a reason after the IDs.")
    report_unused: Display = _display(Display.HINT, "Comments, and IDs in them, that suppress nothing.")
    report_mistakes: Display = _display(
        Display.HINT,
        "Comments that do not do what they appear to: unknown IDs, IDs without a space or brackets.",
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """The options that Posse adds to Bandit's."""

    baseline: str | RefusedBaseline | None = _option(
        BaselineFile(),
        None,
        "Path to a JSON report of known findings, relative to this file's folder: a file ending in .json inside "
        "the project. Default: `.bandit-baseline.json` in the workspace folder, if it exists.",
    )
    matching: Matching = _option(
        Choice.of(
            Matching, {"count": "Each entry hides one finding.", "bandit": "Each entry hides all identical ones."}
        ),
        Matching.COUNT,
        "How the baseline hides findings. `count`: each entry hides one finding. `bandit`: each entry hides all "
        "identical findings.",
        written="count",
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = _option(
        MappingOf(TEXT, ListOf(RuleId(own=True)), "'tests/*': [B101]"),
        {},
        "IDs to ignore per file pattern, such as `{'tests/**': [B101]}`; patterns match paths from this file's folder, "
        "or file names.",
    )
    severity_map: Mapping[str, Level] = _option(
        MappingOf(RuleId(tuple(LEVELS), own=True), Choice(LEVELS), "B101: high"),
        {},
        "Override severities, by ID or by severity.",
    )
    minimum_severity: Level = _option(
        Choice({"all": Level.UNDEFINED, **LEVELS}),
        Level.UNDEFINED,
        "Report only findings of at least this severity (after `severity_map`).",
        written="all",
    )
    minimum_confidence: Level = _option(
        Choice({"all": Level.UNDEFINED, **LEVELS}),
        Level.UNDEFINED,
        "Report only findings of at least this confidence.",
        written="all",
    )
    nosec: NosecPolicy = _option(
        Section({entry.name: entry.metadata["key"] for entry in fields(NosecPolicy)}),
        NosecPolicy(),
        "How strictly to check comments `# nosec` and `# posse: ignore`. `warning` and `error` also apply to scans.",
    )
    run: Run = _option(
        Choice.of(Run, {"on_type": "As you type.", "on_save": "When the file is saved."}),
        Run.ON_TYPE,
        "When to check a file: as you type (`on_type`) or on save (`on_save`).",
        written="on_type",
    )
    notebooks: bool = _option(
        SWITCH, False, "Whether `posse scan` also checks the notebooks in folders.", written=False
    )
    show_syntax_errors: bool = _option(
        SWITCH, True, "Mark code that cannot be parsed and is therefore not checked.", written=True
    )
    flow: bool | None = _option(
        SWITCH,
        None,
        "Whether to follow data through the program, to show which findings an outside user can reach; by default, "
        "the editor does, and a scan does not.",
    )
    show: Show = _option(
        Choice.of(Show, SHOW_WORDS),
        Show.ALL,
        "The findings that the editor shows. Reminders are imports (B401 to B415) and programs that are started with "
        "constant arguments (B603, B607). Scans report all findings.",
        written="all",
    )
    evidence_severity: EvidenceSeverity = _option(
        Choice.of(EvidenceSeverity, EVIDENCE_WORDS),
        EvidenceSeverity.AS_BANDIT,
        "How the editor shows findings that are harmless where they are: `as_bandit` like all others, `hint_when_none` "
        "as hints.",
        written="as_bandit",
    )
    flow_local: bool = _option(
        SWITCH,
        False,
        "Whether P101 to P113 also report data from the program's arguments, its environment and its input.",
        written=False,
    )

    foreign_ids: tuple[str, ...] = _option(
        ListOf(ForeignId()),
        (),
        "IDs of checks that other tools run, such as plug-ins of Bandit's: `[C100, 'TBT*']`. A comment `# nosec C100` "
        "then suppresses no other finding, and `tests` and `skips` may name them.",
    )
    checks: tuple[DeclaredCheck, ...] = _option(
        CheckList(), (), "Checks of your own, declared as data; see docs/own-checks.md."
    )
    check_files: tuple[str, ...] = _option(
        ListOf(CheckFilePattern(), MOST_PATTERNS),
        DEFAULT_PATTERNS,
        "Patterns of files with more checks of your own, below this file's folder.",
        written=list(DEFAULT_PATTERNS),
    )
    plugins: bool | None = _option(
        SWITCH,
        None,
        "Whether to run Bandit's plug-ins that are installed in the project's Python, once you have allowed its code "
        "to run; by default, if there are any.",
    )
    flow_model: FlowModel = _option(
        MODEL, NO_MODEL, "Sources, sinks and sanitizers of your own, for following data; see docs/flows.md."
    )

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Policy:
        """Returns the policy of a section without faults; `options` is the result of `options_in`."""
        nosec = NosecPolicy(**options.get("nosec", {}))
        own = tuple((check.id, check.flow) for check in options.get("checks", ()) if check.flow is not None)
        model = replace(FlowModel.of(options.get("flow_model", {})), own=own)
        return cls(**{**options, "nosec": nosec, "flow_model": model})

    def is_ignored(self, ids: Iterable[str], path: str) -> str | None:
        """The pattern for which a rule with these IDs is ignored in a file; None if it is not."""
        wanted = set(ids)
        return next(
            (
                pattern
                for pattern, ignored in self.per_file_ignores.items()
                if wanted.intersection(ignored) and matches(path, pattern)
            ),
            None,
        )

    def graded(self, finding: Finding) -> Finding:
        """Returns the finding with its configured severity."""
        severity = self.mapped(finding.rule.id, finding.severity)
        if severity == finding.severity:
            return finding
        return replace(finding, severity=severity, mapped_from=finding.severity)

    def mapped(self, id: str, severity: Level) -> Level:
        """The configured severity of a rule's findings: by its ID, else by the severity, else unchanged."""
        return self.severity_map.get(id) or self.severity_map.get(severity.name.lower()) or severity

    def displays(self, graded: Finding) -> bool:
        """Whether the editor shows a finding that is reported, once graded."""
        return is_displayed(graded, self.show)

    def is_hint(self, graded: Finding, *, is_harmless: bool) -> bool:
        """Whether the editor shows a finding as a hint; `is_harmless` is the result of following the data."""
        return is_hint(graded, self.severity_map, is_harmless=is_harmless, evidence=self.evidence_severity)

    def reports(self, graded: Finding) -> bool:
        """Whether a finding, once graded, reaches the minimum severity and confidence."""
        return self.reports_levels(graded.severity, graded.confidence)

    def reports_levels(self, severity: Level, confidence: Level) -> bool:
        """Whether these levels, once mapped, reach the minimum severity and confidence."""
        return severity >= self.minimum_severity and confidence >= self.minimum_confidence


@cache
def policy_keys() -> Section:
    """The keys of the section."""
    return Section({entry.name: entry.metadata["key"] for entry in fields(Policy)}, OLD_NAMES)


def options_in(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options that a section without faults gives: its known keys with their converted values."""
    options: Mapping[str, Any] = policy_keys().value(raw)
    return options


def merged(winning: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Merges two sections, with `nosec` key by key; the first takes precedence."""
    both = {**other, **winning}
    if "nosec" in both:
        both["nosec"] = {**other.get("nosec", {}), **winning.get("nosec", {})}
    return both


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern matches a file's whole path (which begins with `./`) or, if it has no slash, the file's name.

    `*` matches any characters, including slashes; a leading `**/` also matches nothing.
    """
    is_name = "/" not in pattern
    pattern = pattern.removeprefix("./")
    path = path.removeprefix("./")
    whole = fnmatch(path, pattern) or (pattern.startswith("**/") and fnmatch(path, pattern[3:]))
    return whole or (is_name and fnmatch(path.rpartition("/")[2], pattern))
