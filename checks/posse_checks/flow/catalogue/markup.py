"""XML and XPath: lxml, elementpath."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Row, Sink
from posse_checks.flow.kinds import XPATH, XXE

ROWS: tuple[Row, ...] = (
    *[
        Sink(
            f"lxml.etree.{name}", XXE, (0,), f"lxml.etree.{name}(X, parser=lxml.etree.XMLParser(resolve_entities=True))"
        )
        for name in ("fromstring", "XML", "parse")
    ],
    Sink("lxml.etree.XPath", XPATH, (0,), "lxml.etree.XPath(X)"),
    Sink("lxml.etree.ETXPath", XPATH, (0,), "lxml.etree.ETXPath(X)"),
    Sink("*.xpath", XPATH, (0,), "tree.xpath(X)"),
    Sink("elementpath.select", XPATH, (1, "path"), "elementpath.select(None, X)"),
    Sink("elementpath.iter_select", XPATH, (1, "path"), "elementpath.iter_select(None, X)"),
    *[
        Sink(f"xml.etree.Element.{name}", XPATH, (0, "path"), f"xml.etree.ElementTree.parse('a').{name}(X)")
        for name in ("find", "findall", "iterfind", "findtext")
    ],
    Maker("xml.etree.ElementTree.parse", "xml.etree.Element"),
    Maker("xml.etree.Element.getroot", "xml.etree.Element"),
    Maker("xml.etree.ElementTree.fromstring", "xml.etree.Element"),
)
