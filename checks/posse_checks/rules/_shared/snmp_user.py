"""The fix of B508 and B509: a user of SNMPv3 whose messages are authenticated and encrypted."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from posse_checks.rule import Edits, Source, UnfixableError

_VARIABLES = ("SNMP_USER", "SNMP_AUTH_KEY", "SNMP_PRIV_KEY")
_PROTOCOLS = {"authProtocol": "usmHMAC192SHA256AuthProtocol", "privProtocol": "usmAesCfb128Protocol"}
_MODULE = "pysnmp.hlapi"


def snmp_user(call: ast.Call, given: Sequence[str], source: Source) -> Edits:
    """Replaces a call by `UsmUserData` with these arguments, and with the missing ones from the environment."""
    if "#" in source.slice(call):
        raise UnfixableError("a comment would be lost")
    environ = source.name_access("os", "environ")
    accesses = [source.name_access(_MODULE, name) for name in ("UsmUserData", *_PROTOCOLS.values())]
    read = [f"{environ.expression}[{source.quoted(name)}]" for name in _VARIABLES[len(given) :]]
    named = [f"{name}={access.expression}" for name, access in zip(_PROTOCOLS, accesses[1:], strict=True)]
    imports = dict.fromkeys(each for access in (environ, *accesses) for each in access.replacements)
    indent, end = source.indent(source.start(call).line), source.line_end
    lines = "".join(f"{indent}{source.indent_unit}{each},{end}" for each in (*given, *read, *named))
    return [*imports, source.replaced(call, f"{accesses[0].expression}({end}{lines}{indent})")]
