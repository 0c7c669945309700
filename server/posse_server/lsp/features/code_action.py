"""Code actions on the findings in a range. Each is computed on request, from the text alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lsprotocol import types as lsp

from posse_checks.fixes.apply import fixes
from posse_checks.fixes.budget import within_budget
from posse_checks.nosec.noqa import noqa_on
from posse_checks.nosec.write import suppressing_edit
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix, Safety, UnfixableError
from posse_server.lsp.features import baseline, code_action_resolve, disable_rule, fix_all, hosted_fixes, nosec, rules
from posse_server.lsp.features.findings_in_range import MOST_PARSED_CHARACTERS, diagnostic_of, findings_in_range
from posse_server.lsp.features.in_thread import IsCancelled, in_thread
from posse_server.lsp.offered import BASELINE_ACTIONS, FIX_ALL
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.project.identity import is_editable
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import workspace_edit

MOST_FINDINGS_WITH_ACTIONS = 20
"""Number of findings in a range that get actions: nobody reads more, and each has to be tried."""


async def code_action(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    """Returns the code actions for a range: fixes, fixes of all findings alike, explanations, then what hides findings.

    Returns none for a document that cannot be edited.
    """
    snapshot, client = server.session.snapshot(params.text_document.uri), server.session.client
    if snapshot is None or not client.takes_action_literals or not is_editable(snapshot.uri):
        return []
    kinds = [str(getattr(kind, "value", kind)) for kind in params.context.only or []]
    actions: list[lsp.CodeAction] = []
    if not kinds or _wants(kinds, lsp.CodeActionKind.QuickFix.value):
        actions += await hosted_fixes.fixes_in(server, params.range, snapshot)
        actions += await in_thread(lambda is_cancelled: list(_in_range(params.range, snapshot, client, is_cancelled)))
    if _wants(kinds, FIX_ALL):
        actions += await fix_all.fix_all_safely(snapshot, client)
    if _wants(kinds, BASELINE_ACTIONS):
        actions += baseline.source_actions()
    completed = [await code_action_resolve.completed(server, snapshot, action) for action in actions]
    return [action for action in completed if action is not None]


def _in_range(
    range: lsp.Range, snapshot: Snapshot, client: Client, is_cancelled: IsCancelled
) -> Iterator[lsp.CodeAction]:
    touched = list(islice(findings_in_range(range, snapshot, client), MOST_FINDINGS_WITH_ACTIONS))
    yield from nosec.corrections(range, snapshot, client)
    for action in _quick_fixes(within_budget(touched, snapshot.document, MOST_PARSED_CHARACTERS), snapshot, client):
        if is_cancelled():
            return
        yield action


def _wants(kinds: Sequence[str], kind: str) -> bool:
    """Whether a kind is requested, itself or by a kind above it."""
    return any(f"{kind}.".startswith(f"{wanted}." if wanted else "") for wanted in kinds)


def _quick_fixes(touched: Sequence[Finding], snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    offered = [
        fix_all.FixableFinding(finding, list(fixes(snapshot.document, finding, snapshot.follow))) for finding in touched
    ]
    for finding, ways in offered:
        preferred = next((fix for fix in ways if fix.safety is Safety.SAFE and not fix.one_by_one), None)
        for fix in ways:
            yield _fix(finding, fix, snapshot, client, is_preferred=fix is preferred)
    yield from fix_all.fix_all_of_a_rule(offered, snapshot, client)
    yield from rules.explain_each({finding.rule.id: finding.rule for finding in touched}.values())
    for finding in touched:
        yield from _suppress(finding, snapshot, client)
    if touched:
        yield from fix_all.suppress_all(snapshot)
    yield from baseline.quick_fixes(touched, snapshot, client)
    yield from disable_rule.disable_each(dict.fromkeys(finding.rule.id for finding in touched), snapshot, client)


def _fix(finding: Finding, fix: Fix, snapshot: Snapshot, client: Client, *, is_preferred: bool) -> lsp.CodeAction:
    lines = snapshot.document.text.lines
    return lsp.CodeAction(
        title=f"{fix.title} ({finding.rule.id}, {fix.safety.value})",
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic_of(finding, snapshot, client)],
        is_preferred=is_preferred or None,
        edit=workspace_edit(snapshot.uri, snapshot.version, fix.replacements, lines, client),
    )


def _suppress(finding: Finding, snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    """Yields the action that suppresses a finding; disabled, with the reason, if no comment can."""
    noqa = noqa_on(finding, snapshot.document.text.lines)
    reason = "" if noqa is None else f", as Bandit does not read {noqa}"
    comment_name = "# nosec" if finding.rule.takes_nosec else "# posse: ignore"
    action = lsp.CodeAction(
        title=f"Suppress {finding.rule.id} with {comment_name}{reason}",
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic_of(finding, snapshot, client)],
    )
    try:
        comment = suppressing_edit(snapshot.document, finding, snapshot.left_around(finding))
    except UnfixableError as error:
        action.disabled = lsp.CodeActionDisabled(str(error))
        if client.shows_disabled_actions:
            yield action
        return
    action.edit = workspace_edit(snapshot.uri, snapshot.version, [comment], snapshot.document.text.lines, client)
    yield action
