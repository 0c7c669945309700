"""Runs the checks that a project has written in Python with Posse's own `rule`, through Posse's engine."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from posse_checks.analysis.check import analyze, analyze_characters
from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document
from posse_checks.python.names import Bindings, Names
from posse_checks.python.syntax import Broken, parse
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Finding
from posse_checks.rule.flow import Flow

MOST_FINDINGS = 10_000
"""Limit for the findings of one check on one view."""
MOST_FIXES = 10
_ID = re.compile(r"[A-Z][A-Z0-9]{1,19}")

Write = Callable[[Mapping[str, Any]], None]
Failures = dict[str, dict[str, Any]]


class PythonChecks:
    """The checks of a project's files."""

    def __init__(self, files: Sequence[str], without: frozenset[str], write: Write) -> None:
        self._problems: list[dict[str, str]] = []
        self._rules: dict[str, Rule] = {}
        self._failures: Failures = {}
        self._of_file: dict[str, str] = {}
        for number, path in enumerate(files):
            name = Path(path).name
            if name not in without:
                write({"kind": "loading", "name": name})
                self._load(path, name, number)

    def _load(self, path: str, name: str, number: int) -> None:
        """Load the checks of a file. Any failure to load it becomes a problem."""
        try:
            spec = importlib.util.spec_from_file_location(f"posse_own_checks_{number}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            rules = [value for value in vars(module).values() if isinstance(value, Rule)]
        except BaseException as error:
            text = " ".join(str(error).split())[:200]
            self._problems.append({"name": name, "why": f"cannot be loaded: {type(error).__name__}: {text}"})
            return
        for rule in rules:
            why = self._refusal(rule)
            if why is None:
                self._rules[rule.id] = replace(
                    rule, docstring=module.__doc__ or "", check=self._guarded(rule, self._failures)
                )
                self._of_file[rule.id] = path
            else:
                self._problems.append({"name": name, "why": why})
        if not rules:
            self._problems.append({"name": name, "why": "declares no check with `@rule(...)`"})

    def _refusal(self, rule: Rule) -> str | None:
        """Returns why a check cannot be used; None if it can."""
        if not _ID.fullmatch(str(rule.id)):
            return f"has a check with the ID {rule.id!r}: use capital letters and digits, such as X901"
        if rule.id in all_rules() or any(rule.name == other.name for other in all_rules().values()):
            return f"has a check {rule.id} {rule.name}, which another has: choose another ID and another name"
        if rule.id in self._rules:
            return f"has a second check with the ID {rule.id}: choose another"
        if Flow in rule.subscription:
            return f"has a check {rule.id} on flows, which checks in files cannot follow: declare it in YAML"
        return None

    @staticmethod
    def _guarded(rule: Rule, failures: Failures) -> Callable[..., Iterable[Finding]]:
        """Returns a check that never raises an exception and ends."""
        check = rule.check

        def run(*arguments: Any) -> Iterable[Finding]:
            try:
                return list(islice(check(*arguments), MOST_FINDINGS))
            except BaseException as error:
                text = " ".join(str(error).split())[:200]
                failure = failures.setdefault(rule.name, {"name": rule.name, "count": 0})
                failure.setdefault("why", f"{type(error).__name__}: {text}")
                failure["count"] += 1
                return ()

        return run

    def described(self) -> dict[str, Any]:
        """Returns the loaded checks, and their failures."""
        checks = [
            {
                "id": rule.id,
                "name": rule.name,
                "function": rule.reported_as,
                "doc": rule.docstring[:20_000],
                "section": rule.section or "",
                "whole": False,
                "file": self._of_file[rule.id],
            }
            for rule in self._rules.values()
        ]
        return {"checks": checks, "problems": self._problems}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Check a whole text, or statements of it; or compute the fixes of a finding, if a request has one."""
        self._failures.clear()
        include, exclude, only = request["own_include"], request["exclude"], request.get("only")
        rules = [
            rule
            for rule in self._rules.values()
            if rule.id not in exclude and (not include or rule.id in include) and (only is None or rule.name in only)
        ]
        catalogue = Catalogue(rules, request["options"])
        if "fixes_of" in request:
            return {"kind": "fixed", "fixes": self._fixes(request["parts"][0]["text"], request["fixes_of"], catalogue)}
        findings = [self._check(part, request["names"], catalogue) for part in request["parts"]]
        return {"findings": findings, "failures": list(self._failures.values())}

    def _check(
        self, part: Mapping[str, Any], names: Sequence[Mapping[str, Any]], catalogue: Catalogue
    ) -> list[dict[str, Any]] | None:
        source = part["bytes"].encode("latin-1") if "bytes" in part else part["text"]
        statements = parse(source)
        if isinstance(statements, Broken):
            return None
        known, number = Names(), part.get("names")
        if number is not None:
            known = known.after(Bindings(names[number]["aliases"], frozenset(names[number]["modules"])))
        found = list(analyze(statements, known, catalogue).findings)
        if number is None and isinstance(source, str):
            found += analyze_characters(source, catalogue)
        return [_plain(finding) for finding in found]

    @staticmethod
    def _fixes(text: str, wanted: Mapping[str, Any], catalogue: Catalogue) -> list[dict[str, Any]]:
        """Returns the fixes of a finding of a text."""
        document = Document.opened(text, catalogue).up_to_date()
        mine = [
            finding
            for finding in document.findings()
            if (finding.rule.id, finding.line, finding.message) == (wanted["id"], wanted["line"], wanted["text"])
        ]
        return [
            {
                "title": fix.title,
                "safety": fix.safety.value,
                "edits": [
                    [edit.start.line, edit.start.column, edit.end.line, edit.end.column, edit.new]
                    for edit in fix.replacements
                ],
            }
            for finding in mine[:1]
            for fix in islice(fixes(document, finding), MOST_FIXES)
        ]


def _plain(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "id": finding.rule.id,
        "name": finding.rule.reported_as,
        "text": finding.message,
        "severity": finding.severity.name,
        "confidence": finding.confidence.name,
        "cwe": int(finding.rule.cwe),
        "line": finding.line,
        "column": finding.column,
        "end_column": finding.end_column,
        "lines": list(finding.line_range),
        "names_its_line": finding.names_its_line,
        "span": [span.line, span.column, span.end_line, span.end_column],
        "is_exact": True,
    }
