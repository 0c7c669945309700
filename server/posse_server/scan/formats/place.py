"""Where a result is, in the words and units of other tools: paths, lines and columns from 1."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from posse_checks.rule.finding import Span
from posse_server.results.result import Result
from posse_server.scan.report import Report

LONGEST_HASHED = 1_000
"""Number of characters of a line that a fingerprint depends on."""


class Region(NamedTuple):
    """A range in a file: lines and columns from 1, the end exclusive. A column is None where its line is not known."""

    line: int
    column: int | None
    end_line: int
    end_column: int | None


def path_of(filename: str) -> str:
    """Returns a file's path with forward slashes: relative to the working folder if it is in it, else absolute."""
    path = os.path.relpath(filename)
    if path.split(os.sep, 1)[0] == os.pardir:
        path = os.path.abspath(filename)
    return path.replace(os.sep, "/")


def uri_of(filename: str) -> str:
    """Returns a file's URI: relative to the working folder if it is in it."""
    path = path_of(filename)
    if os.path.isabs(path):
        return Path(path).as_uri()
    uri = quote(os.fsencode(path))
    return f"./{uri}" if ":" in path.split("/", 1)[0] else uri


def region_of(report: Report, result: Result, *, utf16: bool = False) -> Region:
    """Returns the code that a result is about, with columns in characters, or in UTF-16 units."""
    return region_at(report, result.filename, result.cell, result.span, utf16=utf16)


def region_at(report: Report, filename: str, cell: int | None, span: Span, *, utf16: bool = False) -> Region:
    """Returns a range of a file with columns in characters, or in UTF-16 units."""
    lines = report.code.get((filename, cell), {})

    def column_in(line: int, column: int) -> int | None:
        text = lines.get(line)
        return None if text is None else _column(text, column, utf16=utf16)

    return Region(
        span.line, column_in(span.line, span.column), span.end_line, column_in(span.end_line, span.end_column)
    )


def _column(line: str, column: int, *, utf16: bool) -> int | None:
    """Returns a column in characters or UTF-16 units, from 1; None if the line was cut before.

    `column` counts UTF-8 bytes, from 0.
    """
    if line.isascii():
        return column + 1 if column < len(line) else None
    begins = _begins_of_characters(line)
    characters = bisect_left(begins, column)
    if characters >= len(line):
        return None
    return 1 + (_units_before(line)[characters] if utf16 else characters)


@lru_cache(maxsize=4)
def _begins_of_characters(line: str) -> Sequence[int]:
    """Returns where each character of a line begins, in UTF-8 bytes. Findings in one line share it."""
    return list(accumulate((len(character.encode("utf-8", "surrogatepass")) for character in line), initial=0))


@lru_cache(maxsize=4)
def _units_before(line: str) -> Sequence[int]:
    """Returns where each character of a line begins, in UTF-16 units."""
    return list(accumulate((2 if ord(character) > 0xFFFF else 1 for character in line), initial=0))


def fingerprints(report: Report, results: Iterable[Result]) -> Iterator[str]:
    """Yields for each result what stays the same when other lines of its file change.

    It is a hash of the file's path, the check, the message and the line's text, with a number where these are equal.
    """
    seen = Counter[str]()
    for result in results:
        line = report.code.get((result.filename, result.cell), {}).get(result.line, "")[:LONGEST_HASHED]
        parts = (path_of(result.filename), str(result.cell), result.rule_id, result.message, line.strip())
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[digest] += 1
        yield f"{digest}:{seen[digest]}"
