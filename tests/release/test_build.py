"""A release of this commit, built twice."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from posse_checks import __version__

ROOT = Path(__file__).parents[2]
WHEEL = f"posse_lsp-{__version__}-py3-none-any.whl"
SDIST = f"posse_lsp-{__version__}.tar.gz"


def release(out: Path, *parts: str) -> Path:
    """Build parts of a release of the last commit."""
    only = [word for part in parts for word in ("--only", part)]
    command = [sys.executable, "packaging/release.py", str(out), "--revision", "HEAD", *only]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("first") / "release", "dist", "entries")


def test_it_has_the_same_bytes_when_it_is_built_again(built: Path, tmp_path: Path) -> None:
    again = release(tmp_path / "elsewhere" / "deeper", "dist", "entries")
    names = sorted(file.name for file in built.iterdir())
    assert {SDIST, WHEEL, "SHA256SUMS", f"posse-entries-{__version__}.tar.gz"} == set(names)
    assert [name for name in names if (built / name).read_bytes() != (again / name).read_bytes()] == []


def test_checksums_are_those_of_the_files(built: Path) -> None:
    lines = (built / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [file for file in built.iterdir() if file.name != "SHA256SUMS"]
    assert sums == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_wheel_has_the_two_packages_and_the_license(built: Path) -> None:
    with zipfile.ZipFile(built / WHEEL) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(f"posse_lsp-{__version__}.dist-info/METADATA").decode()
    assert {name.split("/")[0] for name in names} == {
        "posse_checks",
        "posse_server",
        f"posse_lsp-{__version__}.dist-info",
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert f"\nVersion: {__version__}\n" in metadata


def test_the_wheel_can_be_built_from_the_source_distribution_with_the_same_bytes(built: Path, tmp_path: Path) -> None:
    with tarfile.open(built / SDIST) as archive:
        made_at_seconds = archive.getmembers()[0].mtime
        for member in archive.getmembers():
            archive.extract(member, tmp_path, set_attrs=False)
    source = tmp_path / SDIST.removesuffix(".tar.gz")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    environment = {"SOURCE_DATE_EPOCH": str(int(made_at_seconds)), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=environment)
    assert (tmp_path / WHEEL).read_bytes() == (built / WHEEL).read_bytes()


def test_entries_of_a_release_have_the_digest_of_its_source_distribution(built: Path) -> None:
    digest = hashlib.sha256((built / SDIST).read_bytes()).hexdigest()
    with tarfile.open(built / f"posse-entries-{__version__}.tar.gz") as archive:
        for name in ("conda-forge/recipes/posse-lsp/recipe.yaml", "homebrew/Formula/posse-lsp.rb"):
            file = archive.extractfile(f"entries/{name}")
            assert file
            assert digest in file.read().decode()


def test_a_release_needs_its_tag(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-tags", ROOT, clone], check=True)
    command = [sys.executable, "packaging/release.py", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"git tag v{__version__}" in done.stderr
    assert not (tmp_path / "out").exists()


def test_bill_of_materials_names_what_is_bundled(tmp_path: Path, built: Path) -> None:
    vsix, out = tmp_path / "posse.vsix", tmp_path / "posse.cdx.json"
    notices = "Third-party notices\n\n- pygls 2.1.1 (Apache-2.0)\n- vscode-languageclient 10.0.0 (MIT)\n\n" + "=" * 80
    with zipfile.ZipFile(vsix, "w") as package:
        package.writestr("extension/ThirdPartyNotices.txt", notices)
    command = ["packaging/sbom.py", "--vsix", vsix, "--wheel", built / WHEEL, "--out", out]
    environment = {"SOURCE_DATE_EPOCH": "1700000000", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, env=environment, check=True)
    bill = json.loads(out.read_text())
    assert bill["metadata"]["component"]["purl"] == f"pkg:pypi/posse-lsp@{__version__}"
    assert bill["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    purls = {component.get("purl") for component in bill["components"]}
    assert {"pkg:pypi/pygls@2.1.1", "pkg:npm/vscode-languageclient@10.0.0"} <= purls
    digests = re.findall(r'"content": "([0-9a-f]{64})"', out.read_text())
    assert hashlib.sha256((built / WHEEL).read_bytes()).hexdigest() in digests
