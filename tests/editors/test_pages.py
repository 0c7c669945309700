"""The pages of `docs/editors`: what readers are told to copy can be read by what it is for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.editors.editor import INSTALLED, PAGES, PROJECT, files_on
from tests.editors.neovim import NEOVIM

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGE = pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)


def read_lua(text: str, scratch: Path) -> None:
    scratch.write_text(text)
    run(str(NEOVIM), "--clean", "--headless", "-c", f"lua assert(loadfile('{scratch}'))", "-c", "qall!")


def read_elisp(text: str, scratch: Path) -> None:
    scratch.write_text(f"(progn {text}\n)")
    read = "(emacs-lisp-mode) (check-parens) (read (buffer-string))"
    forms = f'(with-temp-buffer (insert-file-contents "{scratch}") {read})'
    run(str(INSTALLED / "bin" / "emacs"), "--batch", "--eval", forms)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr, done.stderr


READERS: Mapping[str, Callable[[str, Path], object]] = {
    "json": lambda text, _: json.loads(text),
    "toml": lambda text, _: tomllib.loads(text),
    "lua": read_lua,
    "elisp": read_elisp,
}


@PAGE
def test_blocks_of_code_can_be_read(page: Path, tmp_path: Path) -> None:
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language in READERS:
            READERS[language](text, tmp_path / "block")


@PAGE
def test_page_says_where_to_look_when_nothing_happens(page: Path) -> None:
    assert "\n## When nothing happens\n" in page.read_text(encoding="utf-8")


@PAGE
def test_links_to_other_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_neovim_page_shows_the_file_that_comes_along() -> None:
    file = PROJECT / "editors" / "neovim" / "lsp" / "posse.lua"
    assert files_on("neovim.md")[".config/nvim/lsp/posse.lua"] == file.read_text(encoding="utf-8")
