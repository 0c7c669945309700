"""An import of `xml.dom.pulldom`, which reads XML in pieces through a SAX parser.

What SAX lets a document do, it lets it do here too: unfold nested entities without end where Expat is older
than 2.4.1, and read the server's files before Python 3.7.1 or with `feature_external_ges` switched on.
Reading in pieces saves memory only as long as the sender keeps the pieces small.

## Bad

    from xml.dom import pulldom
    #                   ^^^^^^^ Using pulldom to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml import pulldom

## Good

    from defusedxml import pulldom

## When to suppress

Where only documents of the program's own are parsed, or only the module's constants are used. The calls that
parse are reported by B319.

## References

- https://docs.python.org/3/library/xml.dom.pulldom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B409", "import_xml_pulldom", imports=["xml.dom.pulldom"])
