"""A parser made with `xml.sax.expatreader.create_parser`, which can fetch what a document refers to.

With the feature `feature_external_ges`, which is on by default before Python 3.7.1, it replaces `&x;` with the content
of any file or URL that the document names: an upload can then read files of the server, or reach machines behind its
firewall. Without it, there are still entities that expand to gigabytes if Expat is older than 2.4.1.

## Bad

    from xml.sax import expatreader

    def read(upload, handler):
        parser = expatreader.create_parser()
    #            ^^^^^^^^^^^^^^^^^^^^^^^^^ Using xml.sax.expatreader.create_parser to parse untrusted XML
        parser.setContentHandler(handler)
        parser.parse(upload)

## Fixed

Parse with defusedxml (review):

    from xml.sax import expatreader

    import defusedxml.expatreader

    def read(upload, handler):
        parser = defusedxml.expatreader.create_parser()
        parser.setContentHandler(handler)
        parser.parse(upload)

## Good

    from defusedxml import expatreader

    def read(upload, handler):
        parser = expatreader.create_parser()
        parser.setContentHandler(handler)
        parser.parse(upload)

## When to suppress

If the program parses only its own documents, or if `defusedxml.defuse_stdlib()`, which is experimental, runs before all
other imports.

## References

- https://docs.python.org/3/library/xml.sax.handler.html#xml.sax.handler.feature_external_ges
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B315", "xml_bad_expatreader", calls=["xml.sax.expatreader.create_parser"])
