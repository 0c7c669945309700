"""XML without characters that it cannot have, however they are written."""

from __future__ import annotations

import re
from xml.etree import ElementTree

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def possible(text: str) -> str:
    r"""Returns a text with an escape such as `\x1b` in place of each character that XML does not have."""
    return _IMPOSSIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def element(tag: str, text: str = "", **attributes: object) -> ElementTree.Element:
    """Returns an element with a text."""
    made = ElementTree.Element(tag, {name: possible(str(value)) for name, value in attributes.items()})
    made.text = possible(text) or None
    return made


def serialized(element: ElementTree.Element) -> str:
    """Returns an element as text that ends its line."""
    return ElementTree.tostring(element, encoding="unicode") + "\n"
