"""A report grows with what was scanned: no file is written to be shown again with each of its findings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from posse_server.project.effective import resolve
from posse_server.project.files import FoundFiles
from posse_server.results.check_file import FileChecker
from posse_server.results.job import Job
from posse_server.scan.formats.table import DETAILED, DOCUMENTS, document
from posse_server.scan.formats.text_report import text_report
from posse_server.scan.report import Report, make_report
from tests.hostile.growth import WIDE_LIMIT, Action, power
from tests.scan.conftest import Run
from tests.scan.conftest import posse as posse

SHAPES: dict[str, Callable[[int], str]] = {
    "findings in a line": lambda number: "assert x; " * number + "\n",
    "findings in a line that is not ASCII": lambda number: "'é'; assert x; " * number + "\n",
    "findings in a statement": lambda number: "x = [\n" + "  'SELECT a FROM b WHERE c = %s' % d,\n" * number + "]\n",
    "texts over many lines": lambda number: "x = [\n" + "  f('''/tmp/a\n'''),\n" * number + "]\n",
    "fixes in a statement": lambda number: "import yaml\nx = [\n" + "  yaml.load(f),\n" * number + "]\n",
}


def report_on(source: str, *, details: bool = False) -> Report:
    job = Job(resolve().for_file, details=details)
    checked = FileChecker(job).check_source("a.py", source.encode())
    assert checked.skipped is None and checked.results
    return make_report([checked], FoundFiles((), (), None, (), ()), job, lambda name: None)


kept_report_on = lru_cache(maxsize=4)(report_on)
"""The same, for tests that look at a report in many formats."""


def written(format: str, report: Report) -> str:
    return "".join(map(str, text_report(report)) if format == "txt" else document(format, report))


@pytest.mark.parametrize("format", ["txt", *DOCUMENTS])
@pytest.mark.parametrize("shape", SHAPES)
def test_report_is_as_long_as_it_has_findings(shape: str, format: str) -> None:
    details = format in DETAILED
    sources = map(SHAPES[shape], (500, 2_000) if details else (1_500, 6_000))
    short, long = (len(written(format, kept_report_on(source, details=details))) for source in sources)
    assert long < 5 * short and long < 30_000_000


@pytest.mark.alone
@pytest.mark.parametrize("format", ["json", "sarif", "github"])
@pytest.mark.parametrize("shape", SHAPES)
def test_report_takes_as_long_as_it_has_findings(shape: str, format: str) -> None:
    def make(number: int) -> Action:
        source, details = SHAPES[shape](number), format in DETAILED and shape == "fixes in a statement"
        return lambda: written(format, report_on(source, details=details))

    assert power(make, size=256, largest=16_384, limit=WIDE_LIMIT) < WIDE_LIMIT


@pytest.mark.parametrize("command", ["scan", "bandit"])
def test_equal_findings_that_are_in_no_baseline_are_not_listed_with_each_other(
    command: str, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "a.py").write_text("import pickle\n")
    (tmp_path / "known.json").write_text(posse("a.py", "-f", "json", command="bandit").out)
    sizes = []
    for number in (750, 3_000):
        (tmp_path / "a.py").write_text("assert x\n" * number)
        report = posse("a.py", "-f", "json", "-b", "known.json", command=command).out
        assert report.count('"candidates"') == number
        sizes.append(len(report))
    assert sizes[1] < 5 * sizes[0]


@pytest.mark.parametrize("command", ["scan", "bandit"])
@pytest.mark.parametrize("shape", ["findings in a line", "findings in a statement"])
def test_file_whose_excerpts_are_cut_has_all_its_findings(shape: str, command: str, tmp_path: Path, posse: Run) -> None:
    source = SHAPES[shape](3_000)
    (tmp_path / "a.py").write_text(source)
    report = posse("a.py", "-f", "csv", command=command).out
    assert report.count("B101") + report.count("B608") == 3_000
    assert len(posse("a.py", "-f", "json", command=command).out) < 10_000_000
