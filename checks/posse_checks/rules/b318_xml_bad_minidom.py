"""XML from an untrusted source parsed with `xml.dom.minidom`.

Minidom builds the whole document in memory, an object for each element, attribute and piece of text, so each kilobyte
sent costs the receiver many. Entities multiply that: if Expat is older than 2.4.1, a definition nested ten levels deep
expands to gigabytes. Entities that refer to files are left as they are.

## Bad

    from xml.dom import minidom

    def names(body):
        return [node.tagName for node in minidom.parseString(body).documentElement.childNodes]
    #                                    ^^^^^^^^^^^^^^^^^^^ Using xml.dom.minidom.parseString to parse untrusted XML

## Fixed

Parse with defusedxml (review):

    from xml.dom import minidom

    import defusedxml.minidom

    def names(body):
        return [node.tagName for node in defusedxml.minidom.parseString(body).documentElement.childNodes]

## Good

    from defusedxml import minidom

    def names(body):
        return [node.tagName for node in minidom.parseString(body).documentElement.childNodes]

## When to suppress

If the program itself has just written the text, as in `minidom.parseString(ElementTree.tostring(tree))` to indent it,
or if `defusedxml.defuse_stdlib()`, which is experimental, runs before all other imports.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B318", "xml_bad_minidom", calls=["xml.dom.minidom.parse", "xml.dom.minidom.parseString"])
