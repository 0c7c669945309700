"""XML parsed with `xml.etree.cElementTree`, the old name of ElementTree's implementation in C.

A document can define entities that consist of other entities; a few lines expand to gigabytes ("billion laughs") and
exhaust memory and processor time. Only Expat 2.4.1 and later prevent this, and code that still imports the old name
often runs on a Python with an older one. Python 3.9 removed the name: there, the import fails.

## Bad

    import xml.etree.cElementTree as ElementTree

    def title(upload):
        return ElementTree.parse(upload).findtext("title")
    #          ^^^^^^^^^^^^^^^^^ Using xml.etree.cElementTree.parse to parse untrusted XML

## Fixed

Parse with defusedxml (review):

    import xml.etree.cElementTree as ElementTree

    import defusedxml.ElementTree

    def title(upload):
        return defusedxml.ElementTree.parse(upload).findtext("title")

## Good

    from defusedxml import ElementTree

    def title(upload):
        return ElementTree.parse(upload).findtext("title")

## When to suppress

If the document is the program's own, such as a file that is installed with it, or if `defusedxml.defuse_stdlib()`,
which is experimental, runs before all other imports.

## References

- https://docs.python.org/3.8/library/xml.html#xml-vulnerabilities
- https://docs.python.org/3/whatsnew/3.9.html#removed
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule(
    "B313",
    "xml_bad_cElementTree",
    calls=[f"xml.etree.cElementTree.{name}" for name in ("parse", "iterparse", "fromstring", "XMLParser")],
)
