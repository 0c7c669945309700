"""Findings of plug-ins: verified, and converted to the form of Posse's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posse_checks.rule.finding import Finding, Level, Span
from posse_checks.rule.hosted import HostedCheck, documentation_from, hosted_rule
from posse_server.plugins.question import LoadedCheck

LARGEST = 1 << 30
"""Limit for a number of a line or a column."""
LONGEST_MESSAGE = 10_000
_ID = re.compile(r"\w{1,100}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads findings of the checks that were loaded."""

    checks: Sequence[LoadedCheck]

    def read(self, found: Iterable[Mapping[str, Any]], lines: Sequence[str]) -> list[Finding]:
        """Returns the findings in a text with these lines. Malformed ones are left out."""
        return [finding for item in found if (finding := self._finding(item, lines)) is not None]

    def _finding(self, item: Mapping[str, Any], lines: Sequence[str]) -> Finding | None:
        try:
            id, function = str(item["id"]), str(item["name"])[:100]
            line, column, end_column = (_number(item[name]) for name in ("line", "column", "end_column"))
            first, last = (_number(number) for number in item["lines"])
            names_its_line = item["names_its_line"] is True
            span = _span(item.get("span"), line, names_its_line and item.get("is_exact") is not True, lines)
            severity, confidence = Level[item["severity"]], Level[item["confidence"]]
            cwe = _number(item["cwe"])
            message = str(item["text"])[:LONGEST_MESSAGE]
        except (KeyError, TypeError, ValueError):
            return None
        if not _ID.fullmatch(id):
            return None
        loaded = [check for check in self.checks if check.id == id]
        mine = next((check for check in loaded if check.function == function), loaded[0] if loaded else None)
        is_plugin = mine is None or mine.file is None
        documentation = documentation_from(id, mine.documentation if mine else "", is_plugin=is_plugin)
        name = mine.name if mine else function
        check = HostedCheck(name, function, cwe if cwe < 100_000 else 0, documentation, is_plugin)
        return Finding(
            hosted_rule(id, check),
            message,
            severity,
            confidence,
            line,
            column,
            end_column,
            (first, last),
            span,
            names_its_line,
        )


def _number(value: object) -> int:
    """Returns a number of a line or a column. Raises ValueError for anything else."""
    if type(value) is not int or not -1 <= value < LARGEST:
        raise ValueError
    return value


def _span(given: Any, line: int, names_its_line: bool, lines: Sequence[str]) -> Span:
    """Returns what to underline: the node, or where its block begins; the line, if the check chose another one."""
    if isinstance(given, list) and len(given) in (2, 4):
        begin, column, *end = (_number(number) for number in given)
        if not names_its_line or begin == line:
            return Span(begin, column, *end) if end else Span(begin, column, begin, _length(begin, lines))
    line = min(max(line, 1), max(len(lines), 1))
    return Span(line, _indent(line, lines), line, _length(line, lines))


def _text(line: int, lines: Sequence[str]) -> str:
    return lines[line - 1].rstrip() if 1 <= line <= len(lines) else ""


def _length(line: int, lines: Sequence[str]) -> int:
    """Returns the number of bytes of a line up to its last character that is not white space."""
    return len(_text(line, lines).encode(errors="surrogatepass"))


def _indent(line: int, lines: Sequence[str]) -> int:
    text = _text(line, lines)
    return len(text) - len(text.lstrip())
