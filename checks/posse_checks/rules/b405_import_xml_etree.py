"""An import of ElementTree, whose parser trusts the documents it reads.

A document from an untrusted source can define entities that expand to gigabytes, which stops a program whose Expat is
older than 2.4.1. The import marks the files to review. `defusedxml` has the same functions for reading and rejects such
documents.

## Bad

    import xml.etree.ElementTree as ElementTree
    #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Using xml.etree.ElementTree to parse untrusted XML

## Fixed

Import from defusedxml (review):

    import defusedxml.ElementTree as ElementTree

## Good

    from defusedxml import ElementTree

## When to suppress

If the file only builds and writes XML, or needs a class such as `Element` for an annotation: `defusedxml` has no
counterpart for these. B313 and B314 report the calls that parse.

## References

- https://docs.python.org/3/library/xml.etree.elementtree.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B405", "import_xml_etree", imports=["xml.etree.cElementTree", "xml.etree.ElementTree"])
