"""XML parsed with `xml.dom.expatbuilder`, the undocumented engine below `minidom`.

It turns a document into a tree of Python objects, one for each node, after unfolding the entities that the
document itself defines. So a small upload can cost a thousand times its size in memory, and where Expat is
older than 2.4.1, far more. As the module is private, nobody promises to keep its behaviour.

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

Where only documents of the program's own are parsed, or where `defusedxml.defuse_stdlib()` runs when the
program starts.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule(
    "B316", "xml_bad_expatbuilder", calls=["xml.dom.expatbuilder.parse", "xml.dom.expatbuilder.parseString"]
)
