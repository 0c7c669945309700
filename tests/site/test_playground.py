"""The playground in a browser: what one can do there, and what it says if it cannot work."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from posse_server.lsp.embedded import embed
from tests.site.conftest import PICTURES, SITE
from tests.site.playground import PATIENCE_MILLISECONDS, Playground
from tests.site.static_host import Host, served
from tests.site.test_browser import describe

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    "flask": ROOT / "examples" / "flask_app.py",
    "django": ROOT / "examples" / "django_view.py",
    "orders": ROOT / "playground" / "src" / "examples" / "orders.py",
    "script": ROOT / "playground" / "src" / "examples" / "build_script.py",
    "fleet": ROOT / "playground" / "src" / "examples" / "fleet.py",
}
MOST_BYTES = 7_000_000
"""Limit for all that a first visit transfers."""
QUIET_SECONDS = 1.5
"""Time without a message after which the server has followed all data."""
SHELL = "import os\n\n\ndef run(name):\n    os.system(name)\n"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    if not (SITE / "playground" / "index.html").exists():
        pytest.fail("The site has no playground. `make test-site` builds it.")
    with served(SITE) as host:
        yield host


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of somebody who stays: Python is loaded once."""
    rights = ["clipboard-read", "clipboard-write"]
    context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=rights)
    yield context
    context.close()


@pytest.fixture(scope="module")
def loaded(context: BrowserContext, host: Host) -> Playground:
    """The playground after its first findings, before anything was done in it."""
    playground = Playground(context.new_page(), f"{host.address}playground/")
    host.forget()
    playground.open()
    playground.expect_codes("B201")
    return playground


@pytest.fixture
def playground(loaded: Playground) -> Iterator[Playground]:
    loaded.choose("django")
    loaded.expect_codes("B106")
    yield loaded
    assert not loaded.errors
    assert not loaded.elsewhere


@pytest.fixture
def newcomer(browser: Browser, host: Host) -> Iterator[Playground]:
    """A window of a browser that has never seen the playground."""
    context = browser.new_context()
    yield Playground(context.new_page(), f"{host.address}playground/")
    context.close()


def test_first_visit_shows_findings_and_transfers_little(loaded: Playground, host: Host) -> None:
    names = {name.rpartition("/")[2].partition("-")[0] for name in host.requested}
    assert {"main", "worker", "python", "pyodide.asm.wasm"} <= names, names
    assert host.sent_bytes < MOST_BYTES
    loaded.expect_status("1 finding.")
    expect(loaded.page.locator("#source .cm-lintRange-error")).to_have_count(1)
    assert not loaded.elsewhere
    assert not loaded.errors


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[Any]]:
    """The diagnostics of each example by the server in this Python."""
    folders = {name: tmp_path_factory.mktemp(name) for name in EXAMPLES}
    with ThreadPoolExecutor(1) as own_loop:  # that of the browser runs in this thread
        return own_loop.submit(lambda: asyncio.run(_checked(folders))).result()


async def _checked(folders: Mapping[str, Path]) -> Mapping[str, list[Any]]:
    arrived, newest = asyncio.Event(), dict[str, list[Any]]()

    def receive(text: str) -> None:
        message = json.loads(text)
        if message.get("method") == "textDocument/publishDiagnostics":
            name = Path(message["params"]["uri"]).parent.name
            newest[re.sub(r"\d+$", "", name)] = message["params"]["diagnostics"]
            arrived.set()

    for name, folder in folders.items():
        (folder / "bandit.yaml").write_text(_configuration(name))
        take = embed(receive)
        shown = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}
        opened = {"uri": f"{folder.as_uri()}/app.py", "languageId": "python", "version": 1}
        opened["text"] = EXAMPLES[name].read_text()
        for method, params in (
            ("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": shown}),
            ("initialized", {}),
            ("textDocument/didOpen", {"textDocument": opened}),
        ):
            id = {"id": 1} if method == "initialize" else {}
            take(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **id}))
    while True:
        arrived.clear()
        try:
            await asyncio.wait_for(arrived.wait(), QUIET_SECONDS)
        except asyncio.TimeoutError:
            attrs.validators.set_disabled(False)
            return newest


def _configuration(name: str) -> str:
    """The configuration beside an example, as the page has it."""
    if name == "fleet":
        return EXAMPLES[name].with_suffix(".yaml").read_text()
    return "posse: {flow: true}\n"


def _comparable(diagnostics: Sequence[Any], source: str) -> list[Any]:
    """What does not depend on Python's version: before 3.12, positions in f-strings were not those in the source."""
    lines, compared = source.splitlines(), []
    for item in diagnostics:
        start = item["range"]["start"]
        is_exact = sys.version_info >= (3, 12) or 'f"' not in lines[start["line"]]
        steps = [
            (step["message"], step["location"]["range"]["start"]["line"]) for step in item.get("relatedInformation", [])
        ]
        place = item["range"] if is_exact else start["line"]
        compared.append((item.get("code"), item["message"], item["severity"], place, steps))
    return compared


@pytest.mark.parametrize("name", EXAMPLES)
def test_findings_are_those_of_the_server(loaded: Playground, native: Mapping[str, list[Any]], name: str) -> None:
    source = EXAMPLES[name].read_text()
    expected = _comparable(native[name], source)
    assert expected
    loaded.choose("flask" if name != "flask" else "django")
    loaded.choose(name)
    loaded.expect_codes(*(item.get("code", "") for item in native[name]))
    shown: list[Any] = []
    for _ in range(PATIENCE_MILLISECONDS // 100):
        shown = _comparable(loaded.published("file:///playground/app.py"), source)
        if shown == expected:
            break
        loaded.page.wait_for_timeout(100)
    assert shown == expected


def test_typing_shows_and_removes_findings(playground: Playground) -> None:
    playground.write(playground.source, "")
    playground.expect_status("No findings.")
    playground.source.press_sequentially("import os\nos.system(name)\n")
    playground.expect_codes("B605")
    expect(playground.page.locator("#source .cm-lintRange")).to_have_count(1)
    playground.page.keyboard.press("Control+z")
    playground.write(playground.source, "os = None\n")
    playground.expect_status("No findings.")


def test_hover_explains_and_fixes(playground: Playground) -> None:
    playground.choose("flask")
    playground.expect_codes("B201")
    squiggle = playground.page.locator("#source .cm-lintRange-error")
    squiggle.scroll_into_view_if_needed()
    squiggle.hover()
    hover = playground.page.locator(".cm-tooltip .hover")
    expect(hover).to_contain_text("flask_debug_true")
    expect(playground.page.locator(".cm-tooltip")).to_have_count(1)
    hover.get_by_role("button", name="Turn off the debugger").click()
    expect(playground.source).not_to_contain_text("debug=True")
    playground.expect_status("No findings.")
    expect(playground.notice).to_contain_text("Applied: Turn off the debugger")


def test_findings_can_be_read_and_fixed_with_keys_alone(playground: Playground) -> None:
    page = playground.page
    playground.write(playground.source, "import yaml\n\n\ndef read(text):\n    return yaml.load(text)\n")
    playground.expect_codes("B506")
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    summary = playground.findings.first.locator("summary")
    expect(summary).to_be_focused()
    expect(playground.findings.first.locator(".explanation")).to_contain_text("yaml_load")
    expect(playground.findings.first.locator(".fixes button").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(playground.findings.first.get_by_role("button", name="safe_load")).to_be_focused()
    page.keyboard.press("Enter")
    expect(playground.source).to_contain_text("yaml.safe_load(text)")
    playground.expect_status("No findings.")
    playground.source.focus()
    page.keyboard.press("Tab")
    expect(playground.source).not_to_be_focused()


def test_all_safe_fixes_are_applied_at_once(playground: Playground) -> None:
    playground.write(playground.source, "import yaml\n\nyaml.load(a)\nyaml.load(b)\n")
    playground.expect_codes("B506", "B506")
    playground.page.get_by_role("button", name="Apply all safe fixes").click()
    playground.expect_status("No findings.")
    assert playground.text(playground.source).count("safe_load") == 2


def test_flow_is_followed_step_by_step(playground: Playground) -> None:
    playground.choose("orders")
    finding = playground.findings.filter(has_text="shell=True")
    finding.locator("summary").click()
    steps = finding.locator(".steps button")
    expect(steps.first).to_contain_text("Step 1 of")
    for step in steps.all():
        step.click()
        line = re.search(r"\(line (\d+)\)", step.inner_text())
        assert line is not None
        marked = playground.page.locator("#source .step-line")
        expect(marked).to_have_text(EXAMPLES["orders"].read_text().splitlines()[int(line[1]) - 1])
        expect(step).to_have_attribute("aria-current", "step")


def test_configuration_takes_effect_as_it_is_typed(playground: Playground) -> None:
    playground.write(playground.source, SHELL + "assert True\n")
    playground.expect_codes("B605", "B101")
    playground.write(playground.configuration, "skips: [B101]\n")
    playground.expect_codes("B605")
    playground.write(playground.configuration, "posse: {severity_map: {B101: high}}\n")
    playground.expect_codes("B605", "B101")
    expect(playground.findings.nth(1).locator(".severity")).to_have_text("high")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("skips: [B101\n", "problem"),
        ("testz: [B101]\n", "Did you mean"),
        ("skips: [B999]\n", "B999"),
        ("- 1\n- 2\n", "problem"),
        ("a: &a [*a]\nskips: !!python/object/apply:os.system [ls]\n", "problem"),
    ],
)
def test_broken_configuration_is_explained(playground: Playground, text: str, sentence: str) -> None:
    playground.write(playground.source, SHELL)
    playground.write(playground.configuration, text)
    expect(playground.page.locator("#problems")).to_contain_text(sentence, timeout=PATIENCE_MILLISECONDS)
    expect(playground.page.locator("#configuration :is(.cm-lintRange, .cm-lintPoint)").first).to_be_attached()
    playground.write(playground.configuration, "skips: [B605]\n")
    expect(playground.page.locator("#problems")).to_be_hidden()
    playground.expect_status("No findings.")


def test_code_that_does_not_parse_is_named(playground: Playground) -> None:
    playground.write(playground.source, SHELL + "\n\ndef broken(:\n    pass\n")
    playground.expect_status("1 finding; one part is not checked.")
    expect(playground.findings.filter(has_text="Not checked")).to_have_count(1)


def test_link_holds_the_text(playground: Playground, context: BrowserContext) -> None:
    playground.write(playground.source, 'name = "grün 😀"\n' + SHELL)
    playground.write(playground.configuration, "skips: [B404]\n")
    playground.page.get_by_role("button", name="Copy link").click()
    expect(playground.notice).to_contain_text("Copied a link")
    link = playground.page.evaluate("navigator.clipboard.readText()")
    other = Playground(context.new_page(), playground.address)
    other.page.goto(link)
    expect(other.source).to_contain_text('name = "grün 😀"')
    expect(other.configuration).to_contain_text("skips: [B404]")
    other.page.close()


def _fragment(content: object) -> str:
    packed = zlib.compressobj(9, wbits=-15)
    data = packed.compress(json.dumps(content).encode()) + packed.flush()
    return "#text=" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("#text=", "cannot be read"),
        ("#text=%%%", "cannot be read"),
        ("#text=AAAA", "cannot be read"),
        (_fragment(["eval(x)", "skips: []"])[:-6], "cannot be read"),
        (_fragment(3), "cannot be read"),
        (_fragment(["eval(x)", None]), "cannot be read"),
        (_fragment(["x = 1\n" * 5_000_000, ""]), "too large"),
    ],
)
def test_broken_link_is_explained(
    playground: Playground, context: BrowserContext, fragment: str, sentence: str
) -> None:
    other = Playground(context.new_page(), playground.address)
    other.open(fragment)
    expect(other.notice).to_contain_text(sentence)
    expect(other.source).to_contain_text("flask")
    assert not other.errors
    other.page.close()


def test_link_of_a_stranger_runs_nothing(playground: Playground) -> None:
    image = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    code = f'import os\nos.system("{image}" + x)  # nosec {image}\nexec("{image}")\npassword = "{image}"\n'
    dialogs: list[str] = []
    playground.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    fragment = _fragment([f'"""{image}"""\n{code}', f"# {image}\nskips: ['{image}']\n"])
    playground.page.evaluate("fragment => (location.hash = fragment)", fragment)
    finding = playground.findings.filter(has_text="B102")
    expect(finding).to_have_count(1)
    for each in playground.findings.all():
        each.locator("summary").click()
    expect(finding.locator(".explanation")).to_contain_text("exec")
    assert playground.page.locator("main img, main script").count() == 0
    assert not dialogs


def test_text_of_a_megabyte_is_checked_and_a_longer_one_refused(playground: Playground) -> None:
    line = "value = load(name, count + 1, 'a text')\n"
    long = line * (1_000_000 // len(line) - 10) + "eval(value)\n"
    playground.write(playground.source, long)
    playground.expect_codes("B307")
    playground.page.keyboard.press("Control+End")
    playground.source.press_sequentially("exec(value)\n")
    playground.expect_codes("B307", "B102")
    playground.page.get_by_role("button", name="Copy link").click()
    playground.write(playground.source, long + line * 100)
    expect(playground.notice).to_contain_text("the playground takes up to 1,000,000")
    playground.expect_codes("B307", "B102")


def test_many_findings_are_counted_and_the_first_listed(playground: Playground) -> None:
    playground.write(playground.source, "eval(value)\n" * 5_000)
    playground.expect_status("5,000 findings.")
    expect(playground.findings).to_have_count(100)
    expect(playground.page.locator("#findings .more")).to_have_text("4,900 more are not listed.")


def test_text_that_stops_the_server_is_not_lost(newcomer: Playground) -> None:
    newcomer.open()
    newcomer.expect_codes("B201")
    newcomer.write(newcomer.source, "x = " + "-" * 50_000 + "1\n")
    newcomer.expect_status("nested too deeply")
    newcomer.write(newcomer.source, SHELL)
    newcomer.page.get_by_role("button", name="Start again").click()
    newcomer.expect_codes("B605")
    newcomer.expect_status("1 finding.")


def test_playground_works_without_a_network_after_the_first_visit(
    loaded: Playground, context: BrowserContext, host: Host
) -> None:
    expect(loaded.page.locator("#offline")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    host.is_on = False
    try:
        other = Playground(context.new_page(), loaded.address)
        other.open("#example=django")
        other.expect_codes("B106")
        other.page.close()
    finally:
        host.is_on = True


def test_without_the_files_of_python_the_page_says_so(newcomer: Playground) -> None:
    newcomer.page.route("**/python-*.bin", lambda route: route.abort())
    newcomer.open()
    newcomer.expect_status("Python cannot be loaded")
    newcomer.write(newcomer.source, SHELL)
    newcomer.page.unroute("**/python-*.bin")
    newcomer.page.get_by_role("button", name="Start again").click()
    newcomer.expect_codes("B605")


def test_without_web_assembly_the_page_says_so(newcomer: Playground) -> None:
    newcomer.page.add_init_script("delete window.WebAssembly")
    newcomer.open()
    newcomer.expect_status("it has no WebAssembly")
    expect(newcomer.source).to_contain_text("flask")


def test_without_scripts_the_page_says_so(browser: Browser, host: Host) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.address}playground/")
    expect(page.locator("#status")).to_contain_text("It needs JavaScript")
    context.close()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_page_is_accessible(playground: Playground, look: str) -> None:
    page, before = playground.page, playground.page.viewport_size
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.set_viewport_size({"width": 390 if look == "phone" else 1280, "height": 844})
    playground.choose("orders")
    finding = playground.findings.filter(has_text="shell=True")
    finding.locator("summary").click()
    expect(finding.locator(".explanation")).to_be_visible()
    expect(finding.locator(".fixes button").first).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [describe(violation) for violation in found if violation["impact"] in ("serious", "critical")] == []
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "only the editors scroll sideways"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"playground-{look}.png", full_page=look == "phone")
    assert before is not None
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)


def test_theme_is_chosen_and_kept(newcomer: Playground) -> None:
    newcomer.open()
    button = newcomer.page.get_by_role("button", name="Dark")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    newcomer.open()
    expect(button).to_have_attribute("aria-pressed", "true")
