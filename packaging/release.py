"""Builds everything that a release consists of, from a tag: `python packaging/release.py dist/release`.

The same tag gives the same bytes, wherever and whenever it is built. Files of the working folder do not count,
only those of the tag. `--revision REV` builds another commit, to try it out.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PARTS = ("dist", "vsix", "site", "sbom", "entries")
"""What can be built beside the distribution: the extension, the site, the bill of materials, entries for others."""


def build(revision: str, out: Path, parts: Sequence[str]) -> None:
    """Build the parts of a release from a commit into a folder, with their checksums."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    made_at = _git("show", "--no-patch", "--format=%ct", revision)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": made_at, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="posse-release-") as folder:
        source = Path(folder, "source")
        _export(revision, source)
        environment["PYTHONPATH"] = os.pathsep.join(str(source / name) for name in ("checks", "server", ""))

        def run(*command: str | Path) -> None:
            subprocess.run([sys.executable, *map(str, command)], cwd=source, env=environment, check=True)

        version = _version(source)
        run("-m", "hatchling", "build", "--directory", out)
        wheel, sdist = out / f"posse_lsp-{version}-py3-none-any.whl", out / f"posse_lsp-{version}.tar.gz"
        if "vsix" in parts or "sbom" in parts:
            run("editors/vscode/build.py", out / "posse.vsix")
        if "site" in parts:
            run("playground/build.py", Path(folder, "playground"))
            run("-m", "website", Path(folder, "site"), "--playground", Path(folder, "playground"))
            _archive(Path(folder, "site"), out / f"posse-site-{version}.tar.gz", int(made_at))
        if "sbom" in parts:
            places = ("--vsix", out / "posse.vsix", "--wheel", wheel, "--out", out / f"posse-{version}.cdx.json")
            run("packaging/sbom.py", *places)
        if "entries" in parts:
            run("packaging/entries.py", "--sdist", sdist, "--into", Path(folder, "entries"))
            _archive(Path(folder, "entries"), out / f"posse-entries-{version}.tar.gz", int(made_at))
    _write_checksums(out)


def _export(revision: str, folder: Path) -> None:
    """Write the files of a commit to a folder."""
    done = subprocess.run(["git", "archive", "--format=tar", revision], cwd=PROJECT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        if sys.version_info >= (3, 12):
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)  # what `git archive` has written


def _archive(folder: Path, file: Path, made_at_seconds: int) -> None:
    """Pack a folder, with the same bytes whenever its files are the same."""
    with (
        file.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=made_at_seconds) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = tarfile.TarInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}")
                entry.size, entry.mtime, entry.mode = path.stat().st_size, made_at_seconds, 0o644
                with path.open("rb") as content:
                    archive.addfile(entry, content)


def _write_checksums(out: Path) -> None:
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def _version(source: Path) -> str:
    text = (source / "checks" / "posse_checks" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    assert found
    return found[1]


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.strip()


def tag_of(project: Path) -> str:
    """The tag of this version. Raises `SystemExit`, with what to do, if there is none."""
    tag = f"v{_version(project)}"
    if not _git("tag", "--list", tag):
        raise SystemExit(f"There is no tag {tag}. Date the version in CHANGELOG.md, commit, and run: git tag {tag}")
    if re.search(rf"^## {re.escape(tag[1:])} \(unreleased\)", _git("show", f"{tag}:CHANGELOG.md"), re.MULTILINE):
        raise SystemExit(f"CHANGELOG.md calls {tag[1:]} unreleased in the tag {tag}. Date it, and move the tag.")
    return tag


def differences(first: Path, second: Path) -> Iterable[str]:
    """Returns the names of files that are not the same in two folders."""
    names = {file.name for folder in (first, second) for file in folder.iterdir()}
    return [
        name
        for name in sorted(names)
        if not all((folder / name).exists() for folder in (first, second))
        or (first / name).read_bytes() != (second / name).read_bytes()
    ]


def main() -> int:
    """Build a release. Returns the exit status."""
    parser = argparse.ArgumentParser(description="build a release from its tag")
    parser.add_argument("out", type=Path, help="folder to write; its former content is deleted")
    parser.add_argument("--revision", help="build this commit, not the tag of this version")
    parser.add_argument("--only", choices=PARTS, action="append", help="build only this part")
    parser.add_argument("--twice", action="store_true", help="build it once more, and compare the bytes")
    chosen = parser.parse_args()
    revision = _git("rev-parse", f"{chosen.revision or tag_of(PROJECT)}^{{commit}}")
    out = chosen.out.resolve()
    build(revision, out, chosen.only or PARTS)
    if chosen.twice:
        with tempfile.TemporaryDirectory() as folder:
            build(revision, Path(folder, "again"), chosen.only or PARTS)
            if found := differences(out, Path(folder, "again")):
                raise SystemExit(f"The two builds differ: {', '.join(found)}")
        sys.stdout.write("Built twice, with the same bytes:\n")
    sys.stdout.write((out / "SHA256SUMS").read_text(encoding="ascii"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
