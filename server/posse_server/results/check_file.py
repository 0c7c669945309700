"""Checks one file, from its bytes on the disk to results."""

from __future__ import annotations

import logging
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from posse_checks.analysis.assessed import Assessed, Suppressor, by_position
from posse_checks.analysis.comments import may_have_comments
from posse_checks.config.configuration import Configuration
from posse_checks.config.policy import Display
from posse_checks.incremental.check_file import check_module, decode
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.nosec.remark import Flaw, FlowFindings
from posse_checks.python.syntax import TOO_DEEP, Broken
from posse_checks.python.text import split_lines
from posse_checks.rule.evidence import Evidence
from posse_checks.rule.finding import Finding
from posse_server.notebook.file import SUFFIX, CodeCell, NotANotebookError, code_cells
from posse_server.project.effective import EffectiveConfig
from posse_server.results.cache import CacheError, Keys, opened_store
from posse_server.results.excerpt import shown_code, within_limit
from posse_server.results.job import Due, Job
from posse_server.results.other_files import OtherFiles
from posse_server.results.plugin_findings import PluginFindings, PluginRunner
from posse_server.results.result import CheckedFile, LevelCounts, Metrics, ReportedRemark, result_of
from posse_server.results.stored import decoded
from posse_server.system.console import why
from posse_server.system.reading import SOURCE_LIMIT

if TYPE_CHECKING:  # loaded with the first file whose data is followed
    from posse_checks.flow.findings import Follower
    from posse_server.system.store import Store

LOG = logging.getLogger(__name__)

_CODE_LINE = re.compile(rb"\n[ \t\v\f]*[^\s#]")


@dataclass(frozen=True, slots=True)
class _Cached:
    """The results of earlier runs, and the keys under which a job's are kept."""

    store: Store
    keys: Keys

    @classmethod
    def opened(cls, folder: Path, job: Job) -> _Cached | None:
        """Open the cache. Returns None if that fails, which the writer of the cache reports."""
        try:
            return cls(opened_store(folder), Keys("result", job.context_lines, job.flaws, job.details))
        except CacheError:
            return None


class FileChecker:
    """Checks files one after the other under one job. Takes results from the cache, and leaves writing to others."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._others = OtherFiles(job.files, job.read)
        self._cached = None if job.cache_folder is None else _Cached.opened(job.cache_folder, job)
        self._plugins = None if job.plugins is None else PluginRunner(job.plugins, job.time_limit)

    def close(self) -> None:
        """Close the cache, and end the process that runs plug-ins."""
        if self._plugins is not None:
            self._plugins.close()
        if self._cached is not None:
            self._cached.store.close()

    def check_file(self, path: str) -> CheckedFile:
        """Check a file on the disk."""
        file = self.look_up(path)
        return file if isinstance(file, CheckedFile) else self.check(file)

    def look_up(self, path: str) -> CheckedFile | Due:
        """Read a file on the disk. Returns its result if that is known, or if the file cannot be read."""
        try:
            data = self._job.read(path)
        except (OSError, ValueError) as error:
            return CheckedFile(path, skipped=why(error))
        return self._look_up(path, data)

    def check_stdin(self, name: str) -> CheckedFile:
        """Check standard input under a name."""
        if sys.stdin is None:
            return CheckedFile(name, skipped="standard input is closed")
        try:
            data = sys.stdin.buffer.read(SOURCE_LIMIT.size + 1)
        except OSError as error:
            return CheckedFile(name, skipped=why(error))
        if len(data) > SOURCE_LIMIT.size:
            return CheckedFile(name, skipped=f"it is larger than {SOURCE_LIMIT}")
        return self.check_source(name, data)

    def check_source(self, name: str, data: bytes) -> CheckedFile:
        """Check the content of a file. Returns a reason in `skipped` if that fails, whatever the error."""
        file = self._look_up(name, data)
        return file if isinstance(file, CheckedFile) else self.check(file)

    def _look_up(self, name: str, data: bytes) -> CheckedFile | Due:
        config = self._job.resolver(name)
        if self._cached is None:
            return Due(name, data, config)
        around = self._others.around(name, config)
        others = [around(data).digest.hex()] if around is not None else []
        key = self._cached.keys.of(data, config, *(["notebook"] if name.endswith(SUFFIX) else others))
        value = None if key is None else self._cached.store.get(key)
        declared = {check.id: check for check in config.configuration.policy.checks}
        found = None if value is None else decoded(value, name, declared)
        return found if found is not None else Due(name, data, config, key)

    def check(self, due: Due) -> CheckedFile:
        """Check a file that was read. Needs nothing of the job but how to check."""
        catalogue = due.config.catalogue
        failures = catalogue.failures
        checked = self._check(due.name, due.data, due.config)
        is_kept = due.cache_key is not None and catalogue.failures == failures and checked.is_settled
        return replace(checked, cache_key=due.cache_key) if is_kept else checked

    def _check(self, name: str, data: bytes, config: EffectiveConfig) -> CheckedFile:
        """See `check_source`."""
        lines = lines_of_code(data)
        configuration = config.configuration
        try:
            if name.endswith(SUFFIX):
                return self._notebook(name, data, config)
            assessed = check_module(data, config.catalogue, self._follower(name, config))
            if isinstance(assessed, Broken):
                why_broken = f"line {assessed.line}: {assessed.message}"
                is_settled = assessed.message != TOO_DEEP.message  # or there was not enough memory
                return CheckedFile(name, metrics=Metrics(lines), skipped=why_broken, is_settled=is_settled)
            by_plugins = PluginFindings() if self._plugins is None else self._plugins.check(name, data, config)
            if by_plugins.assessed:
                assessed = sorted([*assessed, *by_plugins.assessed], key=by_position)
            checked = self._checked(name, data, lines, assessed, configuration)
            if by_plugins.troubles:
                checked = replace(checked, troubles=tuple(by_plugins.troubles))
            if self._job.details and assessed:
                checked = self._detailed(checked, data, assessed, config)
            reported_remarks = tuple(self._reported_remarks(data, assessed, config))
            return replace(checked, reported_remarks=reported_remarks) if reported_remarks else checked
        except MemoryError:
            why_failed = "not enough memory to check it"
        except Exception as error:
            LOG.debug("cannot check %s", name, exc_info=True)
            why_failed = f"internal error in Posse, please report it: {error!r}"
        return CheckedFile(name, metrics=Metrics(lines), skipped=why_failed, is_settled=False)

    def _follower(self, name: str, config: EffectiveConfig) -> Follower | None:
        """Returns what follows the data in a file, and through those that it imports; None if that is not wanted."""
        follower = _follower(config)
        return follower if follower is None else replace(follower, around=self._others.around(name, config))

    def _checked(
        self, name: str, data: bytes, lines: int, assessed: Sequence[Assessed], configuration: Configuration
    ) -> CheckedFile:
        """Returns the outcome for a file with these findings, and the code around those that are reported."""
        metrics, reported = _metrics_of(lines, assessed, configuration)
        if not reported:
            return CheckedFile(name, metrics=metrics)
        reported, code = self._excerpts(data, reported)
        return CheckedFile(name, tuple(result_of(name, finding) for finding in reported), code, metrics)

    def _detailed(
        self, checked: CheckedFile, data: bytes, assessed: Sequence[Assessed], config: EffectiveConfig
    ) -> CheckedFile:
        """Returns the outcome for a file with the fixes for its results, and the results that comments suppress."""
        from posse_server.results.details import suppressed_in, with_fixes

        source = decode(data)
        if isinstance(source, Broken):
            return checked
        hidden = (
            () if config.configuration.ignore_nosec else suppressed_in(checked.name, source, assessed, config.catalogue)
        )
        return replace(checked, results=with_fixes(checked.results, source, config.catalogue), suppressed=hidden)

    def _notebook(self, name: str, data: bytes, config: EffectiveConfig) -> CheckedFile:
        """Check the cells of a notebook as one program."""
        try:
            cells = code_cells(data)
        except NotANotebookError as error:
            return CheckedFile(name, skipped=str(error))
        configuration, follow = config.configuration, _follower(config)
        document = Document.opened_cells((cell.program for cell in cells), config.catalogue).up_to_date()
        begins = (0, *document.cell_boundaries)

        def in_cells(evidence: Evidence, here: CodeCell) -> Evidence:
            steps = []
            for step in evidence.steps:
                cell, begin = cell_at(step.line)
                what = step.what if cell is here else f"{step.what} in cell {cell.number}"
                steps.append(step._replace(line=step.line - begin, what=what))
            return replace(evidence, steps=tuple(steps))

        def cell_at(line: int) -> tuple[CodeCell, int]:
            index = min(bisect_right(document.cell_boundaries, line - 1), len(cells) - 1)
            return cells[index], begins[index]

        metrics, reported = _metrics_of(
            sum(lines_of_code("".join(cell.lines).encode(errors="surrogatepass")) for cell in cells),
            document.assessed if follow is None else follow.in_text(document),
            configuration,
        )
        findings = defaultdict[int, list[Finding]](list)
        for finding in reported:
            cell, begin = cell_at(finding.line)
            local = replace(finding.shifted(-begin), evidence=finding.evidence and in_cells(finding.evidence, cell))
            findings[cell.number].append(local)
        results, code = [], {}
        lines_of = {cell.number: cell.lines for cell in cells}
        for number, placed in findings.items():
            narrow, lines = within_limit(placed, lines_of[number], self._job.shown_lines)
            results += [replace(result_of(name, finding), cell=number) for finding in narrow]
            code[number] = shown_code(lines, narrow, self._job.shown_lines)
        broken = [(*cell_at(one.line), one) for one in document.broken]
        skipped = tuple(f"cell {cell.number}, line {one.line - begin}: {one.message}" for cell, begin, one in broken)
        return CheckedFile(name, tuple(results), metrics=metrics, code_of_cells=code, skipped_cells=skipped)

    def _reported_remarks(
        self, data: bytes, assessed: Sequence[Assessed], config: EffectiveConfig
    ) -> Iterator[ReportedRemark]:
        """Yields the remarks to report, the same as in the editor. Without comments, nothing is parsed."""
        configuration, catalogue = config.configuration, config.catalogue
        policy = configuration.policy.nosec
        wanted = self._job.flaws & Flaw.shown_by(policy, Display.WARNING, Display.ERROR)
        if not wanted or configuration.ignore_nosec or not may_have_comments(data):
            return
        source = decode(data)
        if isinstance(source, Broken):
            return
        flows = FlowFindings([item for item in assessed if item.finding.rule.id in catalogue.on_flows])
        for remark in remarks_in(Document.opened(source, catalogue), policy, flows):
            if remark.flaw in wanted:
                fails = remark.flaw.display(policy) is Display.ERROR
                yield ReportedRemark(remark.span.line, remark.flaw.value, remark.message, fails)

    def _excerpts(self, data: bytes, findings: Sequence[Finding]) -> tuple[Sequence[Finding], dict[int, str]]:
        """Returns findings as a report shows them, and the lines of code around them, by number."""
        source = decode(data)
        if isinstance(source, Broken):
            return findings, {}
        findings, lines = within_limit(findings, split_lines(source), self._job.shown_lines)
        return findings, shown_code(lines, findings, self._job.shown_lines)


def _follower(config: EffectiveConfig) -> Follower | None:
    """Returns what follows the data in a file; None if the configuration does not ask for that."""
    policy = config.configuration.policy
    if not policy.flow:
        return None
    from posse_checks.flow.findings import Follower

    return Follower(config.catalogue, policy.flow_local, policy.flow_model)


def _metrics_of(
    lines: int, assessed: Sequence[Assessed], configuration: Configuration
) -> tuple[Metrics, Sequence[Finding]]:
    """Returns the metrics of a file with these findings, and the findings to report."""
    policy, ignore_nosec = configuration.policy, configuration.ignore_nosec
    suppressed = [] if ignore_nosec else [item for item in assessed if item.suppressed_by is not None]
    blanket = sum(item.suppressor is Suppressor.BLANKET for item in suppressed)
    findings = [policy.graded(item.finding) for item in assessed if ignore_nosec or item.suppressed_by is None]
    metrics = Metrics(
        lines,
        silenced=blanket,
        silenced_by_id=len(suppressed) - blanket,
        severities=LevelCounts.of(finding.severity for finding in findings),
        confidences=LevelCounts.of(finding.confidence for finding in findings),
    )
    return metrics, [finding for finding in findings if policy.reports(finding)]


def lines_of_code(data: bytes) -> int:
    """Returns the number of lines that are neither empty nor only a comment, as Bandit counts them."""
    if b"\r" in data:
        data = data.replace(b"\r", b"\n")
    return len(_CODE_LINE.findall(b"\n" + data))
