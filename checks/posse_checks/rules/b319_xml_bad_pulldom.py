"""XML from an untrusted source parsed with `xml.dom.pulldom`.

Pulldom reads a document piece by piece through SAX and has the same dangers: entities that expand to gigabytes if Expat
is older than 2.4.1 and, before Python 3.7.1 or with `feature_external_ges` turned on, entities that include files of
the server. The sender controls the size of the piece that `expandNode` loads.

## Bad

    from xml.dom import pulldom

    def first(upload, name):
        events = pulldom.parse(upload)
    #            ^^^^^^^^^^^^^ Using xml.dom.pulldom.parse to parse untrusted XML
        for event, node in events:
            if event == pulldom.START_ELEMENT and node.tagName == name:
                events.expandNode(node)
                return node.toxml()

## Fixed

Parse with defusedxml (review):

    from xml.dom import pulldom

    import defusedxml.pulldom

    def first(upload, name):
        events = defusedxml.pulldom.parse(upload)
        for event, node in events:
            if event == pulldom.START_ELEMENT and node.tagName == name:
                events.expandNode(node)
                return node.toxml()

## Good

    from defusedxml import pulldom

    def first(upload, name):
        events = pulldom.parse(upload)
        for event, node in events:
            if event == "START_ELEMENT" and node.tagName == name:
                events.expandNode(node)
                return node.toxml()

## When to suppress

If the program parses only its own documents, or if `defusedxml.defuse_stdlib()`, which is experimental, runs before all
other imports.

## References

- https://docs.python.org/3/library/xml.dom.pulldom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B319", "xml_bad_pulldom", calls=["xml.dom.pulldom.parse", "xml.dom.pulldom.parseString"])
