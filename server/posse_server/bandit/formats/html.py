"""The format `html`. Unlike in Bandit, names of files and messages are escaped: they come from what was checked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from posse_server.bandit.issue import Issue
from posse_server.bandit.report import Report

_HEADER = """
<!DOCTYPE html>
<html>
<head>

<meta charset="UTF-8">

<title>
    Bandit Report
</title>

<style>
{style}
</style>
</head>

<body>
"""
_RULES = (
    ("html *", 'font-family: "Arial", sans-serif;'),
    ("pre", 'font-family: "Monaco", monospace;'),
    (
        ".bordered-box",
        "border: 1px solid black;",
        "padding-top:.5em;",
        "padding-bottom:.5em;",
        "padding-left:1em;",
    ),
    (".metrics-box", "font-size: 1.1em;", "line-height: 130%;"),
    (".metrics-title", "font-size: 1.5em;", "font-weight: 500;", "margin-bottom: .25em;"),
    (".issue-description", "font-size: 1.3em;", "font-weight: 500;"),
    (
        ".candidate-issues",
        "margin-left: 2em;",
        "border-left: solid 1px; LightGray;",
        "padding-left: 5%;",
        "margin-top: .2em;",
        "margin-bottom: .2em;",
    ),
    (
        ".issue-block",
        "border: 1px solid LightGray;",
        "padding-left: .5em;",
        "padding-top: .5em;",
        "padding-bottom: .5em;",
        "margin-bottom: .5em;",
    ),
    (".issue-sev-high", "background-color: Pink;"),
    (".issue-sev-medium", "background-color: NavajoWhite;"),
    (".issue-sev-low", "background-color: LightCyan;"),
)


def html_report(report: Report) -> Iterator[str]:
    """Yields the page in pieces."""
    style = "".join(f"\n{name} {{\n" + "".join(f"    {rule}\n" for rule in rules) + "}\n" for name, *rules in _RULES)
    yield _HEADER.format(style=style)
    yield (
        '\n<div id="metrics">\n    <div class="metrics-box bordered-box">\n        <div class="metrics-title">\n'
        "            Metrics:<br>\n        </div>\n"
        f'        Total lines of code: <span id="loc">{report.totals["loc"]}</span><br>\n'
        f'        Total lines skipped (#nosec): <span id="nosec">{report.totals["nosec"]}</span>\n'
        "    </div>\n</div>\n\n\n"
    )
    if report.skipped:
        files = "".join(f"{_text(name)} <b>reason:</b> {_text(reason)}<br>" for name, reason in report.skipped)
        yield (
            '\n<br>\n<div id="skipped">\n<div class="bordered-box">\n<b>Skipped files:</b><br><br>\n'
            f"{files}\n</div>\n</div>\n"
        )
    yield '\n\n<br>\n<div id="results">\n    '
    for number, issue in enumerate(report.issues):
        yield _issue(report, number, issue)
    yield "\n</div>\n\n</body>\n</html>\n"


def _issue(report: Report, number: int, issue: Issue) -> str:
    candidates = report.candidates_of(issue)
    code = "" if candidates else f'\n<div class="code">\n<pre>\n{_code(report, issue)}\n</pre>\n</div>\n'
    listed = "".join(
        f'\n<div class="candidate">\n<div class="candidate-issues">\n<pre>{_code(report, one)}</pre>\n</div>\n</div>\n'
        for one in candidates
    )
    if candidates:
        listed = f'\n<div class="candidates">\n<br>\n<b>Candidates: </b>\n{listed}\n</div>\n'
    path = _text(issue.filename)
    return (
        f'\n<div id="issue-{number}">\n<div class="issue-block issue-sev-{issue.severity.name.lower()}">\n'
        f"    <b>{issue.test}: </b> {_text(issue.text)}<br>\n"
        f"    <b>Test ID:</b> {_text(issue.test_id)}<br>\n"
        f"    <b>Severity: </b>{issue.severity.name}<br>\n"
        f"    <b>Confidence: </b>{issue.confidence.name}<br>\n"
        f'    <b>CWE: </b><a href="{issue.cwe_link}" target="_blank">CWE-{issue.cwe}</a><br>\n'
        f'    <b>File: </b><a href="{path.replace(chr(34), "&quot;")}" target="_blank">{path}</a><br>\n'
        f"    <b>Line number: </b>{issue.line}<br>\n"
        f'    <b>More info: </b><a href="{issue.more_info}" target="_blank">{issue.more_info}</a><br>\n'
        f"{code}\n{listed}\n</div>\n</div>\n"
    )


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _code(report: Report, issue: Issue) -> str:
    return escape(report.code_of(issue, "\t").strip("\n").lstrip(" "))
