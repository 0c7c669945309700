"""An import of `xmlrpc`, which parses XML that arrives over the network.

The sender of a request or a response chooses the XML. It can be a gzip bomb, which a client unpacks without a limit,
and it can expand to gigabytes after that if Expat is older than 2.4.1. A server requires no password by itself, and
`register_instance(object, allow_dotted_names=True)` lets callers reach the globals of the program and execute code.

## Bad

    from xmlrpc.client import ServerProxy
    #                         ^^^^^^^^^^^ Using ServerProxy to parse untrusted XML

## Fixed

Protect the parser with defusedxml (review):

    from xmlrpc.client import ServerProxy
    import defusedxml.xmlrpc
    defusedxml.xmlrpc.monkey_patch()

## Good

    import requests

    def rate(currency):
        response = requests.get(f"https://rates.example.com/{currency}", timeout=10)
        return response.json()["rate"]

## When to suppress

If `defusedxml.xmlrpc.monkey_patch()`, which forbids entities and limits what is unpacked, runs before the first call,
or if both ends belong to the same party and use an authenticated channel.

## References

- https://docs.python.org/3/library/xmlrpc.html
- https://docs.python.org/3/library/xmlrpc.server.html#xmlrpc.server.SimpleXMLRPCServer.register_instance
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Import, Position, Source, UnfixableError, blocked_imports
from posse_checks.rules._shared.purpose import refuse_test

check = blocked_imports(
    "B411",
    "import_xmlrpclib",
    HIGH,
    Cwe.IMPROPER_INPUT_VALIDATION,
    "Using {name} to parse untrusted XML data is known to be vulnerable to XML attacks. Use "
    "defusedxml.xmlrpc.monkey_patch() function to monkey-patch xmlrpclib and mitigate XML vulnerabilities.",
    ["xmlrpc"],
    unfixable="defusedxml has no client of its own, and changes the parser for the whole program",
)


@check.fix("Protect the parser with defusedxml", REVIEW, keeps_finding=True)
def protect(view: Import | Call, source: Source) -> Edits:
    """Calls `monkey_patch` of defusedxml below the import, which must be installed; it holds for the whole program."""
    refuse_test(view, source)
    if isinstance(view, Call) or source.ancestors or source.outline.bindings("defusedxml"):
        raise UnfixableError("the import is not at the top of the file, or the parser is protected already")
    end = source.end(view.node)
    if end != source.end_of_line(end.line) or source.start(view.node).column:
        raise UnfixableError("the import shares its line")
    lines = ("", "import defusedxml.xmlrpc", "defusedxml.xmlrpc.monkey_patch()")
    return [source.inserted(Position(end.line, end.column), source.line_end.join(lines))]
