"""The built site: every page, every link, every rule."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from posse_checks.analysis.registry import all_rules
from posse_checks.rule.documentation import documentation_of
from tests.site.conftest import ROOT, SITE
from tests.site.pages import all_pages, is_elsewhere, read
from website.navigation import HOME, place, sections

LIMIT = 200_000
"""Number of bytes that a page may transfer with all that it loads, from a host that compresses text."""


def transferred(file: Path) -> int:
    """The number of bytes that a host sends for a file."""
    content = file.read_bytes()
    return len(content) if file.suffix == ".png" else len(gzip.compress(content))


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in map(read, all_pages()):
        for link in page.links:
            if is_elsewhere(link):
                continue
            target, _, anchor = link.partition("#")
            file = page.target(target)
            if file.suffix != ".html":
                found = file.is_file()
            else:
                found = file.is_file() and (not anchor or "playground" in file.parts or anchor in read(file).anchors)
            if not found:
                broken.append(f"{page.path.relative_to(SITE)}: {link}")
    assert not broken


def test_nothing_is_loaded_from_elsewhere() -> None:
    for page in map(read, all_pages()):
        assert page.parts
        for part in page.parts:
            assert not is_elsewhere(part), f"{page.path}: {part}"
            assert page.target(part).is_file(), f"{page.path}: {part}"
    for style in SITE.rglob("_static/**/*.css"):
        urls = re.findall(r"url\(\s*[\"']?([^)\"']+)", style.read_text(encoding="utf-8"))
        assert not [url for url in urls if is_elsewhere(url) and not url.startswith("data:")], style


def test_every_page_is_small() -> None:
    sizes = {}
    for page in map(read, all_pages()):
        files = {page.path, *(page.target(part) for part in page.parts)}
        sizes[page.path.relative_to(SITE).as_posix()] = sum(map(transferred, files))
    assert max(sizes.values()) < LIMIT, sorted(sizes.items(), key=lambda item: -item[1])[:5]


def test_every_document_is_a_page() -> None:
    documents = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")}
    shown = {page for section in sections(ROOT) for page in section.pages}
    assert documents <= shown
    for document in shown | {HOME}:
        assert (SITE / place(document).with_suffix(".html")).is_file(), document


def test_every_rule_has_a_page_with_all_that_its_documentation_says() -> None:
    rules = all_rules()
    assert {path.stem for path in (SITE / "rules").glob("*.html")} == set(rules)
    for rule in rules.values():
        html = (SITE / "rules" / f"{rule.id}.html").read_text(encoding="utf-8")
        documentation = documentation_of(rule.docstring)
        expected = ["Why it matters", "Vulnerable", "Better", "When to suppress", "References"]
        expected += ["Fixes"] * bool(rule.fixers) + ["Options"] * bool(rule.defaults)
        titles = [re.sub(r"<.*", "", title) for title in re.findall(r"<h2>(.*?)</h2>", html)]
        assert set(expected) <= set(titles), rule.id
        assert rule.name in html
        assert all(f'href="{url.replace("&", "&amp;")}"' in html for url in documentation.references), rule.id
        comment = f"posse: ignore[{rule.id}]" if rule.is_own else f"nosec {rule.id}"
        assert comment in re.sub(r"<[^>]+>", "", html), rule.id


def test_a_rule_page_has_the_names_of_bandit_and_ruff() -> None:
    page = (SITE / "rules" / "B602.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", page)
    assert "S602 subprocess-popen-with-shell-equals-true" in text
    assert "https://bandit.readthedocs.io/en/1.9.4/plugins/b602" in page
    own = re.sub(r"<[^>]+>", "", (SITE / "rules" / "P101.html").read_text(encoding="utf-8"))
    assert re.search(r"Bandit\s+has no such check", own)
    assert re.search(r"Ruff\s+has no such rule", own)


def test_code_is_colored_and_complete() -> None:
    html = (SITE / "rules" / "B506.html").read_text(encoding="utf-8")
    [vulnerable, *_] = re.findall(r'<div class="highlight-python[^>]*>(.*?)</pre>', html, re.DOTALL)
    assert '<span class="kn">import</span>' in vulnerable
    code = re.sub(r"<[^>]+>", "", vulnerable)
    example = documentation_of(all_rules()["B506"].docstring).examples("Bad")[0].code
    assert [line for line in code.splitlines() if "^" not in line] == example.splitlines()


def test_pages_of_the_project_keep_no_path_of_the_machine() -> None:
    for page in all_pages():
        assert str(ROOT) not in page.read_text(encoding="utf-8"), page
    assert not list(Path(SITE).rglob("*.doctree"))
