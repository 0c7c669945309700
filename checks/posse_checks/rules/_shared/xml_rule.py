"""The rules on parsers of XML: B313 to B319 on their calls, B405 to B409 on their imports."""

from __future__ import annotations

from collections.abc import Sequence

from posse_checks.rule import LOW, MEDIUM, REVIEW, Cwe, Rule, blocked_calls, blocked_imports
from posse_checks.rules._shared.defusedxml import import_defusedxml, parse_with_defusedxml

CALLED = (
    "Using {name} to parse untrusted XML data is known to be vulnerable to XML attacks. Replace {name} with its "
    "defusedxml equivalent function or make sure defusedxml.defuse_stdlib() is called"
)
IMPORTED = (
    "Using {name} to parse untrusted XML data is known to be vulnerable to XML attacks. Replace {name} with the "
    "equivalent defusedxml package, or make sure defusedxml.defuse_stdlib() is called."
)
NO_PARSER = "it is not certain which parser this is"
NO_NAME = "defusedxml lacks a name that is imported here"


def xml_rule(id: str, name: str, *, calls: Sequence[str] = (), imports: Sequence[str] = ()) -> Rule:
    """Returns a rule against calling these functions, or importing from these modules, with the fix by defusedxml."""
    if calls:
        rule = blocked_calls(id, name, MEDIUM, Cwe.IMPROPER_INPUT_VALIDATION, CALLED, calls, unfixable=NO_PARSER)
        rule.fix("Parse with defusedxml", REVIEW)(parse_with_defusedxml)
    else:
        rule = blocked_imports(id, name, LOW, Cwe.IMPROPER_INPUT_VALIDATION, IMPORTED, imports, unfixable=NO_NAME)
        rule.fix("Import from defusedxml", REVIEW)(import_defusedxml)
    return rule
