"""The report as JUnit's XML, which CI services show as tests: one suite a file, one failed test a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree

from posse_server.results.result import Result
from posse_server.scan.formats.markup import HEAD, element, serialized
from posse_server.scan.formats.place import path_of
from posse_server.scan.report import Report
from posse_server.system.console import printable, shown


def junit_report(report: Report) -> Iterator[str]:
    """Yields the report in pieces, one for each file. A file without results is a test that passed."""
    by_file = {
        name: [listed.result for listed in group]
        for name, group in groupby(report.listed, lambda listed: listed.result.filename)
    }
    clean = [name for name, _ in report.in_scope if name not in by_file]
    tests = len(report.listed) + len(clean) + len(report.skipped)
    yield (
        f'{HEAD}<testsuites name="posse" tests="{tests}" failures="{len(report.listed)}" '
        f'errors="{len(report.skipped)}">\n'
    )
    for name, results in by_file.items():
        yield serialized(_suite(name, [_failed(report, result) for result in results], failures=len(results)))
    for name in clean:
        yield serialized(_suite(name, [element("testcase", classname=shown(path_of(name)), name="no findings")]))
    for skipped in report.skipped:
        case = element("testcase", classname=shown(path_of(skipped.name)), name="not checked")
        case.append(element("error", skipped.reason, message="The file was not checked."))
        yield serialized(_suite(skipped.name, [case], errors=1))
    yield "</testsuites>\n"


def _suite(
    filename: str, cases: Sequence[ElementTree.Element], *, failures: int = 0, errors: int = 0
) -> ElementTree.Element:
    suite = element("testsuite", name=shown(path_of(filename)), tests=len(cases), failures=failures, errors=errors)
    suite.extend(cases)
    return suite


def _failed(report: Report, result: Result) -> ElementTree.Element:
    path, message = shown(path_of(result.filename)), printable(result.message)
    cell = "" if result.cell is None else f"cell {result.cell}, "
    case = element("testcase", classname=path, name=f"{result.rule_id} {result.rule.name}: {cell}line {result.line}")
    weakness = f", CWE-{result.rule.cwe.value}" if result.rule.cwe else ""
    details = (
        f"{path}:{result.line}: {message}\n"
        f"Severity: {result.severity.name}, confidence: {result.confidence.name}{weakness}\n"
        f"{result.rule.link}\n\n{report.code_of(result)}"
    )
    case.append(element("failure", details, type=result.severity.name, message=message))
    return case
