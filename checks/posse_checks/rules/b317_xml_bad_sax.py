"""XML from somebody else parsed with `xml.sax`.

SAX keeps no tree, which makes it look safe for large input. But a handler still receives every repetition of
an entity, gigabytes of them from a kilobyte, where Expat is older than 2.4.1; and before Python 3.7.1, or
with `feature_external_ges` switched on, the parser reads any file or address that a document names and passes
on the content.

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

Where the documents are the program's own, where `defusedxml.defuse_stdlib()` runs at the start, or where
`pyexpat.EXPAT_VERSION` is known to be 2.7.2 or later and `feature_external_ges` stays off.

## References

- https://docs.python.org/3/library/xml.sax.html
- https://docs.python.org/3/library/xml.html
- https://pypi.org/project/defusedxml/
- https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
"""

from posse_checks.rule.blocklist import blocked_calls
from posse_checks.rule.finding import Cwe
from posse_checks.rule.fix import REVIEW
from posse_checks.rule.rule import MEDIUM
from posse_checks.rules._shared.defusedxml import CALL_TITLE, parse_with_defusedxml
from posse_checks.rules._shared.xml_messages import CALLED

check = blocked_calls(
    "B317",
    "xml_bad_sax",
    MEDIUM,
    Cwe.IMPROPER_INPUT_VALIDATION,
    CALLED,
    ["xml.sax.parse", "xml.sax.parseString", "xml.sax.make_parser"],
)


check.fix(CALL_TITLE, REVIEW)(parse_with_defusedxml)
