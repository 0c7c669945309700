"""Related information of diagnostics as JSON: the import that a name comes from, the steps of a flow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.fixes.import_origin import ImportOrigins
from posse_checks.rule.finding import Finding, Span
from posse_server.protocol.convert import Encoding, column_of


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


def range_json(span: Span, begin: int, lines: Sequence[str], encoding: Encoding) -> str:
    """Returns the JSON member `range`."""
    first, last = begin + span.line - 1, begin + span.end_line - 1
    start = column_of(lines[first], span.column, encoding)
    end = column_of(lines[last], span.end_column, encoding)
    start_json, end_json = f'{{"line":{first},"character":{start}}}', f'{{"line":{last},"character":{end}}}'
    return f'"range":{{"start":{start_json},"end":{end_json}}}'
