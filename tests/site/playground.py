"""A window with the playground: what it shows, and the messages that its server sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

PATIENCE_MILLISECONDS = 60_000
"""Timeout of every wait: Python starts slowly on a busy machine."""
LISTENING = """
window.published = [];
const Plain = Worker;
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const message = data.kind === "message" ? JSON.parse(data.text) : {};
      if (message.method === "textDocument/publishDiagnostics") window.published.push(message.params);
    });
  }
};
"""
"""Script that keeps the diagnostics as the server sends them."""
PASTE = """
(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""


class Playground:
    """The playground in a page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.elsewhere: list[str] = []
        """Requests to other places, of which there must be none."""
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.add_init_script(LISTENING)

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(url)

    def open(self, fragment: str = "") -> None:
        """Open the page, whose text is chosen by the fragment of its address."""
        self.page.goto("about:blank")
        self.page.goto(self.address + fragment)

    def choose(self, example: str) -> None:
        """Choose an example by its name, and wait for its findings."""
        self.page.evaluate("published.length = 0")
        self.page.select_option("#examples", example)
        expect(self.findings.first).to_be_visible()

    @property
    def source(self) -> Locator:
        """The editor of the source."""
        return self.page.locator("#source .cm-content")

    @property
    def configuration(self) -> Locator:
        """The editor of the configuration."""
        return self.page.locator("#configuration .cm-content")

    @property
    def findings(self) -> Locator:
        """The findings in the list."""
        return self.page.locator("#findings > li.finding")

    @property
    def status(self) -> Locator:
        """The sentence about the server or the number of findings."""
        return self.page.locator("#status")

    @property
    def notice(self) -> Locator:
        """The sentence about the last thing done."""
        return self.page.locator("#notice")

    def expect_codes(self, *codes: str) -> None:
        """Wait until the list has findings of these checks, in order."""
        expect(self.findings.locator(".code")).to_have_text(list(codes), timeout=PATIENCE_MILLISECONDS)

    def expect_status(self, text: str) -> None:
        """Wait until the status contains a text."""
        expect(self.status).to_contain_text(text, timeout=PATIENCE_MILLISECONDS)

    def write(self, editor: Locator, text: str) -> None:
        """Replace the text of an editor by pasting."""
        editor.focus()
        self.page.keyboard.press("Control+A")
        editor.evaluate(PASTE, text)

    def text(self, editor: Locator) -> str:
        """Returns the visible lines of an editor."""
        return "\n".join(editor.locator(".cm-line").all_inner_texts())

    def published(self, uri: str) -> Sequence[Any]:
        """Returns the newest diagnostics that the server has sent about a document."""
        sent: list[Any] = self.page.evaluate("published")
        return next((one["diagnostics"] for one in reversed(sent) if one["uri"] == uri), [])
