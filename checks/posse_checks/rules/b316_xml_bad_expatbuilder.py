"""XML parsed with `xml.dom.expatbuilder`, the undocumented engine of `minidom`.

It turns a document into a tree of Python objects, one for each node, after expanding the entities that the document
defines. So a small upload can take a thousand times its size in memory, and far more if Expat is older than 2.4.1. The
module is private, so its behavior can change at any time.

## Bad

    from xml.dom import expatbuilder

    def load(body):
        return expatbuilder.parseString(body).documentElement
    #          ^^^^^^^^^^^^^^^^^^^^^^^^ Using xml.dom.expatbuilder.parseString to parse untrusted XML

## Fixed

Parse with defusedxml (review):

    from xml.dom import expatbuilder

    import defusedxml.expatbuilder

    def load(body):
        return defusedxml.expatbuilder.parseString(body).documentElement

## Good

    from defusedxml import minidom

    def load(body):
        return minidom.parseString(body).documentElement

## When to suppress

If the program parses only its own documents, or if `defusedxml.defuse_stdlib()`, which is experimental, runs before all
other imports.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule(
    "B316", "xml_bad_expatbuilder", calls=["xml.dom.expatbuilder.parse", "xml.dom.expatbuilder.parseString"]
)
