"""The pages of `docs/editors`: their code blocks are valid for the programs that they are meant for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from posse_checks import __version__
from posse_server.cli import main
from posse_server.project.editor_settings import read_editor_settings
from tests.editors.editor import INSTALLED, PAGES, PROJECT, files_on
from tests.editors.neovim import NEOVIM

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r'`("[^`]*)`')
"""Matches JSON within a sentence: a key and its value."""

LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)")
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


def data_on(name: str) -> Iterator[Any]:
    """Content of the data blocks of a page, and of the JSON within its sentences."""
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    for language, block in BLOCK.findall(text):
        if language in ("json", "toml"):
            yield json.loads(block) if language == "json" else tomllib.loads(block)
    for inline in INLINE.findall(text):
        if ":" in inline:
            yield json.loads(f"{{{inline}}}")


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a value, at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        yield from objects_in(part)


def commands_in(value: Any) -> Iterator[list[str]]:
    """The commands in a value, in any of the forms that editors accept."""
    for found in objects_in(value):
        program = found.get("command", found.get("path"))
        if program:
            yield program if isinstance(program, list) else [program, *found.get("args", found.get("arguments", ()))]


def settings_in(value: Any) -> Iterator[Any]:
    """The settings in a value: what is sent to the server under one of these keys, or a section `posse` on its own."""
    for found in objects_in(value):
        yield from (found[key] for key in ("settings", "initialization_options", "config") if key in found)
    if value.keys() == {"posse"}:
        yield value


READERS: Mapping[str, Callable[[str, Path], object]] = {
    "json": lambda text, _: json.loads(text),
    "toml": lambda text, _: tomllib.loads(text),
    "yaml": lambda text, _: yaml.safe_load(text),
    "python": lambda text, _: compile(text, "<page>", "exec"),
    "lua": read_lua,
    "elisp": read_elisp,
}
READ_BY = {"emacs": pytest.mark.needs("terminal"), "neovim": pytest.mark.needs("neovim")}
"""The pages with blocks that only the editor itself can read."""


@pytest.mark.parametrize(
    "page", [pytest.param(page, id=page.stem, marks=READ_BY.get(page.stem, ())) for page in sorted(PAGES.glob("*.md"))]
)
def test_blocks_of_code_can_be_read(page: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for language, text in blocks:
        if language != "vim":  # Vim itself reads those in the test that drives it
            READERS[language](text, tmp_path / "block")


@pytest.mark.parametrize("name", ["helix", "kate", "sublime", "zed"])
def test_commands_start_this_server(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [command for value in data_on(name) for command in commands_in(value)]
    assert commands
    for program, *arguments in commands:
        assert PurePosixPath(program).name == "posse"
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--help"])
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith("usage: posse server")


def test_extension_for_zed_is_of_this_version_and_starts_this_server() -> None:
    folder = PROJECT / "editors" / "zed"
    extension, crate = (tomllib.loads((folder / name).read_text()) for name in ("extension.toml", "Cargo.toml"))
    assert extension["version"] == crate["package"]["version"] == __version__
    assert extension["language_servers"]["posse"]["languages"] == ["Python"]
    assert crate["lib"]["crate-type"] == ["cdylib"]
    program = (folder / "src" / "lib.rs").read_text()
    assert 'worktree.which("posse")' in program and 'vec!["server".into()]' in program


def test_template_for_jetbrains_starts_this_server(capsys: pytest.CaptureFixture[str]) -> None:
    folder = PROJECT / "editors" / "jetbrains" / "posse"
    template = json.loads((folder / "template.json").read_text())
    program, *arguments = template["programArgs"]["default"].split()
    assert program == "posse"
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0 and capsys.readouterr().out.startswith("usage: posse server")
    for name in ("settings.json", "initializationOptions.json"):
        assert read_editor_settings(json.loads((folder / name).read_text())).mistakes == ()


def test_zed_takes_no_program_from_the_workspace() -> None:
    [[program, *_]] = [command for value in data_on("zed") for command in commands_in(value)]
    assert PurePosixPath(program).is_absolute(), "Zed looks for a relative path in the workspace first"


@pytest.mark.parametrize("name", ["helix", "jetbrains", "kate", "sublime", "zed"])
def test_settings_are_ones_that_this_server_knows(name: str) -> None:
    given = [settings for value in data_on(name) for settings in settings_in(value)]
    assert any(settings.policy_options for settings in map(read_editor_settings, given))
    assert [settings.mistakes for settings in map(read_editor_settings, given)] == [()] * len(given)


@PAGE
def test_page_has_a_section_on_troubleshooting(page: Path) -> None:
    assert "\n## Troubleshooting\n" in page.read_text(encoding="utf-8")


@PAGE
def test_page_begins_with_the_first_five_minutes(page: Path) -> None:
    assert re.search(r"^##? .*first five minutes$", page.read_text(encoding="utf-8"), re.MULTILINE | re.IGNORECASE)


@PAGE
def test_links_to_other_files_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
        assert not anchor or anchor in anchors_of(page.parent / target), f"{target}#{anchor}"


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page: its headings, as links spell them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_neovim_page_shows_the_file_that_comes_along() -> None:
    file = PROJECT / "editors" / "neovim" / "lsp" / "posse.lua"
    assert files_on("neovim.md")[".config/nvim/lsp/posse.lua"] == file.read_text(encoding="utf-8")
