"""Code actions on a whole file: fix all findings of a rule, apply all safe fixes, suppress the rest.

Their edits take time proportional to the number of findings. So they are computed when an action is chosen, if the
client supports that, from the action's data alone: the file, what to do, and the rule. They are computed in a thread,
so that typing goes on meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lsprotocol import types as lsp

from posse_checks.fixes.apply import fixed
from posse_checks.incremental.document import Document
from posse_checks.nosec.write import suppressed
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix, Fixer, Safety
from posse_server.lsp.features.findings_in_range import diagnostic_of
from posse_server.lsp.offered import FIX_ALL
from posse_server.lsp.session import Snapshot
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import workspace_edit


class FixableFinding(NamedTuple):
    """A finding, with the fixes that are offered for it; none if it cannot be fixed."""

    finding: Finding
    fixes: Sequence[Fix]


async def fix_all_safely(snapshot: Snapshot, client: Client) -> list[lsp.CodeAction]:
    """Returns an action that applies every safe fix; none if there is no safe fix.

    It includes its edit, because clients request it on its own, for instance on save.
    """
    fixes = await edit({"do": "fix safely"}, snapshot, client)
    return [lsp.CodeAction("Apply all safe fixes", kind=FIX_ALL, edit=fixes)] if fixes is not None else []


def fix_all_of_a_rule(
    offered: Sequence[FixableFinding], snapshot: Snapshot, client: Client
) -> Iterator[lsp.CodeAction]:
    """Yields actions that fix all findings of a rule, like the first fix offered that may be applied to all."""
    count = Counter(finding.rule.id for finding in snapshot.displayed)
    first: dict[str, tuple[Finding, Fix | None]] = {}
    for finding, ways in offered:
        first.setdefault(finding.rule.id, (finding, next((fix for fix in ways if not fix.one_by_one), None)))
    for id, (finding, way) in first.items():
        if count[id] > 1 and way is not None:
            yield lsp.CodeAction(
                title=f"Fix all {id} in this file: {way.title} ({way.safety.value})",
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=[diagnostic_of(finding, snapshot, client)],
                data={"uri": snapshot.uri, "do": "fix alike", "rule": id, "title": way.title},
            )


def suppress_all(snapshot: Snapshot) -> Iterator[lsp.CodeAction]:
    """Yields the action that suppresses every finding of the file, if there are several."""
    if len(snapshot.displayed) > 1:
        has_own = any(not finding.rule.takes_nosec for finding in snapshot.displayed)
        title = f"Suppress all findings in this file with # nosec{' and # posse: ignore' if has_own else ''}"
        data = {"uri": snapshot.uri, "do": "suppress"}
        yield lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, data=data)


async def edit(data: Mapping[str, object], snapshot: Snapshot, client: Client) -> lsp.WorkspaceEdit | None:
    """Compute, in a thread, the edit that an action's data ask for. Returns None if it changes nothing."""
    before = snapshot.document
    changes = await asyncio.to_thread(lambda: before.changes_to(_done(snapshot, data)))
    return workspace_edit(snapshot.uri, snapshot.version, changes, before.text.lines, client) if changes else None


def _done(snapshot: Snapshot, data: Mapping[str, object]) -> Document:
    """Returns the document after an action on the findings shown. Those that the configuration hides stay."""
    document, shows = snapshot.document, snapshot.shows
    match data:
        case {"do": "fix safely"}:

            def is_safe(finding: Finding, fixer: Fixer) -> bool:
                return fixer.safety is Safety.SAFE and not fixer.one_by_one and shows(finding)

            return fixed(document, is_safe)
        case {"do": "fix alike", "rule": rule, "title": title}:

            def is_wanted(finding: Finding, fixer: Fixer) -> bool:
                is_chosen = (finding.rule.id, fixer.title) == (rule, title) and not fixer.one_by_one
                return is_chosen and shows(finding)

            return fixed(document, is_wanted)
        case {"do": "suppress"}:
            return suppressed(document, shows, snapshot.left_on_flows())
    return document
