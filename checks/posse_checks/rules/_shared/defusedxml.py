"""The fixes for XML parsers: defusedxml has functions with the same names that refuse dangerous documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from posse_checks.python.text import Position, Replacement, advanced
from posse_checks.rule import Call, Edits, Import, Source, UnfixableError
from posse_checks.rules._shared.purpose import is_test

COUNTERPARTS = {
    "xml.etree.cElementTree": "ElementTree",
    "xml.etree.ElementTree": "ElementTree",
    "xml.sax": "sax",
    "xml.sax.expatreader": "expatreader",
    "xml.dom.expatbuilder": "expatbuilder",
    "xml.dom.minidom": "minidom",
    "xml.dom.pulldom": "pulldom",
}
"""The modules of the standard library, each with its counterpart in defusedxml."""

FUNCTIONS = {
    "ElementTree": {"parse", "iterparse", "fromstring", "tostring", "XML", "XMLParser", "XMLTreeBuilder", "ParseError"},
    "sax": {"parse", "parseString", "make_parser"},
    "expatreader": {"create_parser"},
    "expatbuilder": {"parse", "parseString", "parseFragment", "parseFragmentString"},
    "minidom": {"parse", "parseString"},
    "pulldom": {"parse", "parseString"},
}
"""The names in each counterpart."""

HARMLESS = {"ParseError", "tostring"}
"""The names that do not parse."""
OF_TEXT = {"fromstring", "XML", "parseString"}
"""The functions that parse a string instead of a file."""
PARSER_AT = {"parse": 1, "fromstring": 1, "XML": 1, "iterparse": 2, "parseString": 1}
"""Number of positional arguments before the parser; the functions of `sax` take a handler in its position."""

_MODULE = re.compile(r"from\s+(?P<module>[\w.]+)\s+import\b")


def parse_with_defusedxml(call: Call, source: Source) -> Edits:
    """Calls the function of defusedxml, which must be installed; the old import stays.

    Does nothing if a parser is passed, which defusedxml does not protect, or if the document is a literal in the code.
    """
    source.verify(call.node.func, call.name)
    if is_test(call, source):
        return []
    if call.keyword("parser") is not None or any(keyword.arg is None for keyword in call.node.keywords):
        return []
    parser_at = None if "sax" in call.parts else PARSER_AT.get(call.function)
    passes_parser = parser_at is not None and len(call.node.args) > parser_at
    if passes_parser or any(isinstance(each, ast.Starred) for each in call.node.args):
        return []
    if call.function in OF_TEXT and call.node.args and isinstance(call.node.args[0], ast.Constant):
        return []
    module, _, function = call.name.rpartition(".")
    counterpart = COUNTERPARTS.get(module)
    if counterpart is None or function not in FUNCTIONS[counterpart]:
        return []
    return source.replaced_by_name(call.node.func, f"defusedxml.{counterpart}", function)


def import_defusedxml(view: Import | Call, source: Source) -> Edits:
    """Imports from defusedxml, which must be installed, if it has all names of the module that the file uses."""
    if isinstance(view, Call):
        return []
    if is_test(view, source):
        return []
    node = view.node
    if isinstance(node, ast.Import):
        return list(_modules_replaced(node, source))
    prefix = node.module or ""
    if prefix in COUNTERPARTS:
        counterpart = COUNTERPARTS[prefix]
        if not all(alias.name in FUNCTIONS[counterpart] for alias in node.names):
            raise UnfixableError("the package lacks some of these names")
        if all(alias.name in HARMLESS for alias in node.names):
            raise UnfixableError("none of these functions parses")
        return [_module_replaced(node, source, f"defusedxml.{counterpart}")]
    for alias in node.names:
        if COUNTERPARTS.get(f"{prefix}.{alias.name}") != alias.name:
            raise UnfixableError("the package lacks some of these modules")
        _check_uses(source, alias.asname or alias.name, alias.name)
    return [_module_replaced(node, source, "defusedxml")]


def _modules_replaced(node: ast.Import, source: Source) -> Iterator[Replacement]:
    """Replaces the modules of an `import ... as ...` that have a counterpart; others stay."""
    for alias in node.names:
        counterpart = COUNTERPARTS.get(alias.name)
        if counterpart is not None and alias.asname is not None:
            _check_uses(source, alias.asname, counterpart)
            yield source.replaced(alias, f"defusedxml.{counterpart} as {alias.asname}")


def _module_replaced(node: ast.ImportFrom, source: Source, module: str) -> Replacement:
    """Replaces the module of a `from` import; the imported names stay."""
    text = source.slice(node)
    match = _MODULE.match(text)
    if match is None:
        raise UnfixableError("the import has an unsupported form")
    start, end = (advanced(source.start(node), text[:at]) for at in match.span("module"))
    return Replacement(Position(start.line, start.column), end, module)


def _check_uses(source: Source, name: str, counterpart: str) -> None:
    """Raises UnfixableError unless the counterpart has all used names of the module, and one of them parses."""
    begin, end = (
        source.position(source.finding.line_range[0], 0).line,
        source.position(source.finding.line_range[1], 0).line,
    )
    text = source.text.slice(0, begin) + source.text.slice(end + 1, len(source.text.lines))
    used = {match["used"] for match in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)(?:\.(?P<used>\w+))?", text)}
    if not used <= FUNCTIONS[counterpart]:
        raise UnfixableError("the package lacks something that is used from the module")
    if used and used <= HARMLESS:
        raise UnfixableError("no function used from the module parses")
