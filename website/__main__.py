"""Builds the site: `python -m website build/site`. With `--playground FOLDER`, that folder becomes its playground."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from posse_checks.analysis.registry import all_rules
from website.links import file_place, rewritten
from website.navigation import HOME, HOME_SECTIONS, RULES_PAGE, place, sections
from website.rule_pages import ruff_rules, rule_page, rules_list

PROJECT = Path(__file__).parents[1]
HERE = PROJECT / "website"
PLAYGROUND = "[Try it in this browser](playground/index.html){.external}: the real server, with nothing to install.\n\n"
"""The line of the home page that leads to the playground, under the heading."""
ACCESSIBLE = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Site">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    "<pre>": '<pre tabindex="0">',
}
"""Replacements in the theme's HTML."""


def main() -> int:
    """Build the site. Returns the exit status of Sphinx, for which every warning is an error."""
    parser = argparse.ArgumentParser(description="build the site")
    parser.add_argument("site", type=Path, help="folder to write; its former content is deleted")
    parser.add_argument("--playground", type=Path, help="folder to copy to playground/, already built")
    chosen = parser.parse_args()
    site = chosen.site.resolve()
    source = site.with_name(f"{site.name}-source")
    for folder in (site, source):
        shutil.rmtree(folder, ignore_errors=True)
    write_sources(source, chosen.playground is not None)
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--nitpicky", "--quiet"]
    places = ["--conf-dir", HERE, "--builder", "html", "--doctree-dir", source / ".doctrees", source, site]
    done = subprocess.run([*command, *map(str, places)], check=False)
    for page in site.rglob("*.html"):
        page.write_text(accessible(page.read_text(encoding="utf-8")), encoding="utf-8")
    if chosen.playground:
        shutil.copytree(chosen.playground, site / "playground", dirs_exist_ok=True)
    return done.returncode


def accessible(html: str) -> str:
    """Returns a page with what the theme leaves out: levels of headings, names of regions, access by the keyboard."""
    for found, better in ACCESSIBLE.items():
        html = html.replace(found, better)
    return html


def write_sources(source: Path, playground: bool) -> None:
    """Write what Sphinx reads: the project's pages with their links rewritten, the generated ones, and linked files."""
    chapters = list(sections(PROJECT))
    pages = {page for chapter in chapters for page in chapter.pages}
    files: set[str] = set()
    for page in sorted(pages - {RULES_PAGE}):
        shown = rewritten(page, (PROJECT / page).read_text(encoding="utf-8"), pages, PROJECT)
        files.update(shown.files)
        _write(source / place(page), shown.text)
    for file in files:
        target = source / file_place(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / file, target)
    rules, ruff = all_rules(), ruff_rules()
    _write(source / place(RULES_PAGE), rules_list(rules.values(), ruff))
    for rule in rules.values():
        _write(source / "rules" / f"{rule.id}.md", rule_page(rule, ruff.get(rule.id)))
    home = (HERE / "index.md").read_text(encoding="utf-8").replace("PLAYGROUND\n\n", PLAYGROUND if playground else "")
    readme = rewritten(HOME, (PROJECT / HOME).read_text(encoding="utf-8"), pages, PROJECT)
    home += "".join(section_of(readme.text, title) for title in HOME_SECTIONS)
    for title, chapter in chapters:
        entries = "\n".join(str(place(page).with_suffix("")) for page in chapter)
        home += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}\n```\n"
    _write(source / "index.md", home)
    for image in (PROJECT / "docs" / "images").glob("*.png"):
        shutil.copyfile(image, _folder(source / "images") / image.name)


def section_of(page: str, title: str) -> str:
    """Returns a section of a page, with its heading. Raises `ValueError` if there is none."""
    _, heading, rest = page.partition(f"\n## {title}\n")
    if not heading:
        raise ValueError(f"{HOME} has no section `{title}`: update HOME_SECTIONS.")
    return heading + rest.partition("\n## ")[0]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path, text: str) -> None:
    _folder(path.parent)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
