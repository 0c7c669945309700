"""Where in a page a value stands: whether escaping its marks is enough there."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(r"\s([\w:-]+)\s*=\s*([\"'])[^\"'<>]*\Z")
_RUNS = re.compile(
    r"on\w+|style|srcdoc|(?:form)?action|(?:xlink:)?href|src|data|background|poster|cite|manifest", re.IGNORECASE
)


def is_escapable(before: str) -> bool:
    """Whether a value behind this text cannot do harm once `<`, `>`, `&` and quotes are escaped.

    So it is between tags, and in the quotes of an attribute that holds neither an address nor code.
    """
    text = before.lower()
    for opening, closing in (("<script", "</script"), ("<style", "</style"), ("<!--", "-->")):
        if text.rfind(opening) > text.rfind(closing):
            return False
    if text.rfind("<") <= text.rfind(">"):
        return True
    attribute = _ATTRIBUTE.search(before, before.rfind("<"))
    return attribute is not None and not _RUNS.fullmatch(attribute[1])
