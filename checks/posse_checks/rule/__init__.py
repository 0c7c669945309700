"""What an author of rules needs: how to declare a rule, the views that it sees, its findings and its fixes.

A rule imports from here alone. Nothing here knows which rules there are, or how a document is split.
"""

from posse_checks.python.syntax import Broken, is_string, parse
from posse_checks.python.text import Position, Replacement, advanced
from posse_checks.rule.blocklist import blocked_calls, blocked_imports
from posse_checks.rule.declaration import HIGH, LOW, MEDIUM, Rule, rule
from posse_checks.rule.finding import Cwe, Finding, Level, Span
from posse_checks.rule.fix import REVIEW, SAFE, Edits, Safety, UnfixableError
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Matcher, Options, exact, first, last, last_like, like, listed, part
from posse_checks.rule.source import Source
from posse_checks.rule.views import Call, File, Import, String, View, span_of

__all__ = [
    "HIGH",
    "LOW",
    "MEDIUM",
    "REVIEW",
    "SAFE",
    "Broken",
    "Call",
    "Cwe",
    "Edits",
    "File",
    "Finding",
    "Flow",
    "Import",
    "Level",
    "Matcher",
    "Options",
    "Position",
    "Replacement",
    "Rule",
    "Safety",
    "Source",
    "Span",
    "String",
    "UnfixableError",
    "View",
    "advanced",
    "blocked_calls",
    "blocked_imports",
    "exact",
    "first",
    "is_string",
    "last",
    "last_like",
    "like",
    "listed",
    "parse",
    "part",
    "rule",
    "span_of",
]
