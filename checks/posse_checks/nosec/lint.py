"""Remarks on the comments of a document that suppress findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from posse_checks.analysis.assessed import Suppressor
from posse_checks.analysis.ignores import Ignore
from posse_checks.analysis.suppression import Nosec
from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.incremental.document import Document
from posse_checks.nosec.comment_text import CommentText
from posse_checks.nosec.lint_ignore import IgnoreComment
from posse_checks.nosec.lint_nosec import NosecComment
from posse_checks.nosec.remark import NOT_FOLLOWED, Flaw, FlowFindings, Remark


def remarks_in(document: Document, policy: NosecPolicy, on_flows: FlowFindings = NOT_FOLLOWED) -> list[Remark]:
    """The remarks that a policy enables, in order of line. Examines the comments only, not the rest of the text."""
    if not document.comments:
        return []
    wanted = {flaw for flaw in Flaw if flaw.display(policy) is not Display.OFF}
    ids = document.catalogue.ids
    running = frozenset(rule.id for rule in document.catalogue.rules)
    used = _used_by_line(document, on_flows)
    possible = _possible(document, on_flows) if any(not one.ids for one in document.ignores.values()) else {}
    remarks: list[Remark] = []
    for line, nosec in document.nosecs.items():
        text = _comment_at(document, line, nosec)
        if text is not None:
            remarks += NosecComment(text, nosec.ids, frozenset(used[line, False]), running, ids).remarks()
    for line, ignore in document.ignores.items():
        text = _comment_at(document, line, ignore)
        if text is not None:
            known = frozenset(used[line, True]), frozenset(possible.get(line, ())), running
            remarks += IgnoreComment(text, *known, document.catalogue.on_flows.keys(), on_flows, ids).remarks()
    remarks = [remark for remark in remarks if remark.flaw in wanted]
    return sorted(remarks, key=lambda remark: remark.span.line)


def _used_by_line(document: Document, on_flows: FlowFindings) -> defaultdict[tuple[int, bool], set[str]]:
    """The IDs of the findings that comments suppress, by their line, and by whether it is a `# posse: ignore`."""
    used = defaultdict[tuple[int, bool], set[str]](set)
    for item in chain(*document.suppressed.values(), on_flows.assessed):
        if item.suppressed_by is not None:
            used[item.suppressed_by, item.suppressor is Suppressor.IGNORE].add(item.finding.rule.id)
    return used


def _possible(document: Document, on_flows: FlowFindings) -> Mapping[int, set[str]]:
    """The IDs of findings of own checks that are not suppressed, by the lines where a comment is written first."""
    ids: dict[int, set[str]] = {}
    for item in (*document.assessed_beside_comments(), *on_flows.assessed):
        finding = item.finding
        if not finding.rule.takes_nosec and item.suppressed_by is None:
            for line in (finding.line, *finding.line_range):
                ids.setdefault(line, set()).add(finding.rule.id)
    return ids


def _comment_at(document: Document, line: int, comment: Nosec | Ignore) -> CommentText | None:
    """The text of a comment; None if it is not on that line of the document.

    Lone carriage returns end lines there but not for the tokenizer, whose line numbers then differ.
    """
    lines = document.text.lines
    if line > len(lines) or not lines[line - 1].startswith(comment.text, comment.column):
        return None
    return CommentText(line, lines[line - 1], comment.column, comment.text)
