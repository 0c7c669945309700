"""Hover: what a finding means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as lsp

from posse_checks.documentation import BAD, GOOD, SUPPRESS, documentation_of
from posse_checks.finding import Finding
from posse_server.features import configuration_document, nosec
from posse_server.protocol import markup, range_of
from posse_server.server import Server


def hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """Explain the findings or the `# nosec` under the cursor, or what is written there in a configuration file."""
    configuration = server.session.configuration(params.text_document.uri)
    if configuration is not None:
        return configuration_document.hover(server, configuration, params)
    snapshot, client = server.session.snapshot(params.text_document.uri), server.session.client
    if snapshot is None:
        return None
    near = snapshot.findings_near(params.position.line, params.position.line)
    ranges = [(finding, range_of(finding.span, snapshot.document, client.encoding)) for finding in near]
    under = [(finding, range) for finding, range in ranges if range.start <= params.position <= range.end]
    if not under:
        return nosec.hover(snapshot, params.position, client)
    text = "\n\n---\n\n".join("\n".join(_explanation(finding)) for finding, _ in under)
    return lsp.Hover(contents=markup(text, client), range=under[0][1])


def _explanation(finding: Finding) -> Iterator[str]:
    rule, documentation = finding.rule, documentation_of(finding.rule.docstring)
    yield f"**{rule.id}** `{rule.name}` (severity {finding.severity.name}, confidence {finding.confidence.name})"
    yield f"\n{finding.message}\n"
    yield documentation.why
    for heading, title in ((BAD, "Vulnerable"), (GOOD, "Better")):
        for example in documentation.examples(heading)[:1]:
            yield f"\n**{title}**\n\n```python\n{example.code.rstrip()}\n```"
    yield f"\n**When to suppress**\n\n{documentation.sections[SUPPRESS]}"
    yield f"\nSuppress it on this line with `# nosec {rule.id}`."
    yield f"\nCWE-{rule.cwe.value}: {rule.cwe.link}\n\nDocumentation: {rule.link}"
