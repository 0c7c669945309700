"""The extension's package, as `make vsix` builds it: what is in it, and that it fits the project around it."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import runpy
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from posse_checks import __version__
from posse_server.editor_settings import Switch
from tests.editors.vscode import EXTENSION, VSIX

OLDEST = {"python_version": "3.10", "extra": ""}
LARGEST = 1_500_000
"""Bytes: the server has some room to grow."""


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    assert VSIX.exists(), "the extension is not built: run `make vsix`"
    return zipfile.ZipFile(VSIX)


def test_settings_in_the_manifest_are_those_of_the_server() -> None:
    written = runpy.run_path(str(EXTENSION / "manifest.py"))["manifest"]()
    stale = "the manifest is stale: python editors/vscode/manifest.py"
    assert (EXTENSION / "package.json").read_text(encoding="utf-8") == written, stale


def test_switches_of_the_server_are_settings() -> None:
    settings = runpy.run_path(str(EXTENSION / "manifest.py"))["settings"]()
    switches = {f"posse.{switch.value}" for switch in Switch if switch is not Switch.STATUS}  # that one is always on
    assert switches <= settings.keys()


def test_version_is_the_servers() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == __version__


def test_all_that_the_server_needs_on_the_oldest_python_is_bundled() -> None:
    pins = re.findall(r"^(\S+)==(\S+) \\$", (EXTENSION / "bundled.txt").read_text(encoding="utf-8"), re.MULTILINE)
    bundled = {canonicalize_name(name): version for name, version in pins}
    wanted, seen = ["posse-lsp"], set()
    while wanted:
        name = wanted.pop()
        for text in importlib.metadata.requires(name) or [] if _is_installed(name) else []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate(OLDEST):
                needed = canonicalize_name(requirement.name)
                assert needed in bundled, f"{name} needs {needed}"
                assert requirement.specifier.contains(bundled[needed]), f"{name} needs {requirement}"
                if needed not in seen:
                    seen.add(needed)
                    wanted.append(needed)
    assert seen == bundled.keys(), "nothing is bundled that nobody needs"


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:  # what only older Pythons need has no needs that we could look up
        return False
    return True


def test_package_is_small_and_holds_nothing_compiled(package: zipfile.ZipFile) -> None:
    assert VSIX.stat().st_size < LARGEST
    suffixes = {Path(name).suffix for name in package.namelist() if name.startswith("extension/bundled/")}
    assert suffixes <= {"", ".py", ".pyi", ".txt", ".typed", ".md", ".json"}, suffixes


def test_all_python_in_it_is_of_the_oldest_version(package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        if name.endswith(".py"):
            ast.parse(package.read(name), filename=name, feature_version=(3, 10))


def test_server_in_it_is_this_one(package: zipfile.ZipFile) -> None:
    stale = "dist/posse.vsix is of another version of the server: run `make vsix`"
    project = EXTENSION.parents[1]
    for folder in (project / "server", project / "checks"):
        for path in folder.glob("posse_*/**/*.py"):
            name = f"extension/bundled/{path.relative_to(folder).as_posix()}"
            assert package.read(name) == path.read_bytes(), f"{stale} ({name})"


def test_schema_in_it_is_the_documented_one(package: zipfile.ZipFile) -> None:
    documented = EXTENSION.parents[1] / "docs" / "configuration.schema.json"
    assert package.read("extension/schemas/configuration.schema.json") == documented.read_bytes()
