"""The site in a browser: in light and dark, and on a phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.site.conftest import PICTURES, Visit

SAMPLE = (
    "index.html",
    "start.html",
    "suppression.html",
    "configuration.html",
    "ci.html",
    "deviations.html",
    "editors/vscode.html",
    "rules/B506.html",
    "rules/P101.html",
    "project/architecture.html",
    "search.html",
)
"""Pages of every kind: text, wide tables, code, pictures."""


EVERY_LOOK = ("index.html", "deviations.html", "rules/B506.html")
"""Pages that are held against the rules of accessibility in every look; the others in one, which saves time."""


def sidebar(page: Page, look: str) -> None:
    """Open the list of pages, which a phone hides behind a button."""
    if look == "phone":
        page.locator("label.overlay").first.wait_for(state="attached")
        page.locator(".mobile-header label[for=__navigation]").first.click()


def test_from_the_home_page_to_a_rule_and_back(visit: Visit, look: str) -> None:
    page = visit.page
    visit.open("index.html")
    page.locator("article").get_by_role("link", name="Start here").click()
    expect(page.locator("h1")).to_contain_text("Start here")
    sidebar(page, look)
    page.locator(".sidebar-tree").get_by_role("link", name="Rules", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Rules")
    page.locator("article").get_by_role("link", name="B506", exact=True).click()
    expect(page.locator("h1")).to_contain_text("yaml_load")
    page.locator("article").get_by_role("link", name="Suppression").click()
    expect(page.locator("h1")).to_contain_text("Suppression and baselines")


def test_search_finds_a_rule(visit: Visit, look: str) -> None:
    page = visit.page
    visit.open("index.html")
    sidebar(page, look)
    page.locator(".sidebar-search").fill("pickle")
    page.locator(".sidebar-search").press("Enter")
    results = page.locator("ul.search li a")
    expect(results.filter(has_text="B301").first).to_be_visible()
    results.filter(has_text="B301").first.click()
    expect(page.locator("h1")).to_contain_text("B301")


def paper(page: Page) -> int:
    """The brightness of the page's background, from 0 to 255."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", color)[:3])
    return (red + green + blue) // 3


def test_the_page_has_the_colors_of_the_system_until_the_reader_chooses(visit: Visit, look: str) -> None:
    page = visit.page
    visit.open("rules/B506.html")
    before = paper(page)
    assert (before < 64) == (look == "dark")
    button = page.locator("button.theme-toggle:visible").first
    other = "light" if look == "dark" else "dark"
    while page.locator("body").get_attribute("data-theme") != other:
        button.click()
    assert (paper(page) < 64) == (look != "dark")
    visit.open("index.html")
    assert (paper(page) < 64) == (look != "dark"), "the choice is kept"


@pytest.mark.parametrize("name", SAMPLE)
def test_a_page_can_be_read_by_everyone(visit: Visit, look: str, name: str) -> None:
    page = visit.page
    visit.open(name)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "only tables and code scroll sideways"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"site-{look}-{name.replace('/', '-').removesuffix('.html')}.png")
    is_examined = look == "light" or name in EVERY_LOOK
    found = Axe().run(page).response["violations"] if is_examined else []
    serious = [describe(violation) for violation in found if violation["impact"] in ("serious", "critical")]
    assert not serious


def describe(violation: dict[str, object]) -> str:
    """Returns what axe found, and where first."""
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return f"{violation['id']}: {nodes[0]['html']}"
