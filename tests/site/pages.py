"""The pages of the built site, read as a browser reads them."""

from __future__ import annotations

import functools
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.site.conftest import SITE


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload", "shortcut icon"):
            self.parts.append(values["href"])
        elif "src" in values:
            self.parts.append(values["src"])


class Html:
    """A page: its links, what it loads, and its anchors."""

    def __init__(self, path: Path) -> None:
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        self.path, self.links, self.parts, self.anchors = path, reader.links, reader.parts, reader.anchors

    def target(self, link: str) -> Path:
        """The file that a link within the site leads to."""
        path = unquote(urlsplit(link).path)
        return (self.path.parent / path).resolve() if path else self.path


def is_elsewhere(link: str) -> bool:
    """Whether a link leads out of the site."""
    parts = urlsplit(link)
    return bool(parts.scheme or parts.netloc)


@functools.cache
def read(path: Path) -> Html:
    """Reads a page."""
    return Html(path)


def all_pages() -> list[Path]:
    """The pages of the site, without the playground."""
    return [path for path in sorted(SITE.rglob("*.html")) if path.relative_to(SITE).parts[0] != "playground"]
