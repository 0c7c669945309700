"""A window of VS Code as its user sees and drives it: screen, keys, mouse."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page
from playwright.sync_api import TimeoutError as TimedOut


class Window:
    """The user's actions in a window, and its visible content."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def squiggles(self) -> Locator:
        """The squiggles under findings."""
        return self.page.locator(".squiggly-error, .squiggly-warning, .squiggly-info")

    def line(self, text: str) -> Locator:
        """The line of the editor with this text."""
        return self.page.locator(".view-line", has_text=text)

    def word(self, text: str) -> FloatRect:
        """The position of a word in the editor."""
        box: FloatRect | None = self.page.evaluate(
            """text => {
                const lines = [...document.querySelectorAll(".view-line span span")];
                for (const node of lines.map(line => line.firstChild)) {
                    const at = node?.textContent.replaceAll("\\u00a0", " ").indexOf(text) ?? -1;
                    if (at >= 0) {
                        const range = document.createRange();
                        range.setStart(node, at);
                        range.setEnd(node, at + text.length);
                        const { x, y, width, height } = range.getBoundingClientRect();
                        return { x, y, width, height };
                    }
                }
            }""",
            text,
        )
        assert box, f"not to be seen: {text}"
        return box

    def click(self, word: str) -> None:
        """Put the cursor into a word, and the mouse elsewhere, since a hover would close a menu."""
        box = self.word(word)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.move(1, 1)
        self._hover.wait_for(state="hidden")

    def point_at(self, word: str) -> Locator:
        """Hold the mouse over a word. Returns the hover that appears."""
        box = self.word(word)
        self.page.mouse.move(box["x"] + box["width"] / 2 - 8, box["y"] + box["height"] / 2)
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        return self._hover

    def run(self, command: str) -> None:
        """Run a command by its title, from the Command Palette."""
        self.page.keyboard.press("F1")
        entry = self.page.locator(".quick-input-widget input:visible")
        entry.fill(f">{command}")
        self.page.locator(".quick-input-list .monaco-list-row", has_text=command).first.wait_for()
        self.page.keyboard.press("Enter")

    def open(self, name: str) -> None:
        """Open a file of the workspace by a part of its path."""
        self.page.keyboard.press("Control+p")
        self.page.locator(".quick-input-widget input:visible").fill(name)
        self.choose(name.rpartition("/")[2])

    def expect_folder(self, name: str) -> None:
        """Wait until the Explorer shows a folder of a multi-root workspace.

        In a browser that has not had the workspace before, VS Code takes its folders from a cache, which is empty until
        VS Code can read files. Whether it then notices them is a race, which it may lose on a busy machine: its list
        stays empty. A window that is opened again has them from the cache.
        """
        folder = self.page.locator(".explorer-folders-view .monaco-list-row", has_text=name).first
        none = self.page.locator(".explorer-viewlet", has_text="You have not yet added a folder to the workspace.")
        folder.or_(none).first.wait_for()
        if not _appears(folder):
            self.page.reload()
        self._expect(folder)

    def choose(self, entry: str) -> None:
        """Choose an entry of the list that a command has opened."""
        self.page.locator(".quick-input-list .monaco-list-row", has_text=entry).first.click()

    def expect_status(self, text: str) -> None:
        """Wait until the status item has a text."""
        self._expect(self._status.and_(self.page.locator(f"[aria-label*='{text}']")))

    def expect_in_bar(self, text: str) -> None:
        """Wait until an item of the status bar is called that."""
        self._in_bar(text).wait_for()

    def click_in_bar(self, text: str) -> None:
        """Click on the item of the status bar that is called so."""
        self._in_bar(text).click()

    def _in_bar(self, text: str) -> Locator:
        return self.page.locator(".statusbar-item-label").and_(self.page.locator(f"[aria-label^='{text}']")).first

    def expect_message(self, text: str) -> Locator:
        """Wait for a message. Returns its whole text, with the buttons."""
        self._list_messages()
        message = self._messages.filter(has_text=text).first
        self._expect(message)
        return message

    def dismiss_messages(self) -> None:
        """Clear the list of messages: a message that is hidden below others cannot be waited for."""
        self.run("Notifications: Clear All Notifications")
        self._center.wait_for(state="hidden")

    @property
    def _hover(self) -> Locator:
        return self.page.locator(".monaco-hover:visible", has=self.page.locator(".hover-contents")).first

    @property
    def _status(self) -> Locator:
        return self.page.locator("#status\\.languageStatus")

    @property
    def _center(self) -> Locator:
        return self.page.locator(".notifications-center:visible")

    @property
    def _messages(self) -> Locator:
        return self._center.locator(".notification-list-item")

    def _list_messages(self) -> None:
        """Open the list of messages: in an editor under test, they do not pop up.

        It does so without the mouse, which would leave a tooltip over the buttons of the messages.
        """
        if self._center.count() == 0:
            self.run("Notifications: Show Notifications")
            self._center.wait_for()

    def _expect(self, part: Locator) -> None:
        """Wait for a part of the window. If it does not appear, the failure says what is shown instead."""
        try:
            part.wait_for()
        except TimedOut as error:
            self._list_messages()
            shown = [*(each.get_attribute("aria-label") for each in self._status.all()), *rows(self._messages)]
            raise AssertionError(f"{error}\nThe window shows: {shown}") from error

    def picture(self, file: Path, *parts: Locator, margin: int = 0) -> None:
        """Take a small picture of the area that contains some parts."""
        boxes = [box for part in parts if (box := part.bounding_box())]
        left, top = (min(box[side] for box in boxes) - margin for side in ("x", "y"))
        right = max(box["x"] + box["width"] for box in boxes) + margin
        bottom = max(box["y"] + box["height"] for box in boxes) + margin
        left, top = max(left, 0), max(top, 0)
        clip = FloatRect(x=left, y=top, width=right - left, height=bottom - top)
        taken = Image.open(io.BytesIO(self.page.screenshot(clip=clip, animations="disabled", caret="hide")))
        file.parent.mkdir(parents=True, exist_ok=True)
        _with_few_colors(taken.convert("RGB")).save(file, optimize=True)


def _appears(part: Locator) -> bool:
    try:
        part.wait_for(timeout=6000)
    except TimedOut:
        return False
    return True


def _with_few_colors(picture: Image.Image) -> Image.Image:
    """Returns a picture with 256 colors: those of backgrounds and texts exactly, and approximations of all others."""
    count = picture.width * picture.height
    found = cast("list[tuple[int, tuple[int, ...]]]", picture.getcolors(count))
    frequent = [color for _, color in sorted(found, reverse=True)[:128]]
    varied = picture.quantize(128, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*(part for color in frequent for part in color), *varied])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def rows(list_: Locator) -> list[str]:
    """The texts of a list, one line each."""
    return [re.sub(r"\s+", " ", text) for text in list_.all_inner_texts()]
