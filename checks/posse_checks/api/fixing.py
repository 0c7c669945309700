"""Fixes for the findings of a result."""

from __future__ import annotations

from posse_checks.api.checking import CheckResult
from posse_checks.fixes.apply import fixes
from posse_checks.rule.finding import Finding
from posse_checks.rule.fix import Fix


def fixes_for(result: CheckResult, finding: Finding) -> tuple[Fix, ...]:
    """Returns the fixes for a finding, each tried on the source: the finding disappears, and no other appears.

    Raises ValueError if the finding is not one of the result's.
    """
    if result.document is None or finding not in (*result.findings, *result.suppressed, *result.baselined):
        raise ValueError(f"{finding.rule.id} on line {finding.line} is not a finding of {result.filename}")
    return tuple(fixes(result.document, finding))


def apply_fix(result: CheckResult, fix: Fix) -> str:
    """Returns the source with one of its fixes applied; whatever the fix does not replace stays as it is.

    The fixes of a result are for its own source: check the new source to apply another.
    """
    if result.document is None:
        raise ValueError(f"{result.filename} was not checked, so it has no fixes")
    text = result.document.text
    for replacement in reversed(fix.replacements):
        text, _ = text.edited(replacement.start, replacement.end, replacement.new)
    return str(text)
