"""Texts for people, written in Markdown: what is not ours is escaped in it, and it can be shown without its marks."""

from __future__ import annotations

import re
import textwrap
from urllib.parse import quote

from posse_server.system.console import printable

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&!$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What means something in Markdown, with what would make an address a link."""
_MARK = re.compile(r"\\(?P<escaped>[^\w\s]|_)|`(?P<code>[^`]*)`|\*\*|\[(?P<label>[^][\n]+)\]\((?P<address>[^()\s]+)\)")
_FENCE = re.compile(r"^```.*\n?", re.MULTILINE)


def escaped(text: str) -> str:
    """Any text as one line of Markdown that shows just this text, control characters as escapes; no part is a link."""
    return _SPECIAL.sub(r"\\\g<0>", printable(" ".join(text.split())))


def address(uri: str) -> str:
    """A URI as the address of a link in Markdown, which it cannot end."""
    return quote(uri, safe="%/:?#@=+,;~", errors="surrogatepass")


def plain(markdown: str) -> str:
    """Markdown as we write it, without its marks: code blocks are indented, links have their address behind them."""
    parts = _FENCE.split(markdown)
    parts[::2] = [_MARK.sub(_unmarked, prose) for prose in parts[::2]]
    parts[1::2] = [textwrap.indent(code, "    ") for code in parts[1::2]]
    return "".join(parts)


def _unmarked(mark: re.Match[str]) -> str:
    if mark["label"]:
        return f"{mark['label']}: {mark['address']}"
    return mark["escaped"] or mark["code"] or ""
