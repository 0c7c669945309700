"""Related information of diagnostics as JSON: the import that a name comes from, the steps of a flow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from posse_checks.fixes.import_origin import ImportOrigins
from posse_checks.flow.document_evidence import DocumentEvidence
from posse_checks.flow.evidence import Evidence
from posse_checks.rule.finding import Finding, Span
from posse_server.protocol.convert import Encoding, column_of
from posse_server.system.console import printable


@dataclass(frozen=True, slots=True)
class Imports:
    """The imports of a document, as related information of findings."""

    uri: str
    import_origins: ImportOrigins
    lines: Sequence[str]
    encoding: Encoding

    def related(self, finding: Finding, begin: int) -> Iterator[str]:
        """Yields the related information of a finding as JSON; none if no import explains it.

        `begin` is the number of lines before the finding's node.
        """
        cause = self.import_origins.of(finding.shifted(begin)) if finding.via is not None else None
        if cause is not None:
            place = range_json(cause.span, 0, self.lines, self.encoding)
            message = json.dumps(f"{cause.name} is {cause.meaning}, imported here.")
            yield f'{{"location":{{"uri":{json.dumps(self.uri)},{place}}},"message":{message}}}'


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """The evidence on a document's findings, and where the steps of a flow are."""

    evidence: DocumentEvidence
    locate: Callable[[int], tuple[str, int, str] | None]
    """Gives the URI, the line there (from 0) and its text for a line of the program (from 1); None if there is none."""

    def related(self, evidence: Evidence, encoding: Encoding) -> Iterator[str]:
        """Yields the steps of a flow as related information, as JSON."""
        for number, step in enumerate(evidence.steps, start=1):
            located = self.locate(step.line)
            if located is not None:
                uri, line, text = located
                column = column_of(text, step.column, encoding)
                place = f'{{"line":{line},"character":{column}}}'
                message = json.dumps(printable(f"Step {number} of {len(evidence.steps)}: {step.what}"))
                location = f'{{"uri":{json.dumps(uri)},"range":{{"start":{place},"end":{place}}}}}'
                yield f'{{"location":{location},"message":{message}}}'


def range_json(span: Span, begin: int, lines: Sequence[str], encoding: Encoding) -> str:
    """Returns the JSON member `range`."""
    first, last = begin + span.line - 1, begin + span.end_line - 1
    start = column_of(lines[first], span.column, encoding)
    end = column_of(lines[last], span.end_column, encoding)
    start_json, end_json = f'{{"line":{first},"character":{start}}}', f'{{"line":{last},"character":{end}}}'
    return f'"range":{{"start":{start_json},"end":{end_json}}}'
