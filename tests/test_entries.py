"""The entries for other projects say what this project says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from posse_checks import __version__
from posse_checks.config.schema import schema
from posse_server.cli import main

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
ENTRIES = ROOT / "packaging" / "entries"


def text_of(name: str) -> str:
    """The text of an entry."""
    return (ENTRIES / name).read_text(encoding="utf-8")


def starts_the_server(command: str, capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether a command line of `posse` is understood, and runs the server."""
    with pytest.raises(SystemExit) as ended:
        main([*command.split()[1:], "--help"])
    return ended.value.code == 0 and capsys.readouterr().out.startswith("usage: posse server")


def test_none_is_stale(tmp_path: Path) -> None:
    command = [sys.executable, "packaging/entries.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    elsewhere = subprocess.run([*command, "--into", tmp_path], cwd=ROOT, capture_output=True, text=True, check=False)
    assert elsewhere.returncode == 1
    assert "recipe.yaml is stale" in elsewhere.stderr


def test_mason_installs_this_version_from_pypi() -> None:
    entry: dict[str, Any] = yaml.safe_load(text_of("mason-registry/packages/posse/package.yaml"))
    assert entry["source"]["id"] == f"pkg:pypi/posse-lsp@{__version__}"
    assert entry["bin"] == {"posse": "pypi:posse"}
    assert set(entry["categories"]) <= {"LSP", "Linter", "Formatter", "DAP", "Compiler", "Runtime"}
    assert entry.keys() == {"name", "description", "homepage", "licenses", "languages", "categories", "source", "bin"}


def test_schemastore_is_told_bandits_files_and_where_their_schema_is() -> None:
    entry = json.loads(text_of("schemastore/catalog-entry.json"))
    assert entry.keys() == {"name", "description", "fileMatch", "url"}
    assert re.fullmatch(r"https://\S+/configuration\.schema\.json", entry["url"])
    assert len(set(entry["fileMatch"])) == len(entry["fileMatch"]) == 4
    assert "pyproject.toml" not in entry["fileMatch"]
    assert {"title", "type", "$schema"} <= schema().keys()


def test_lsp4ij_starts_and_installs_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    template = json.loads(text_of("lsp4ij/posse/template.json"))
    assert starts_the_server(template["programArgs"]["default"], capsys)
    assert [mapping["languageId"] for mapping in template["languageMappings"]] == ["python"]
    installer = json.loads(text_of("lsp4ij/posse/installer.json"))
    assert starts_the_server(installer["run"]["onSuccess"]["configureServer"]["command"], capsys)
    assert installer["run"]["exec"]["command"] == "pipx install posse-lsp"


def test_zed_extension_is_named_as_zed_asks() -> None:
    manifest = tomllib.loads(text_of("zed/extension.toml"))
    crate = tomllib.loads(text_of("zed/Cargo.toml"))
    assert manifest["version"] == crate["package"]["version"] == __version__
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", manifest["id"])
    assert "zed" not in manifest["id"]
    assert manifest["language_servers"]["posse"]["languages"] == ["Python"]
    assert crate["lib"]["crate-type"] == ["cdylib"]
    assert (ENTRIES / "zed" / crate["lib"]["path"]).is_file()


def test_homebrew_installs_every_package_that_the_extension_bundles() -> None:
    formula = text_of("homebrew/Formula/posse-lsp.rb")
    resources = dict(re.findall(r'resource "([\w-]+)" do\n\s+url "\S+-([\d.]+)\.tar\.gz"', formula))
    bundled = re.findall(r"^([\w-]+)==(\S+)", (ROOT / "editors/vscode/bundled.txt").read_text(), re.MULTILINE)
    newer = {name.lower().replace("_", "-"): version for name, version in bundled}
    assert resources == {name: newer[name] for name in newer if name not in ("tomli", "exceptiongroup")}
    assert len(re.findall(r'sha256 "[0-9a-f]{64}"', formula)) == len(resources) + 1
    description = re.search(r'desc "(.*)"', formula)
    assert description
    assert len(description[1]) <= 80


def test_neovim_configuration_has_the_commands_of_the_page() -> None:
    entry, ours = text_of("nvim-lspconfig/lsp/posse.lua"), (ROOT / "editors/neovim/lsp/posse.lua").read_text()
    command = re.compile(r"cmd = (\{.*?\})")
    assert command.findall(entry) == command.findall(ours) == ["{ 'posse', 'server' }"]
    assert "filetypes = { 'python' }" in entry
