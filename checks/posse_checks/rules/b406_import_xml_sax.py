"""An import of `xml.sax`, whose parsers can read files and URLs that a document names.

They do so by default before Python 3.7.1, and with `feature_external_ges` turned on. A document then includes
`/etc/passwd`, or a page behind the firewall, as if it were part of its own text. With an Expat older than 2.4.1, nested
entities also exhaust the processor.

## Bad

    from xml.sax import make_parser
    #                   ^^^^^^^^^^^ Using make_parser to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml.sax import make_parser

## Good

    from defusedxml.sax import make_parser

## When to suppress

If the file uses only handlers, exceptions or `xml.sax.saxutils.escape` of the package and parses nothing. B315 and B317
report the calls that parse.

## References

- https://docs.python.org/3/library/xml.sax.html
- https://docs.python.org/3/library/xml.sax.handler.html#xml.sax.handler.feature_external_ges
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B406", "import_xml_sax", imports=["xml.sax"])
