"""Takes the documentation's pictures of Neovim, from the screen of a real one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from tests.editors.editor import INSTALLED, PROJECT
from tests.editors.neovim import Neovim
from tests.editors.terminal import ENTER

if TYPE_CHECKING:
    import pyte
    from pyte.screens import Char

FONTS = INSTALLED / "root" / "usr" / "share" / "fonts" / "truetype" / "dejavu"
IMAGES = PROJECT / "docs" / "images"
POINTS, MARGIN = 24, 16
"""Size of the letters and width of the margins, in pixels."""
PAPER, INK = "#14161b", "#e0e2ea"
"""Neovim's own colors, which a terminal leaves to its user."""
PALETTE = 128
"""Number of colors in a picture: enough for smooth letters, and few bytes."""

COLUMNS, ROWS = 112, 28
FILE_ROWS = 15
"""Number of rows for the file, one of them spare; the rest is for windows and menus."""

SOURCE = """\
import subprocess

import requests
import yaml


def publish(branch, url):
    subprocess.run(f"git push origin {branch}", shell=True)
    requests.post(url, json={"branch": branch})


def settings(path):
    with open(path) as file:
        return yaml.load(file, Loader=yaml.Loader)
"""


def picture(screen: pyte.Screen, rows: int) -> Image.Image:
    """The first rows of a screen, character by character."""
    fonts = {bold: ImageFont.truetype(FONTS / f"DejaVuSansMono{'-Bold' * bold}.ttf", POINTS) for bold in (False, True)}
    width, height = round(fonts[False].getlength("M")), round(POINTS * 1.3)
    size = (screen.columns * width + 2 * MARGIN, rows * height + 2 * MARGIN)
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    for row in range(rows):
        for column in range(screen.columns):
            cell = screen.buffer[row][column]
            ink, paper = colors(cell)
            left, top = MARGIN + column * width, MARGIN + row * height
            draw.rectangle((left, top, left + width - 1, top + height - 1), fill=paper)
            draw.text((left, top), cell.data, fill=ink, font=fonts[cell.bold])
            if cell.underscore:
                draw.line((left, top + height - 2, left + width - 1, top + height - 2), fill=ink, width=2)
    return image.quantize(PALETTE, dither=Image.Dither.NONE)


def colors(cell: Char) -> tuple[str, str]:
    """The colors of a cell's character and background."""
    ink, paper = color(cell.fg, INK), color(cell.bg, PAPER)
    return (paper, ink) if cell.reverse else (ink, paper)


def color(name: str, default: str) -> str:
    """Returns the color that pyte calls by a word or by six hexadecimal digits."""
    if name == "default":
        return default
    return f"#{name}" if len(name) == 6 and all(digit in "0123456789abcdef" for digit in name) else name


def take(editor: Neovim, name: str, rows: int = ROWS) -> None:
    """Write a picture of the first rows."""
    IMAGES.mkdir(exist_ok=True)
    path = IMAGES / f"neovim-{name}.png"
    picture(editor.terminal.screen, rows).save(path, optimize=True)
    print(f"{path.relative_to(PROJECT)}: {path.stat().st_size:,} bytes")


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        home, file = Path(scratch, "home"), Path(scratch, "project", "deploy.py")
        (file.parent / ".git").mkdir(parents=True)
        home.mkdir()
        (file.parent / "bandit.yaml").write_text("skips: [B404]\n")
        file.write_text(SOURCE)
        editor = Neovim(file, home, size=(COLUMNS, ROWS))
        try:
            editor.terminal.wait_for("Use of unsafe yaml load")
            take(editor, "findings", FILE_ROWS)
            editor.terminal.press("9G0fp")
            editor.hover()
            editor.terminal.wait_for("Better")
            take(editor, "hover")
            editor.terminal.press(f":fclose{ENTER}")
            editor.terminal.wait_for_no("Better")
            editor.terminal.press("gra")
            editor.terminal.wait_for("Type number")
            take(editor, "actions")
        finally:
            editor.terminal.close()


if __name__ == "__main__":
    main()
