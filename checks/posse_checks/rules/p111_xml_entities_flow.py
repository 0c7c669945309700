"""XML from outside, parsed in a way that resolves external entities.

An entity such as `<!ENTITY x SYSTEM "file:///etc/passwd">` puts a file of the server, or the answer of a machine
behind the firewall, into the document, and from there into the response or an error message. Parsers resolve entities
only if they are told to, or if they are old: lxml before 5.0, its `iterparse` and `ETCompatXMLParser` before 6.1.

## Bad

    from flask import Flask, request
    from lxml import etree

    app = Flask(__name__)

    @app.post("/order")
    def order():
        parser = etree.XMLParser(resolve_entities=True)
        document = etree.fromstring(request.data, parser)
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ External entities: XML from `request.data` is parsed by
        return {"items": len(document)}

## Good

    from flask import Flask, request
    from lxml import etree

    app = Flask(__name__)

    @app.post("/order")
    def order():
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        document = etree.fromstring(request.data, parser)
        return {"items": len(document)}


    import defusedxml.ElementTree
    from flask import Flask, request

    app = Flask(__name__)

    @app.post("/order")
    def order():
        return {"items": len(defusedxml.ElementTree.fromstring(request.data))}

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
- https://docs.python.org/3/library/xml.html#xml-security
- https://lxml.de/api/lxml.etree.XMLParser-class.html
- https://github.com/advisories/GHSA-vfmq-68hx-4jfw
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P111", "xml_entities_flow", MEDIUM, HIGH, Cwe.XML_EXTERNAL_ENTITIES)
def check(flow: Flow) -> Iterator[Finding]:
    """Report XML from outside that a parser reads with external entities."""
    yield flow.finding(f"External entities: XML from {flow.source} is parsed by {flow.sink}, which may resolve them.")
