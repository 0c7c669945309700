"""Comments `# noqa: S602`, which tell Ruff what `# nosec B602` tells Bandit, and which Bandit does not read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from posse_checks.rule.finding import Finding

_NOQA = re.compile(r"#\s*noqa(?::\s*(?P<codes>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*))?", re.IGNORECASE)
_LONGEST_LINE = 1_000
"""Number of characters of a line that are searched."""


def noqa_on(finding: Finding, lines: Sequence[str]) -> str | None:
    """Returns the comment on the lines of a finding that is meant to suppress it; None if there is none.

    It names the rule by Ruff's ID, which is Bandit's with S in place of B, or no rule at all.
    """
    if not finding.rule.takes_nosec:
        return None
    wanted = f"S{finding.rule.id[1:]}"
    for number in dict.fromkeys((finding.line, *finding.line_range)):
        for match in _NOQA.finditer(lines[number - 1], 0, _LONGEST_LINE):
            codes = match["codes"]
            if codes is None or wanted in re.split(r"[\s,]+", codes.upper()):
                return match[0].strip() if codes is None else f"# noqa: {wanted}"
    return None
