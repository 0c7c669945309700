"""Checks a source or a file, and returns everything about it as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field

from posse_checks.api.configuring import setup_for
from posse_checks.api.reading import MAXIMUM_BYTES, FilePath, name_of, read_source
from posse_checks.baseline.hidden import shown_in
from posse_checks.baseline.match import Baseline, NotABaselineError, normal_path, report_in
from posse_checks.config.configuration import Configuration
from posse_checks.incremental.check_file import decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding

SOURCE_NAME = "<source>"
"""The default file name of a source."""


class BaselineError(ValueError):
    """A text is not a baseline: not a report that Bandit would accept."""


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A part of a source that does not parse, and so is not checked: the line, from 1, and Python's message."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything about one source. All findings are in order of position."""

    filename: str
    findings: tuple[Finding, ...] = ()
    """The findings to report, with their configured severities."""
    suppressed: tuple[Finding, ...] = ()
    """The findings that comments suppress."""
    baselined: tuple[Finding, ...] = ()
    """The findings that are in the baseline."""
    syntax_problems: tuple[SyntaxProblem, ...] = ()
    """The parts that do not parse. The rest of the source is checked all the same."""
    excluded_by: str | None = None
    """The pattern of the configuration that excludes the file, which then is not checked."""
    document: Document | None = field(default=None, repr=False, compare=False)
    """What fixes are computed from; None if nothing was checked. Not part of the documented interface."""

    @property
    def is_complete(self) -> bool:
        """Whether the whole source was checked."""
        return not self.syntax_problems and self.excluded_by is None


def check_source(
    source: str | bytes,
    *,
    filename: str = SOURCE_NAME,
    configuration: Configuration | str | None = None,
    baseline: str | None = None,
) -> CheckResult:
    """Checks a source. Nothing in it is run, and no file is read.

    Bytes are decoded as Python decodes a file. `filename` is what the patterns of the configuration and the entries of
    the baseline are compared with: the path from the project's folder. `configuration` is the text of a `bandit.yaml`,
    or a value of `parse_configuration`; `baseline`, the text of a report in Bandit's JSON format.

    Returns the findings, including those around a part that does not parse.

    Raises ConfigurationError or BaselineError if that text has a mistake.
    """
    setup = setup_for(configuration)
    known_findings = _baseline(baseline, setup.configuration).known_in(normal_path(filename))
    path = _pattern_path(filename)
    excluded_by = setup.configuration.excluded_by(path)
    if excluded_by is not None:
        return CheckResult(filename, excluded_by=excluded_by)
    text = decode(source) if isinstance(source, bytes) else source
    if isinstance(text, Broken):
        return CheckResult(filename, syntax_problems=(SyntaxProblem(text.line, text.message),))
    document = Document.opened(text, setup.catalogues.for_path(path))
    findings, baselined = shown_in(document, setup.configuration, known_findings)
    return CheckResult(
        filename,
        tuple(findings),
        () if setup.configuration.ignore_nosec else _suppressed(document),
        tuple(baselined),
        tuple(SyntaxProblem(broken.line, broken.message) for broken in document.broken),
        document=document,
    )


def check_file(
    path: FilePath,
    *,
    filename: str | None = None,
    configuration: Configuration | str | None = None,
    baseline: str | None = None,
    maximum_bytes: int = MAXIMUM_BYTES,
) -> CheckResult:
    """Checks a file, as `check_source` does its content. Follows links, since the caller names the file.

    `filename` is by default the path as given.

    Raises UnreadableFileError if it is not a regular file or has more than `maximum_bytes`, OSError if it cannot be
    opened, ValueError if no file can have the name, and ConfigurationError or BaselineError as `check_source` does.
    """
    name = name_of(path) if filename is None else filename
    source = read_source(path, maximum_bytes)
    return check_source(source, filename=name, configuration=configuration, baseline=baseline)


def _baseline(text: str | None, configuration: Configuration) -> Baseline:
    """Parses a baseline, which hides findings as the configuration says. Raises BaselineError if it is not one."""
    if text is None:
        return Baseline()
    try:
        return Baseline.of(report_in(text)["results"], configuration.policy.matching)
    except NotABaselineError as error:
        raise BaselineError(f"Cannot use the baseline: {error}.") from None


def _pattern_path(filename: str) -> str:
    """The path as patterns see it: with forward slashes, and `./` in front of a relative one."""
    path = normal_path(filename)
    return path if path.startswith("/") else f"./{path}"


def _suppressed(document: Document) -> tuple[Finding, ...]:
    """The findings of a document that comments suppress."""
    return tuple(item.finding for item in document.assessed if item.suppressed_by is not None)
