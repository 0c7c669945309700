"""An import of `xml.dom.pulldom`, which reads XML in pieces through a SAX parser.

It has the dangers of SAX: nested entities that expand without end if Expat is older than 2.4.1 and, before Python 3.7.1
or with `feature_external_ges` turned on, entities that include files of the server. Reading in pieces saves memory only
if the sender keeps the pieces small.

## Bad

    from xml.dom import pulldom
    #                   ^^^^^^^ Using pulldom to parse untrusted XML

## Fixed

Import from defusedxml (review):

    from defusedxml import pulldom

## Good

    from defusedxml import pulldom

## When to suppress

If the program parses only its own documents, or uses only the module's constants. B319 reports the calls that parse.

## References

- https://docs.python.org/3/library/xml.dom.pulldom.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
"""

from posse_checks.rules._shared.xml_rule import xml_rule

check = xml_rule("B409", "import_xml_pulldom", imports=["xml.dom.pulldom"])
