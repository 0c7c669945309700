"""`posse scan` as a replacement for Bandit: equal findings, metrics, reports and exit statuses for equal flags."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.scan.compare import content_of, order_of, text_of
from tests.scan.conftest import Run
from tests.scan.tree import APP, OTHER

pytestmark = pytest.mark.usefixtures("project")

FLAGS = [
    "-r .",
    "-r pkg",
    "-r pkg/",
    "-r ./pkg app.py",
    "app.py",
    "pkg/notes.txt pkg/other_copy.pyw",
    "./app.py app.py pkg/../app.py",
    ".",
    "app.py pkg",
    "nowhere.py",
    "-r nowhere app.py",
    "generated/model.py pkg/__init__.py",
    # which checks
    "-r . -t B101,B602",
    "-r . -t B101 -s B602",
    "-r . -s B101,B404",
    "-r . -s B101,,B404",
    "app.py -t B001",
    "app.py -t B001,B403",
    "app.py -s B001",
    "app.py -s B001,B403",
    "app.py -t B9999,B101",
    "app.py -s B9999,assert_used",
    "app.py -t B9999",
    "app.py -t assert_used",
    "app.py -t B101 -s B101",
    "app.py -t B101, -s B102",
    # levels
    "-r . -l",
    "-r . -ll",
    "-r . -lll",
    "-r . -i",
    "-r . -ii",
    "-r . -iii",
    "-r . -ll -iii",
    "-r . --severity-level all --confidence-level all",
    "-r . --severity-level low",
    "-r . --severity-level medium --confidence-level medium",
    "-r . --severity-level high --confidence-level high",
    "generated -r -lll",
    "-r . --severity-level high -l",
    # exclusions
    "-r . -x pkg",
    "-r . -x ./pkg",
    "-r . -x ./pkg,./generated",
    "-r . -x ./pkg/tests/*,*model*",
    "-r . -x tests",
    "-r . -x /tests/",
    "-r . -x nothing",
    "-r . -x [ab]pp.py",
    "-r . -x ,app.py",
    "-r pkg -x pkg",
    "-r pkg -x pkg/tests",
    "-r pkg -x pkg/tests/",
    "app.py pkg/other.py -x app.py",
    "app.py -x ./app.py",
    "app.py -x *",
    # nosec and code
    "-r . --ignore-nosec",
    "-r . -n 1",
    "-r . -n 0",
    "-r . -n -5",
    "-r . -n 10",
    "-r . -n 1000",
    # the rest
    "-r . -a vuln",
    "-r . -a file",
    "-r . --exit-zero",
    "-r . -q",
    "-r . -v",
    "-r . --recursive --aggregate vuln --number 2 --skip B101 --level --confidence --quiet --exclude ./generated",
    # wrong
    "-r . -v -q",
    "-r . -n many",
    "-r . -f morse",
    "-r . --no-such-flag",
    "-r . -p profile",
    "-r . -c nowhere.yaml",
    "-r . -b nowhere.json",
    "-r . --ini nowhere.ini",
]


NOTHING_CHECKED = {".", "nowhere.py", "-r nowhere"}
"""Cases in which Bandit exits with 0 though it checked no file; Posse says so and exits with 2."""


@pytest.mark.parametrize("flags", FLAGS)
def test_json_report_is_bandits(flags: str, bandit: Run, posse: Run) -> None:
    arguments = ["-f", "json", *flags.split()]
    theirs, ours = bandit(*arguments), posse(*arguments)
    assert ours.status == (2 if flags in NOTHING_CHECKED else theirs.status), ours.err
    assert "Traceback" not in theirs.err
    if theirs.status == 2:
        assert not ours.out
        assert ours.err.startswith(("usage: ", "posse: ")) and "Traceback" not in ours.err
    else:
        assert content_of(ours.out) == content_of(theirs.out)
        key = "test_name" if "vuln" in flags else "filename"
        assert order_of(ours.out, key) == order_of(theirs.out, key)


@pytest.mark.parametrize(
    "flags",
    [
        "-r .",
        "-r . -v",
        "-r . -lll",
        "-r . -q",
        "pkg/__init__.py -q",
        "pkg/__init__.py",
        "-r pkg -n 1 -v",
        "-r nowhere",
    ],
)
@pytest.mark.parametrize("report_format", ["txt", "screen"])
def test_text_report_is_bandits(report_format: str, flags: str, bandit: Run, posse: Run) -> None:
    arguments = ["-f", report_format, *flags.split()]
    theirs, ours = bandit(*arguments), posse(*arguments)
    assert ours.status == (2 if flags in NOTHING_CHECKED else theirs.status)
    if theirs.out:
        assert text_of(ours.out) == text_of(theirs.out)
    else:
        assert not ours.out


def test_report_is_text_unless_on_a_terminal(posse: Run) -> None:
    assert text_of(posse("app.py").out) == text_of(posse("app.py", "-f", "txt").out)


@pytest.mark.parametrize("source", [APP, OTHER, "", "def f(:\n", "é = '/tmp'\nassert é\n"])
def test_standard_input_is_checked_as_by_bandit(source: str, bandit: Run, posse: Run) -> None:
    for arguments in (["-", "-f", "json"], ["-f", "json", "-n", "1", "-", "app.py"], ["-", "-"]):
        theirs, ours = bandit(*arguments, stdin=source.encode()), posse(*arguments, stdin=source.encode())
        nothing_checked = source == "def f(:\n" and "app.py" not in arguments
        assert ours.status == (2 if nothing_checked else theirs.status)
        if "json" in arguments:
            assert content_of(ours.out) == content_of(theirs.out)
        else:
            assert text_of(ours.out) == text_of(theirs.out).replace(
                "\t<stdin> (syntax error while parsing AST from file)",
                f"\t<stdin> (line 1: invalid syntax (Python 3.{sys.version_info[1]}))",
            )


BASELINES = ["-r .", "app.py", "-r pkg", "-r . -t B602", "-r . -ll -x ./generated", "pkg/__init__.py"]


@pytest.mark.parametrize("flags", BASELINES)
def test_baseline_hides_what_bandits_hides(flags: str, project: Path, bandit: Run, posse: Run) -> None:
    assert bandit(*flags.split(), "-f", "json", "-o", "known.json").status in (0, 1)
    app = project / "app.py"
    app.write_text(
        app.read_text() + "import telnetlib, pickle\nimport pickle as p\nassert p\nassert 2\nexec('a')\nexec('b')\n"
    )
    for arguments in (["-r", "."], ["app.py"], ["-r", ".", "-ll"]):
        theirs, ours = (run(*arguments, "-f", "json", "-b", "known.json") for run in (bandit, posse))
        assert ours.status == theirs.status
        assert content_of(ours.out) == content_of(theirs.out)
        for report_format in ("txt", "screen"):
            theirs, ours = (run(*arguments, "-f", report_format, "-b", "known.json") for run in (bandit, posse))
            assert ours.status == theirs.status
            assert text_of(ours.out) == text_of(theirs.out)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"results": [{}]}',
        '{"results": 1}',
        '{"results": [1]}',
        '{"results": []}',
        "[" * 100_000,
    ],
)
def test_baseline_that_is_none_is_told_and_not_used(content: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "known.json").write_text(content)
    theirs, ours = (run("app.py", "-f", "json", "-b", "known.json") for run in (bandit, posse))
    assert ours.status == theirs.status
    assert content_of(ours.out) == content_of(theirs.out)
    assert ("ignored the baseline known.json" in ours.err) is ("Failed to load baseline" in theirs.err)


def test_own_report_is_a_baseline(posse: Run) -> None:
    posse("-r", ".", "-f", "json", "-o", "known.json")
    again = posse("-r", ".", "-f", "json", "-b", "known.json")
    assert again.status == 0
    assert json.loads(again.out)["results"] == []
