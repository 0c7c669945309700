"""Checks a whole file at once, from its bytes, without the cost of a document that can be edited."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Sequence
from dataclasses import replace

from posse_checks.analysis.assessed import Assessed, by_position
from posse_checks.analysis.check import Analysis, analyze, analyze_characters
from posse_checks.analysis.comments import Comments, comments_in, may_have_comments
from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.checked_text import FILE_LINES
from posse_checks.python.names import Names
from posse_checks.python.newer_syntax import explained
from posse_checks.python.syntax import Broken, parse
from posse_checks.rule.evidence import NOTHING_KNOWN
from posse_checks.rule.finding import Finding

Follow = Callable[[Sequence[ast.stmt], bytes, Analysis], Sequence[Finding]]
"""Follows the data of a module, given its bytes. Returns its findings with their evidence, and those on flows."""


def check_module(data: bytes, catalogue: Catalogue, follow: Follow | None = None) -> Sequence[Assessed] | Broken:
    """Checks the bytes of a file. Returns all findings, in order of position, or the reason that it does not parse.

    The bytes are decoded as Python decodes a file: byte order mark, encoding declaration, else UTF-8. Data is followed
    only with `follow`.
    """
    statements = parse(data)
    if isinstance(statements, Broken):
        return _explained(statements, data)
    analysis = analyze(statements, Names(), catalogue)
    findings: Sequence[Finding] = analysis.findings if follow is None else follow(statements, data, analysis)
    characters = catalogue.reportable_characters is not None and not data.isascii()
    if not characters and not (findings and may_have_comments(data)):
        return sorted(map(Assessed, findings), key=by_position)
    source = decode(data)
    if isinstance(source, Broken):
        return source
    assessed = _assessed(
        findings, source, catalogue, comments_in(source, catalogue.ids), is_followed=follow is not None
    )
    return sorted(assessed, key=by_position)


def assessed_in(
    source: str, statements: Sequence[ast.stmt], catalogue: Catalogue, comments: Comments
) -> Sequence[Assessed]:
    """Checks a file that is already parsed. Returns all findings, assessed by the given comments, unsorted."""
    return _assessed(analyze(statements, Names(), catalogue).findings, source, catalogue, comments, is_followed=False)


def _assessed(
    findings: Sequence[Finding], source: str, catalogue: Catalogue, comments: Comments, *, is_followed: bool
) -> Sequence[Assessed]:
    """Assesses findings, and adds those about the characters of the whole file."""
    assessed = [Assessed.under(comments, finding) for finding in findings]
    if catalogue.reportable_characters and catalogue.reportable_characters.search(source):
        whole: Sequence[Finding] = analyze_characters(source, catalogue)
        if is_followed:
            whole = [replace(finding, evidence=NOTHING_KNOWN) for finding in whole]
        assessed += [Assessed.under(comments, finding, FILE_LINES) for finding in whole]
    return assessed


def decode(data: bytes) -> str | Broken:
    """Decodes a file by its encoding declaration, without a byte order mark and with its line ends unchanged.

    Returns the text, or the reason that it cannot be decoded.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except SyntaxError as error:
        return Broken(error.lineno or 1, error.msg)
    except UnicodeDecodeError as error:
        return Broken(data.count(b"\n", 0, error.start) + 1, f"not {error.encoding}: {error.reason}")
    except (LookupError, ValueError) as error:  # a codec that does not turn bytes into text
        return Broken(1, str(error))


def _explained(broken: Broken, data: bytes) -> Broken:
    """Names the bytes or the encoding if they are the cause, as Python's line is wrong then; else see `explained`."""
    if b"\0" in data:
        return Broken(
            data.count(b"\n", 0, data.index(b"\0")) + 1, "a NUL character, which Python source cannot contain"
        )
    source = decode(data)
    return source if isinstance(source, Broken) else explained(broken, source)
