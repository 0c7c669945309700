"""Each format of a report, read back with an independent parser, contains what the JSON report contains."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from posse_server.scan.formats.table import DOCUMENTS
from tests.scan.conftest import Run
from tests.scan.sarif_schema import schema

Place = tuple[str, int, str]
"""A file, a line from 1, and the ID of a check."""


class _Articles(HTMLParser):
    """Reads the findings of a page, and collects what it would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.active: list[str] = []
        self._in_article = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self.texts.append("")
            self._in_article = True
        if tag in {"script", "img", "link", "iframe", "object"} or any(name.startswith("on") for name, _ in attributes):
            self.active.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_article = self._in_article and tag != "article"

    def handle_data(self, data: str) -> None:
        if self._in_article:
            self.texts[-1] += data


def _plain(name: str) -> str:
    return name.removeprefix("./")


def _from_csv(text: str) -> list[Place]:
    rows = csv.DictReader(io.StringIO(text))
    return [(_plain(row["filename"]), int(row["line_number"]), row["test_id"]) for row in rows]


def _from_json(text: str) -> list[Place]:
    return [(_plain(one["filename"]), one["line_number"], one["test_id"]) for one in json.loads(text)["results"]]


def _from_yaml(text: str) -> list[Place]:
    return [(_plain(one["filename"]), one["line_number"], one["test_id"]) for one in yaml.safe_load(text)["results"]]


def _from_gitlab(text: str) -> list[Place]:
    entries = [(one["location"], one["check_name"]) for one in json.loads(text)]
    return [(where["path"], where["lines"]["begin"], id) for where, id in entries]


def _from_custom(text: str) -> list[Place]:
    lines = [re.fullmatch(r"(.*):(\d+): (\w+)\[bandit\]: .*", line) for line in text.splitlines()]
    return [(os.path.relpath(line[1]), int(line[2]), line[3]) for line in lines if line]


def _from_xml(text: str) -> list[Place]:
    places = []
    for case in ElementTree.fromstring(text.encode()).iter("testcase"):
        error = case.find("error")
        assert error is not None and error.text is not None
        id, line = re.search(r"Test ID: (\w+)", error.text), re.search(r":(\d+)$", error.text)
        assert id and line
        places.append((_plain(case.attrib["classname"]), int(line[1]), id[1]))
    return places


def _from_junit(text: str) -> list[Place]:
    failed = [
        case for case in ElementTree.fromstring(text.encode()).iter("testcase") if case.find("failure") is not None
    ]
    names = [(case.attrib["classname"], re.fullmatch(r"(\w+) \w+: line (\d+)", case.attrib["name"])) for case in failed]
    return [(name, int(match[2]), match[1]) for name, match in names if match]


def _from_github(text: str) -> list[Place]:
    places = []
    for line in text.splitlines():
        match = re.match(r"::(?:notice|warning|error) file=([^,]*),line=(\d+),[^:]*title=(\w+)", line)
        if match:
            name = match[1].replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%25", "%")
            places.append((name, int(match[2]), match[3]))
    return places


def _from_markdown(text: str) -> list[Place]:
    rows = re.findall(r"^\| \w+ \| \[(\w+)\]\S* \| <code>(.*)&#58;(\d+)</code> \|", text, re.MULTILINE)
    return [(re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), name), int(line), id) for id, name, line in rows]


def _from_html(text: str) -> list[Place]:
    page = _Articles()
    page.feed(text)
    assert page.active == []
    places = [re.search(r"\n([^\n]*):(\d+):\d+\n+(\w+) ", article) for article in page.texts]
    return [(place[1], int(place[2]), place[3]) for place in places if place]


def _from_sarif(text: str) -> list[Place]:
    places = []
    for result in json.loads(text)["runs"][0]["results"]:
        if not result.get("suppressions"):
            place = result["locations"][0]["physicalLocation"]
            name = _plain(unquote(place["artifactLocation"]["uri"]))
            places.append((name, place["region"]["startLine"], result["ruleId"]))
    return places


READERS: dict[str, Callable[[str], list[Place]]] = {
    "csv": _from_csv,
    "custom": _from_custom,
    "github": _from_github,
    "gitlab": _from_gitlab,
    "html": _from_html,
    "json": _from_json,
    "junit": _from_junit,
    "markdown": _from_markdown,
    "sarif": _from_sarif,
    "xml": _from_xml,
    "yaml": _from_yaml,
}

WITH_SPANS = ("github", "sarif")
"""Formats that show where the flagged code begins; the others have Bandit's line."""


def valid_sarif(text: str) -> Any:
    """Returns a SARIF report. Fails unless the schema allows it."""
    report = json.loads(text)
    errors = list(Draft7Validator(schema(), format_checker=FormatChecker()).iter_errors(report))
    assert errors == []
    return report


def test_every_format_is_read() -> None:
    assert set(READERS) == set(DOCUMENTS)


@pytest.mark.parametrize("format", DOCUMENTS)
def test_every_format_has_the_same_findings(format: str, project: Path, posse: Run) -> None:
    expected = _from_json(posse("-r", ".", "-f", "json").out)
    outcome = posse("-r", ".", "-f", format)
    assert outcome.status == 1 and len(expected) > 30
    read = READERS[format](outcome.out)
    if format in WITH_SPANS:
        assert sorted((name, id) for name, _, id in read) == sorted((name, id) for name, _, id in expected)
    else:
        assert sorted(read) == sorted(expected)


@pytest.mark.parametrize("format", DOCUMENTS)
def test_every_format_says_that_nothing_was_found(format: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "clean.py").write_text("x = 1\n")
    outcome = posse("clean.py", "-f", format)
    assert (outcome.status, READERS[format](outcome.out)) == (0, [])


@pytest.mark.parametrize("format", ["github", "html", "json", "junit", "markdown", "sarif", "yaml"])
def test_file_that_was_not_checked_is_in_the_report(format: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    assert "broken" in posse("broken.py", "-f", format).out


NAMES = (
    "a\n::error::b.py",
    "<script>alert(1)<.py",
    "=cmd|' /c'!A1.py",
    "@team.py",
    "a|b`c*d_e[f](g).py",
    "é𝛼 %0A,.py",
    "c:d.py",
    "##vso[task.x]y.py",
    "a                                                                          ::error b.py",
)


@pytest.mark.parametrize("format", DOCUMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file_does_nothing(name: str, format: str, tmp_path: Path, posse: Run) -> None:
    name = name.replace("/", "∕")
    (tmp_path / name).write_text(f"password = {name!r}\nassert password\n", encoding="utf-8")
    expected = _from_json(posse(".", "-r", "-f", "json").out)
    outcome = posse(".", "-r", "-f", format)
    assert sorted((line, id) for _, line, id in READERS[format](outcome.out)) == sorted(
        (line, id) for _, line, id in expected
    )
    assert [id for _, _, id in expected] == ["B105", "B101"]
    commands = [line for line in outcome.out.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (2 if format == "github" else 0)
    assert "##vso[" not in outcome.out
    assert "<script" not in outcome.out or format not in ("html", "markdown", "xml", "junit")


@pytest.mark.parametrize("format", DOCUMENTS)
def test_text_that_no_format_has_is_escaped(format: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_bytes(b"password = 'a\\ud800\\x00\\x1b[31m\\ufffe\\u202e]]>-->'\n")
    outcome = posse("a.py", "-f", format)
    assert len(READERS[format](outcome.out)) == 1
    assert not re.search("[\x00\x1b\u202e\ud800]", outcome.out)


@pytest.mark.skipif("sys.platform != 'linux'", reason="names of files are bytes on Linux only")
@pytest.mark.parametrize("format", DOCUMENTS)
def test_name_that_is_not_text_is_in_the_report(format: str, tmp_path: Path, posse: Run) -> None:
    (Path(str(tmp_path)) / "caf\udce9.py").write_text("assert 1\n")
    outcome = posse(".", "-r", "-f", format)
    assert outcome.status == 1 and "caf" in outcome.out


def test_sarif_is_valid(project: Path, posse: Run) -> None:
    run = valid_sarif(posse("-r", ".", "--flow", "-f", "sarif").out)["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert {result["level"] for result in run["results"]} == {"note", "warning", "error"}
    broken = run["invocations"][0]["toolExecutionNotifications"]
    assert any("pkg/broken.py" in json.dumps(one) for one in broken)
    prints = [result["partialFingerprints"]["posse/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_counts_columns_in_utf16(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text('import yaml\nx = "𝛼é", yaml.load(f)\n', encoding="utf-8")
    (result,) = valid_sarif(posse("a.py", "-f", "sarif").out)["runs"][0]["results"]
    region = {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 21}
    assert result["locations"][0]["physicalLocation"]["region"] == region
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 17, "endLine": 2, "endColumn": 21},
            "insertedContent": {"text": "safe_load"},
        }
    ]


def test_sarif_has_what_comments_suppress(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert 1  # nosec B101 - only in development\nassert 2\n")
    results = valid_sarif(posse("a.py", "-f", "sarif").out)["runs"][0]["results"]
    by_line = {one["locations"][0]["physicalLocation"]["region"]["startLine"]: one["suppressions"] for one in results}
    assert by_line == {
        1: [{"kind": "inSource", "justification": "# nosec B101 - only in development"}],
        2: [],
    }
    (one, two) = valid_sarif(posse("a.py", "--ignore-nosec", "-f", "sarif").out)["runs"][0]["results"]
    assert "suppressions" not in one and "suppressions" not in two


def test_sarif_has_what_a_baseline_hides(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert 1\n")
    (tmp_path / "known.json").write_text(posse("a.py", "-f", "json").out)
    (tmp_path / "a.py").write_text("assert 1\nexec(c)\n")
    outcome = posse("a.py", "-b", "known.json", "-f", "sarif")
    by_rule = {one["ruleId"]: one["suppressions"] for one in valid_sarif(outcome.out)["runs"][0]["results"]}
    accepted = {"kind": "external", "status": "accepted", "justification": "It is in the baseline."}
    assert by_rule == {"B101": [accepted], "B102": []}
    (tmp_path / "a.py").write_text("assert 1\n")
    assert posse("a.py", "-b", "known.json", "-f", "sarif").status == 0


FLOW = """\
import flask, os
app = flask.Flask(__name__)

@app.route("/")
def show():
    name = flask.request.args["name"]
    os.system("ls " + name)
"""


def test_sarif_has_the_path_of_the_data(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "app.py").write_text(FLOW)
    results = valid_sarif(posse("app.py", "--flow", "-f", "sarif").out)["runs"][0]["results"]
    (found,) = [one for one in results if one["ruleId"] == "B605"]
    (flow,) = found["codeFlows"][0]["threadFlows"]
    steps = [one["location"]["physicalLocation"]["region"]["startLine"] for one in flow["locations"]]
    assert steps[0] == 6 and steps[-1] == 7
    assert all(one["location"]["message"]["text"] for one in flow["locations"])
    assert found["properties"]["evidence"] == "shown"


def test_sarif_has_own_checks_that_comments_suppress(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "app.py").write_text(
        FLOW.replace('os.system("ls " + name)', "open(name)  # posse: ignore[P104] -- tested")
    )
    results = valid_sarif(posse("app.py", "--flow", "-f", "sarif").out)["runs"][0]["results"]
    (found,) = [one for one in results if one["ruleId"].startswith("P")]
    assert found["suppressions"] == [{"kind": "inSource", "justification": "# posse: ignore[P104] -- tested"}]


def test_fingerprint_survives_lines_above(tmp_path: Path, posse: Run) -> None:
    def prints() -> list[str]:
        results = json.loads(posse("a.py", "-f", "sarif").out)["runs"][0]["results"]
        return [one["partialFingerprints"]["posse/v1"] for one in results]

    (tmp_path / "a.py").write_text("assert 1\nassert 2\nassert 1\n")
    before = prints()
    (tmp_path / "a.py").write_text("\n\n'new'\nassert 1\nassert 2\nassert 1\n")
    assert prints() == before and len(set(before)) == 3


@pytest.mark.parametrize("format", DOCUMENTS)
def test_notebook_is_in_every_format(format: str, tmp_path: Path, posse: Run) -> None:
    sources = (["x = 1\n"], ["x\n", "assert x\n"])
    rest: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells: list[dict[str, object]] = [{"source": source, **rest} for source in sources]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "a.ipynb").write_text(json.dumps(book))
    outcome = posse("a.ipynb", "-f", format)
    assert outcome.status == 1
    if format == "sarif":
        valid_sarif(outcome.out)
    if format not in ("csv", "custom"):
        assert re.search(r"cell:? 2|\"cell\": 2", outcome.out)


def test_several_reports_are_written_at_once(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert 1\n")
    outcome = posse("a.py", "-f", "sarif", "-o", "a.sarif", "-f", "junit", "-o", "a.xml", "-f", "txt")
    assert outcome.status == 1
    assert "Use of assert detected" in outcome.out
    assert _from_sarif((tmp_path / "a.sarif").read_text()) == _from_junit((tmp_path / "a.xml").read_text())


@pytest.mark.parametrize(
    "arguments",
    [
        ("-f", "json", "-o", "a.json"),
        ("-o", "a.json", "-f", "json"),
        ("-o", "a.json", "-f", "json", "-f", "txt"),
        ("-f", "txt", "-f", "json", "-o", "a.json"),
    ],
)
def test_file_belongs_to_the_format_beside_it(arguments: tuple[str, ...], tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert 1\n")
    outcome = posse("a.py", *arguments)
    assert _from_json((tmp_path / "a.json").read_text()) == [("a.py", 1, "B101")]
    assert ("Test results" in outcome.out) == ("txt" in arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-f", "json", "-f", "txt"), "two reports would go to standard output"),
        (("-f", "json", "-o", "a", "-f", "txt", "-o", "a"), "two reports would go to a"),
        (("-f", "pdf"), "unknown format 'pdf'"),
    ],
)
def test_reports_that_conflict_are_refused(
    arguments: tuple[str, ...], message: str, tmp_path: Path, posse: Run
) -> None:
    (tmp_path / "a.py").write_text("assert 1\n")
    outcome = posse("a.py", *arguments)
    assert outcome.status == 2 and message in outcome.err
    assert not (tmp_path / "a").exists()


def test_summary_in_markdown_is_bounded(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("password = '" + "a" * 100_000 + "'\n" + "assert 1\n" * 2_000)
    report = posse("a.py", "-f", "markdown").out
    assert len(report) < 300_000
    assert "1501 more are not listed here" in report


def test_template_makes_the_lines_of_a_custom_report(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "::error::a.py").write_text("x = 1\nassert x\n")
    template = "{relpath}:{line:03}:{col}-{end_col} {test_id} {severity} {confidence} {range} {cwe} {{x}}"
    report = posse(".", "-r", "-f", "custom", "--msg-template", template).out
    cwe = "CWE-703 (https://cwe.mitre.org/data/definitions/703.html)"
    assert report == f"./::error::a.py:002:0-8 B101 LOW HIGH [2] {cwe} {{x}}\n"


@pytest.mark.parametrize("template", ["plain", "{", "{nothing}", "{line.__class__}", "{severity:d}", "{0}", "{msg[0]}"])
def test_template_that_cannot_be_used_is_refused(template: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert 1\n")
    outcome = posse("a.py", "-f", "custom", "-o", "a.txt", "--msg-template", template)
    assert outcome.status == 2 and "cannot use the template" in outcome.err
    assert not (tmp_path / "a.txt").exists()
