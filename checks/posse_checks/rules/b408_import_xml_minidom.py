"""An import of `xml.dom.minidom`, which loads a whole document into memory, however large it turns out to be.

Each element becomes several Python objects, and the entities that a document defines are unfolded first. A
request of a few kilobytes can so take all the memory of a server, at once where Expat is older than 2.4.1, by
sheer size elsewhere.

## Bad

    from xml.dom.minidom import parseString
    #                           ^^^^^^^^^^^ Using parseString to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml.minidom import parseString

## Good

    from defusedxml.minidom import parseString

## When to suppress

Where the file only builds documents or indents its own. The calls that parse are reported by B318.

## References

- https://docs.python.org/3/library/xml.dom.minidom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B408", "import_xml_minidom", imports=["xml.dom.minidom"])
