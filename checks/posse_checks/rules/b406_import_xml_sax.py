"""An import of `xml.sax`, whose parsers can be made to read files and addresses that a document names.

They did so by default before Python 3.7.1, and do so now where `feature_external_ges` is switched on. A
document then fetches `/etc/passwd` or a page behind the firewall as if it were part of its own text. With an
Expat older than 2.4.1, nested entities exhaust the processor besides.

## Bad

    from xml.sax import make_parser
    #                   ^^^^^^^^^^^ Using make_parser to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml.sax import make_parser

## Good

    from defusedxml.sax import make_parser

## When to suppress

Where the file takes only handlers, exceptions or `xml.sax.saxutils.escape` from the package and parses
nothing. The calls that parse are reported by B315 and B317.

## References

- https://docs.python.org/3/library/xml.sax.html
- https://docs.python.org/3/library/xml.sax.handler.html#xml.sax.handler.feature_external_ges
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B406", "import_xml_sax", imports=["xml.sax"])
