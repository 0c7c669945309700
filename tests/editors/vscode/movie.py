"""Films VS Code: types into a window, and keeps what it shows after each step as a moving picture.

What appears is what the editor showed. How long it stays is written in the script, so that people can read along.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import cast

from PIL import Image

from tests.editors.vscode import PROJECT
from tests.editors.vscode.code_server import running
from tests.editors.vscode.window import Window

MOVIE = PROJECT / "docs" / "images" / "posse.gif"
SIZE = (760, 430)
KEY_MILLISECONDS, THOUGHT_MILLISECONDS = 75, 400
"""How long a key, and a pause in typing, takes in the film."""
COLORS = 128
"""Number of colors in the film: the most frequent ones, exactly."""
SETTINGS = {
    "breadcrumbs__enabled": False,
    "editor__acceptSuggestionOnEnter": "off",
    "editor__autoClosingBrackets": "never",
    "editor__autoClosingQuotes": "never",
    "editor__bracketPairColorization__enabled": False,
    "editor__cursorBlinking": "solid",
    "editor__fontFamily": "DejaVu Sans Mono",
    "editor__guides__indentation": False,
    "editor__occurrencesHighlight": "off",
    "editor__parameterHints__enabled": False,
    "editor__quickSuggestions": False,
    "editor__renderLineHighlight": "none",
    "editor__hideCursorInOverviewRuler": True,
    "editor__overviewRulerBorder": False,
    "editor__scrollbar__vertical": "hidden",
    "editor__suggestOnTriggerCharacters": False,
    "editor__wordBasedSuggestions": "off",
    "workbench__activityBar__location": "hidden",
    "workbench__layoutControl__enabled": False,
}
"""Settings of VS Code that keep the picture quiet."""
BEGINNING = """import subprocess

import yaml


"""
FIRST = ["def settings(path):", "    with open(path) as file:", "        return yaml.load(file)"]
SECOND = ["def archive(folder):", '    subprocess.run(f"tar -czf all.tgz {folder}", shell=True)']


class Film:
    """The pictures taken so far, each with the time that it stays."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pictures: list[Image.Image] = []
        self._milliseconds: list[int] = []

    def take(self, milliseconds: int) -> None:
        """Keep what the window shows now."""
        taken = self._window.page.screenshot(animations="disabled")
        picture = Image.open(io.BytesIO(taken)).convert("RGB")
        if self._pictures and picture.tobytes() == self._pictures[-1].tobytes():
            self._milliseconds[-1] += milliseconds
        else:
            self._pictures.append(picture)
            self._milliseconds.append(milliseconds)

    def save(self, file: Path) -> None:
        """Write the film, as small as its few colors allow."""
        counts: Counter[tuple[int, ...]] = Counter()
        for picture in self._pictures:
            found = picture.getcolors(picture.width * picture.height)
            counts.update({color: count for count, color in cast("list[tuple[int, tuple[int, ...]]]", found)})
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for color, _ in counts.most_common(COLORS) for part in color])
        first, *rest = (picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in self._pictures)
        first.save(file, save_all=True, append_images=rest, duration=self._milliseconds, loop=0, optimize=False)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(self._milliseconds) / 1000


def play(window: Window, film: Film) -> None:
    """Type code, read why it is dangerous, fix one finding, and suppress another."""
    page = window.page
    page.keyboard.press("Control+End")
    film.take(THOUGHT_MILLISECONDS)
    write(window, film, FIRST)
    window.expect_status("1 finding")
    film.take(2000)
    window.point_at("yaml.load").get_by_text("YAML can name Python objects").wait_for()
    film.take(4500)
    window.click("yaml.load")
    choose(window, film, "Use yaml.safe_load (B506, safe)")
    window.expect_status("No findings")
    film.take(2000)
    page.keyboard.press("Control+End")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.keyboard.press("Home")
    write(window, film, SECOND)
    window.expect_status("1 finding")
    film.take(2000)
    window.click("True")
    choose(window, film, "Suppress B602")
    window.expect_status("No findings")
    film.take(4000)


def write(window: Window, film: Film, lines: list[str]) -> None:
    """Type lines, a picture for each pair of keys."""
    for line in lines:
        window.page.keyboard.press("Shift+Home")
        indentation = len(line) - len(line.lstrip())
        window.page.keyboard.type(line[:indentation] or "#")
        if not indentation:
            window.page.keyboard.press("Backspace")
        for at in range(indentation, len(line), 2):
            window.page.keyboard.type(line[at : at + 2])
            film.take(2 * KEY_MILLISECONDS)
        if line is not lines[-1]:
            window.page.keyboard.press("Enter")
        film.take(THOUGHT_MILLISECONDS)


def choose(window: Window, film: Film, title: str) -> None:
    """Choose an action from the menu at the cursor."""
    window.page.keyboard.press("Control+.")
    actions = window.page.locator(".action-widget .monaco-list-row")
    action = actions.filter(has_text=title).first
    action.wait_for()
    action.hover()
    film.take(2000)
    action.click()


def main() -> None:
    """Write the film to `docs/images/posse.gif`, or to the file that an argument names."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else MOVIE
    with tempfile.TemporaryDirectory() as scratch:
        base, folder = Path(scratch, "vscode"), Path(scratch, "shop")
        base.mkdir()
        folder.mkdir()
        (folder / "bandit.yaml").write_text("skips: [B404]\n")
        file = folder / "shop.py"
        file.write_text(BEGINNING)
        with running(base) as code_server:
            code_server.set(**SETTINGS)
            with code_server.window(folder, size=SIZE, openFile=file) as page:
                window = Window(page)
                window.expect_status("No findings")
                page.keyboard.press("Control+b")
                window.line("import yaml").click()
                film = Film(window)
                play(window, film)
                film.save(target)
    sys.stdout.write(f"{target}: {film.seconds:.0f} s, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
