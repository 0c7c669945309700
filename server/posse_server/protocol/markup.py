"""Texts for people in Markdown: foreign text is escaped, and the marks can be removed."""

from __future__ import annotations

import re
import textwrap
from urllib.parse import quote

from posse_server.system.console import printable

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&!$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""Characters with a meaning in Markdown, and those that turn an address into a link."""
_MARK = re.compile(r"\\(?P<escaped>[^\w\s]|_)|`(?P<code>[^`]*)`|\*\*|\[(?P<label>[^][\n]+)\]\((?P<address>[^()\s]+)\)")
_FENCE = re.compile(r"^```.*\n?", re.MULTILINE)


def escaped(text: str) -> str:
    """Returns any text as one line of Markdown that shows just this text and has no links.

    Control characters are shown as escapes.
    """
    return _SPECIAL.sub(r"\\\g<0>", printable(" ".join(text.split())))


def address(uri: str) -> str:
    """Returns a URI as the target of a Markdown link, which it cannot end early."""
    return quote(uri, safe="%/:?#@=+,;~", errors="surrogatepass")


def plain(markdown: str) -> str:
    """Returns Markdown that Posse wrote without its marks: code is indented, an address follows its link's label."""
    parts = _FENCE.split(markdown)
    parts[::2] = [_MARK.sub(_unmarked, prose) for prose in parts[::2]]
    parts[1::2] = [textwrap.indent(code, "    ") for code in parts[1::2]]
    return "".join(parts)


def _unmarked(mark: re.Match[str]) -> str:
    if mark["label"]:
        return f"{mark['label']}: {mark['address']}"
    return mark["escaped"] or mark["code"] or ""


def with_code(text: str) -> str:
    """Returns a text that marks code by backquotes as Markdown that shows it; everything else in it is literal."""
    parts = printable(" ".join(text.split())).split("`")
    if not len(parts) % 2:
        return escaped(text)
    parts[::2] = [_SPECIAL.sub(r"\\\g<0>", prose) for prose in parts[::2]]
    return "`".join(parts)
