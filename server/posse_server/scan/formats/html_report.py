"""The report as a page: one file that needs no script and loads nothing, to filter and to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from html import escape

from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Level
from posse_checks.rule.pages import summary_of
from posse_server.results.result import Result
from posse_server.scan.formats.place import path_of
from posse_server.scan.report import Report
from posse_server.system.console import printable, shown

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --paper: #fff; --soft: #f3f5f8; --edge: #ccd3dd;
  --high: #b3261e; --medium: #8a5300; --low: #2b5fb8; --here: #fff1c9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --paper: #171b21; --soft: #21262e; --edge: #3a424e;
  --high: #ff8a80; --medium: #ffb74d; --low: #8ab4f8; --here: #4a3f1d; } }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; }
td { font-variant-numeric: tabular-nums; } a { color: var(--low); }
fieldset { border: 1px solid var(--edge); border-radius: .4rem; } label { margin-right: 1.2rem; }
article { border: 1px solid var(--edge); border-left: .4rem solid; border-radius: .4rem; margin: 1rem 0;
  padding: .2rem 1rem; overflow-wrap: anywhere; }
article h3 { margin: .5rem 0; font-size: 1rem; color: var(--ink); } article > :not(h3) { color: var(--ink); }
.high { border-left-color: var(--high); } .medium { border-left-color: var(--medium); }
.low, .undefined { border-left-color: var(--low); }
.level { display: inline-block; min-width: 4.5rem; font-weight: 600; }
.high .level { color: var(--high); } .medium .level { color: var(--medium); } .low .level { color: var(--low); }
pre { background: var(--soft); overflow-x: auto; padding: .6rem; border-radius: .4rem; }
mark { background: var(--here); color: inherit; }
"""
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Posse: {title}</title>
<style>{style}{filters}</style>
</head>
<body>
<h1>Posse: {title}</h1>
"""
_SHOWN = [level for level in reversed(Level) if level is not Level.UNDEFINED]


def html_report(report: Report) -> Iterator[str]:
    """Yields the page in pieces, one for each result."""
    number = len(report.listed)
    filters = "\n".join(
        f"body:has(#{_word(level)}:not(:checked)) .{_word(level)} {{ display: none; }}" for level in _SHOWN
    )
    yield _HEAD.format(title=f"{number} finding{'s' if number != 1 else ''}", style=_STYLE, filters=filters)
    yield from _overview(report)
    yield "<main>\n"
    for listed in report.listed:
        yield _article(report, listed.result)
    yield "</main>\n"
    if report.skipped:
        yield "<section>\n<h2>Files that were not checked</h2>\n<ul>\n"
        for skipped in report.skipped:
            yield f"<li><code>{escape(shown(skipped.name))}</code>: {escape(printable(skipped.reason))}</li>\n"
        yield "</ul>\n</section>\n"
    yield "</body>\n</html>\n"


def _overview(report: Report) -> Iterator[str]:
    """Yields what was scanned, and the boxes that choose the severities to see."""
    made = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    total = report.total
    yield (
        f"<p>{len(report.in_scope)} files with {total.lines} lines of code were checked on {made}. Comments suppress "
        f"{total.silenced + total.silenced_by_id} findings.</p>\n"
    )
    counts = Counter(listed.result.severity for listed in report.listed)
    yield "<form><fieldset>\n<legend>Severities to show</legend>\n"
    for level in _SHOWN:
        word = _word(level)
        yield f'<label><input type="checkbox" id="{word}" checked> {word} ({counts[level]})</label>\n'
    yield "</fieldset></form>\n"


def _article(report: Report, result: Result) -> str:
    """Returns a result with its code, in which the lines that it is about are marked."""
    rule = result.rule
    cell = "" if result.cell is None else f", cell {result.cell}"
    place = f"{shown(path_of(result.filename))}{cell}:{result.line}:{result.column + 1}"
    return (
        f'<article class="{_word(result.severity)}">\n'
        f'<h3><span class="level">{_word(result.severity)}</span> {escape(printable(result.message))}</h3>\n'
        f"<p><code>{escape(place)}</code><br>\n"
        f"{_linked(f'{rule.id} {rule.name}', rule.link)}: {escape(summary_of(rule))} "
        f"{_weakness(rule)}"
        f"confidence {_word(result.confidence)}</p>\n"
        f"{_evidence(result)}<pre>{_code(report, result)}</pre>\n</article>\n"
    )


def _weakness(rule: Rule) -> str:
    return f"{_linked(f'CWE-{rule.cwe.value}', rule.cwe.link)}, " if rule.cwe else ""


def _linked(text: str, link: str) -> str:
    return f'<a href="{escape(link)}">{escape(text)}</a>' if link else escape(text)


def _evidence(result: Result) -> str:
    if result.evidence is None or not result.evidence.reason:
        return ""
    steps = "".join(
        f"<li>{escape(step.file) + ', ' if step.file else ''}line {step.line}: {escape(step.what)}</li>"
        for step in result.evidence.steps
    )
    return f"<p>Evidence: {escape(result.evidence.reason)}</p>\n" + (f"<ol>{steps}</ol>\n" if steps else "")


def _code(report: Report, result: Result) -> str:
    lines = report.code.get((result.filename, result.cell), {})
    shown = report.job.shown_lines(result.line, result.line_range)
    marked = range(result.span.line, result.span.end_line + 1)
    width = len(str(shown.stop))
    written = []
    for number in shown:
        if number in lines:
            line = f"{number:>{width}}  {escape(lines[number].rstrip(chr(10)))}"
            written.append(f"<mark>{line}</mark>" if number in marked else line)
    return "\n".join(written)


def _word(level: Level) -> str:
    return level.name.lower()
