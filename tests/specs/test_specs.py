"""Runs the pages in this folder as tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.specs.literate import Section, perform, sections_of

PAGES = sorted(page for page in Path(__file__).parent.glob("*.md") if page.name != "README.md")
SECTIONS = {f"{page.stem}: {section.title}": section for page in PAGES for section in sections_of(page)}


@pytest.mark.parametrize("section", SECTIONS.values(), ids=SECTIONS)
def test_it_is_as_the_page_says(section: Section, tmp_path: Path) -> None:
    perform(section, tmp_path)


@pytest.mark.parametrize(
    ("session", "holds"),
    [
        ("$ printf 'a\\nb\\n'\na\nb\n", True),
        ("$ printf 'a\\nb\\n'\n...\n", True),
        ("$ printf 'a\\nb\\n'\na...\nb\n", True),
        ("$ printf 'a\\nb\\n'\na\n", False),
        ("$ printf 'a\\nb\\n'\nb\n...\n", False),
        ("$ cat a.txt\none\n", True),
        ("$ false\n$ echo $?\n1\n$ echo $?\n0\n", True),
        ("$ false\n$ echo $?\n0\n", False),
    ],
)
def test_a_page_is_held_to_every_word(session: str, holds: bool, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```text a.txt\none\n```\n\nProse.\n\n```console\n{session}```\n")
    [section] = sections_of(page)
    if holds:
        perform(section, tmp_path)
    else:
        with pytest.raises(AssertionError):
            perform(section, tmp_path)
