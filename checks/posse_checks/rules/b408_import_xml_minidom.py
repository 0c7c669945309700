"""An import of `xml.dom.minidom`, which loads a whole document into memory, whatever its size.

Each element becomes several Python objects, after the entities that the document defines have been expanded. A request
of a few kilobytes can take all of the memory of a server if Expat is older than 2.4.1; with later versions, a large
document can.

## Bad

    from xml.dom.minidom import parseString
    #                           ^^^^^^^^^^^ Using parseString to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml.minidom import parseString

## Good

    from defusedxml.minidom import parseString

## When to suppress

If the file only builds documents, or indents its own. B318 reports the calls that parse.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B408", "import_xml_minidom", imports=["xml.dom.minidom"])
