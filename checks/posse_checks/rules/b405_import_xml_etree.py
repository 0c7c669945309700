"""An import of ElementTree, whose parser trusts the documents it reads.

A document from somebody else can define entities that unfold to gigabytes, which stops a program whose Expat
is older than 2.4.1. The import marks the files to look at; `defusedxml` offers the same functions for reading
and refuses such documents.

## Bad

    import xml.etree.ElementTree as ElementTree
    #      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Using xml.etree.ElementTree to parse untrusted XML

## Fixed

Import from defusedxml (review):

    import defusedxml.ElementTree as ElementTree

## Good

    from defusedxml import ElementTree

## When to suppress

Where the file only builds and writes XML, or needs a class such as `Element` for an annotation: `defusedxml`
has no counterpart for these. The calls that parse are reported by B313 and B314.

## References

- https://docs.python.org/3/library/xml.etree.elementtree.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B405", "import_xml_etree", imports=["xml.etree.cElementTree", "xml.etree.ElementTree"])
