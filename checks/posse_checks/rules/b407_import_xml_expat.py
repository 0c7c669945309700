"""An import of `xml.dom.expatbuilder`, the undocumented engine below `minidom`.

It builds a tree of Python objects from a document and unfolds the entities defined in it, with no limit of
its own. A sender can make that tree as large as the memory of the receiver, and nothing in this private
module lets the program object.

## Bad

    from xml.dom import expatbuilder
    #                   ^^^^^^^^^^^^ Using expatbuilder to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml import expatbuilder

## Good

    from defusedxml import expatbuilder

## When to suppress

Where only documents of the program's own are parsed. The calls that parse are reported by B316.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B407", "import_xml_expat", imports=["xml.dom.expatbuilder"])
