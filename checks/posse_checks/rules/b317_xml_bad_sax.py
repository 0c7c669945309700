"""XML from an untrusted source parsed with `xml.sax`.

SAX builds no tree, so it seems safe for large input. But if Expat is older than 2.4.1, a handler still receives every
repetition of an entity, gigabytes of them from a kilobyte. Before Python 3.7.1, or with `feature_external_ges` turned
on, the parser also reads any file or URL that a document names, and passes on the content.

## Bad

    import xml.sax

    def read(upload, handler):
        xml.sax.parse(upload, handler)
    #   ^^^^^^^^^^^^^ Using xml.sax.parse to parse untrusted XML

## Fixed

Parse with defusedxml (review):

    import xml.sax

    import defusedxml.sax

    def read(upload, handler):
        defusedxml.sax.parse(upload, handler)

## Good

    import defusedxml.sax

    def read(upload, handler):
        defusedxml.sax.parse(upload, handler)

## When to suppress

If the documents are the program's own, if `defusedxml.defuse_stdlib()`, which is experimental, runs before all other
imports, or if `pyexpat.EXPAT_VERSION` is known to be 2.7.2 or later and `feature_external_ges` stays off.

## References

- https://docs.python.org/3/library/xml.sax.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
- https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B317", "xml_bad_sax", calls=["xml.sax.parse", "xml.sax.parseString", "xml.sax.make_parser"])
