"""XML from an untrusted source parsed with `xml.etree.ElementTree`.

ElementTree expands the entities that a document defines. If its Expat is older than 2.4.1, a kilobyte of nested
entities expands to gigabytes and stops the machine; before 2.6.0, one very long tag can take hours. Entities that refer
to files are rejected. `iterparse` does not help: it returns elements early but keeps the whole tree in memory.

## Bad

    import xml.etree.ElementTree as ElementTree

    def total(body):
        order = ElementTree.fromstring(body)
    #           ^^^^^^^^^^^^^^^^^^^^^^ Using xml.etree.ElementTree.fromstring to parse untrusted XML
        return sum(int(item.get("price")) for item in order.iter("item"))

## Fixed

Parse with defusedxml (review):

    import xml.etree.ElementTree as ElementTree

    import defusedxml.ElementTree

    def total(body):
        order = defusedxml.ElementTree.fromstring(body)
        return sum(int(item.get("price")) for item in order.iter("item"))

## Good

    from defusedxml import ElementTree

    def total(body):
        order = ElementTree.fromstring(body)
        return sum(int(item.get("price")) for item in order.iter("item"))

## When to suppress

If the document is the program's own or comes from the same party as the program, if `defusedxml.defuse_stdlib()`, which
is experimental, runs before all other imports, or if `pyexpat.EXPAT_VERSION` is known to be 2.7.2 or later and the size
of the document is limited.

## References

- https://docs.python.org/3/library/xml.html
- https://docs.python.org/3/library/xml.etree.elementtree.html
- https://pypi.org/project/defusedxml/
- https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule(
    "B314",
    "xml_bad_ElementTree",
    calls=[f"xml.etree.ElementTree.{name}" for name in ("parse", "iterparse", "fromstring", "XMLParser")],
)
