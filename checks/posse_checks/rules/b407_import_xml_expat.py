"""An import of `xml.dom.expatbuilder`, the undocumented engine of `minidom`.

It builds a tree of Python objects from a document and expands the entities that the document defines, without a limit
if Expat is older than 2.4.1. The sender can make that tree as large as the memory of the receiver, and this private
module gives the program no way to object.

## Bad

    from xml.dom import expatbuilder
    #                   ^^^^^^^^^^^^ Using expatbuilder to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml import expatbuilder

## Good

    from defusedxml import expatbuilder

## When to suppress

If the program parses only its own documents. B316 reports the calls that parse.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B407", "import_xml_expat", imports=["xml.dom.expatbuilder"])
