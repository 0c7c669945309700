"""The links of a page, rewritten for its place on the site."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from website.navigation import HOME, RULES_PAGE, place

CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s:#]*)(?:#(?P<anchor>[^)\s]*))?(?=\))")
"""Matches the target of a link within the project. One with a colon leads elsewhere."""


class BrokenLinkError(Exception):
    """A link to a file that does not exist."""


class Rewritten(NamedTuple):
    """A page's text for the site, and the files that it shows or offers: paths in the project."""

    text: str
    files: Collection[str]


def rewritten(page: str, text: str, pages: Collection[str], project: Path) -> Rewritten:
    """Rewrites the links of a page.

    Returns the text, and the files other than pages that it links to.
    Raises `BrokenLinkError` for a link to a file that does not exist.
    """
    files: list[str] = []

    def link(found: re.Match[str]) -> str:
        target, anchor = found["target"], found["anchor"]
        if not target:
            return found[0]
        path = os.path.normpath(PurePosixPath(page).parent / target)
        if not (project / path).is_file():
            raise BrokenLinkError(f"{page}: {found[0]} does not exist")
        if path == RULES_PAGE and anchor:
            return _relative(page, PurePosixPath("rules", f"{anchor[:4].upper()}.md"))
        if path in pages or path == HOME:
            return _relative(page, place(path)) + (f"#{anchor}" if anchor else "")
        files.append(path)
        return _relative(page, file_place(path))

    return Rewritten("".join(_outside_code(text, lambda part: LINK.sub(link, part))), files)


def file_place(file: str) -> PurePosixPath:
    """Returns where a file that is not a page is on the site."""
    path = PurePosixPath(file)
    return path.relative_to("docs") if path.parts[0] == "docs" else PurePosixPath("files", path)


def _relative(page: str, target: PurePosixPath) -> str:
    return PurePosixPath(os.path.relpath(target, place(page).parent)).as_posix()


def _outside_code(text: str, change: Callable[[str], str]) -> Iterator[str]:
    """Yields the parts of a page: code as it is, prose changed."""
    end = 0
    for code in CODE.finditer(text):
        yield change(text[end : code.start()])
        yield code[0]
        end = code.end()
    yield change(text[end:])
