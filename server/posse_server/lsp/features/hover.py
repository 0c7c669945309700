"""Hover: what a finding means, and how to fix or suppress it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lsprotocol import types as lsp

from posse_checks.fixes.apply import fixes
from posse_checks.fixes.budget import within_budget
from posse_checks.fixes.import_origin import ImportOrigins
from posse_checks.fixes.refusal import fix_refusal
from posse_checks.nosec.noqa import noqa_on
from posse_checks.nosec.write import comment_for, suppressing_edit
from posse_checks.rule.documentation import GOOD, SUPPRESS, documentation_of, first_sentence
from posse_checks.rule.evidence import NONE, SHOWN
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import UnfixableError
from posse_checks.rule.pages import label_note
from posse_server.lsp.features import configuration_document, nosec
from posse_server.lsp.features.findings_in_range import MOST_PARSED_CHARACTERS, findings_in_range
from posse_server.lsp.features.in_thread import IsCancelled, in_thread
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import markup, range_of
from posse_server.protocol.markup import address, with_code

MOST_FINDINGS_EXPLAINED = 5
"""Number of findings at one position that are explained: the fixes of each have to be tried."""
MOST_STEPS = 6
"""Number of steps of a flow to show: the first and the last ones."""


async def hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    """Explain the findings or the suppressing comment under the cursor, or the word there in a configuration file."""
    configuration = server.session.configurations.get(params.text_document.uri)
    if configuration is not None:
        return configuration_document.hover(server, configuration, params)
    snapshot, client = server.session.part(params.text_document.uri), server.session.client
    if snapshot is None:
        return None
    return await in_thread(lambda is_cancelled: _explained(params.position, snapshot, client, is_cancelled))


def _explained(
    position: lsp.Position, snapshot: Snapshot, client: Client, is_cancelled: IsCancelled
) -> lsp.Hover | None:
    under = list(islice(findings_in_range(lsp.Range(position, position), snapshot, client), MOST_FINDINGS_EXPLAINED))
    if not under:
        return nosec.hover(snapshot, position, client)
    tried = len(within_budget(under, snapshot.document, MOST_PARSED_CHARACTERS))
    blocks: list[str] = []
    for index, finding in enumerate(under):
        if is_cancelled():
            return None
        blocks.append("\n\n".join(explanation(finding, snapshot, client, tries=index < tried)))
    range = range_of(under[0].span, snapshot.document, client.encoding)
    return lsp.Hover(contents=markup("\n\n---\n\n".join(blocks), client), range=range)


def explanation(finding: Finding, snapshot: Snapshot, client: Client, *, tries: bool) -> Iterator[str]:
    """Yields the paragraphs about one finding, each a line of Markdown, a block of code or a list.

    The message is not among them: editors show it beside the hover, as that of the diagnostic. Fixes, and the line of a
    suppressing comment, are included only if `tries`.
    """
    rule, documentation = finding.rule, documentation_of(finding.rule.docstring)
    tries = tries and snapshot.is_up_to_date  # trying a fix would first recheck everything that is pending
    yield f"**{rule.id}** `{rule.name}` (severity {finding.severity.name}, confidence {finding.confidence.name})"
    yield " ".join([documentation.summary, *_origin(finding, snapshot, client), *_evidence(finding, snapshot, client)])
    yield documentation.reason
    for example in documentation.examples(GOOD)[:1]:
        yield "**Better**"
        yield f"```python\n{example.code.rstrip()}\n```"
    tried = fixes(snapshot.document, finding, snapshot.follow) if tries else ()
    ways = [f"- {fix.title} ({fix.safety.value})" for fix in tried]
    if ways:
        yield "**Available fixes**"
        yield "\n".join(ways)
    elif tries:
        yield f"**No fix:** {with_code(fix_refusal(snapshot.document, finding)).rstrip('.')}."
    noqa = noqa_on(finding, snapshot.document.text.lines)
    if noqa is not None:
        yield f"**Not suppressed:** Bandit does not read `{noqa}`, which is for Ruff. It reads `{comment_for(rule)}`."
    how = f" {_how_to_suppress(finding, snapshot)}" if tries else ""
    yield f"**When to suppress:** {first_sentence(documentation.sections[SUPPRESS])}{how}"
    cwe = f"[CWE-{rule.cwe.value}]({rule.cwe.link}) {rule.cwe.title}{label_note(rule)} · " if rule.cwe else ""
    if cwe or rule.link:
        yield f"{cwe}[Documentation]({rule.link})" if rule.link else cwe.removesuffix(" · ")


def _origin(finding: Finding, snapshot: Snapshot, client: Client) -> Iterator[str]:
    """Yields the import that the flagged name comes from, if the line does not show it."""
    cause = ImportOrigins(snapshot.document).of(finding)
    if cause is not None:
        line = f"line {cause.line}"
        link = f"[{line}]({address(snapshot.uri)}#L{cause.line})" if client.shows_markdown else line
        yield f"`{cause.name}` is `{cause.meaning}`, imported in {link}."


def _evidence(finding: Finding, snapshot: Snapshot, client: Client) -> Iterator[str]:
    """Yields what following the data has shown of a finding: a path to it, or why it is harmless where it is."""
    evidence = snapshot.evidence_on(finding)
    if evidence.verdict == NONE:
        yield f"**Harmless here:** {with_code(evidence.reason)}."
    elif evidence.steps:
        steps = [f"{with_code(step.what)} ({_line(step.line, snapshot, client)})" for step in evidence.steps]
        if len(steps) > MOST_STEPS:
            steps[MOST_STEPS // 2 : -(MOST_STEPS // 2)] = [f"{len(steps) - MOST_STEPS} more steps"]
        yield f"**Reached:** {' to '.join(steps)}."
    elif evidence.verdict == SHOWN:
        yield f"**Confirmed:** {with_code(evidence.reason)}."


def _line(line: int, snapshot: Snapshot, client: Client) -> str:
    """A line of the program as a link to it."""
    located = snapshot.located(line)
    if located is None:
        return f"line {line}"
    uri, line = located[0], located[1] + 1
    return f"[line {line}]({address(uri)}#L{line})" if client.shows_markdown else f"line {line}"


def _how_to_suppress(finding: Finding, snapshot: Snapshot) -> str:
    try:
        line = suppressing_edit(snapshot.document, finding, snapshot.left_around(finding)).start.line + 1
    except UnfixableError as error:
        return f"A comment cannot suppress it here. {error}"
    return f"Add `{comment_for(finding.rule)}` on line {line}."
