"""XML from somebody else parsed with `xml.dom.pulldom`.

Pulldom reads a document piece by piece through SAX and so shares its dangers: entities that unfold to
gigabytes where Expat is older than 2.4.1, and, before Python 3.7.1 or with `feature_external_ges` switched
on, entities that pull in files of the server. The piece that `expandNode` loads is as large as the sender
makes it.

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

Where only documents of the program's own are parsed, or where `defusedxml.defuse_stdlib()` runs when the
program starts.

## References

- https://docs.python.org/3/library/xml.dom.pulldom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B319", "xml_bad_pulldom", calls=["xml.dom.pulldom.parse", "xml.dom.pulldom.parseString"])
