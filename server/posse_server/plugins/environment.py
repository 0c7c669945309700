"""The project's Python: which one it is, and which plug-ins are installed in it, as far as files alone can show that.

Nothing is run here, and nothing imported: folders are listed, and `entry_points.txt` is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as IniError
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from urllib.parse import unquote

from posse_server.system.reading import Limit, read_bytes

GROUPS = ("bandit.plugins", "bandit.blacklists")
"""The groups of entry points with checks."""
ENVIRONMENTS = (".venv", "venv")
"""The folders in which a project has its Python, the likeliest first."""
ENTRY_POINTS_LIMIT = Limit(1 << 18)
MOST_ENTRY_POINTS_BYTES = 1 << 20
"""Limit for the entry points of all packages together, in bytes."""
MOST_LINKED_FOLDERS = 1000
"""Limit for the folders elsewhere that packages are imported from."""
MOST_FILES = 100_000
"""Limit for the files of an environment that a fingerprint covers."""
MOST_STAMPS = 3 * MOST_FILES
"""Limit for what it covers in all, with what is imported from elsewhere."""


class TooManyFilesError(Exception):
    """There are too many files to say whether they are still the same."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python with the packages that are installed in it."""

    python: Path
    packages: Sequence[Path] = ()
    """The folders of its packages, as far as its own files name them."""

    @classmethod
    def of(cls, python: Path) -> Environment:
        """Returns the environment of an interpreter, which is not run."""
        root = python.parent.parent
        folders = [*root.glob("lib/python3*/site-packages"), *root.glob("Lib/site-packages")]
        return cls(python, [folder for folder in sorted(set(folders)) if folder.is_dir()])

    @property
    def has_bandit(self) -> bool:
        """Whether Bandit is installed in it, as far as folders show that."""
        return any((folder / "bandit" / "core").is_dir() for folder in self.packages)

    def plugin_names(self) -> Sequence[str]:
        """Returns the names of the plug-ins that are installed in it, besides Bandit's own."""
        names: dict[str, None] = {}
        with contextlib.suppress(TooManyFilesError):  # so many are never taken for the same as before
            names |= ((name, None) for name, _ in self._plugins())
        return list(names)

    def plugin_modules(self) -> Sequence[str]:
        """Returns the top-level modules or packages that these plug-ins are in. Raises TooManyFilesError."""
        return list(dict.fromkeys(value.partition(":")[0].partition(".")[0].strip() for _, value in self._plugins()))

    def _plugins(self) -> Iterator[tuple[str, str]]:
        for entries in _entry_points(self.packages):
            for group in GROUPS:
                for name, value in entries.get(group, {}).items():
                    if not value.startswith("bandit."):
                        yield name, value


def find_environment(folder: Path, named: str | None = None) -> Environment | None:
    """Returns the Python of a project: the one that the user named, else the first that has Bandit.

    These are the one of the active virtual environment, those in the project's folder, and the one that runs Posse.
    None has Bandit if None is returned.
    """
    if named:
        return Environment.of(Path(os.path.abspath(folder / Path(named).expanduser())))
    active = os.environ.get("VIRTUAL_ENV")
    folders = [*([Path(active)] if active else []), *(folder / name for name in ENVIRONMENTS)]
    found = [*(python for one in folders for python in _pythons_in(one)), Path(sys.executable)]
    environments = [Environment.of(Path(os.path.abspath(python))) for python in found]
    return next((one for one in environments if one.has_bandit), None)


def _pythons_in(environment: Path) -> Iterator[Path]:
    """Yields the interpreter of a virtual environment, if it is there."""
    names = ("Scripts/python.exe",) if sys.platform == "win32" else ("bin/python", "bin/python3")
    for name in names:
        if (environment / name).is_file():
            yield environment / name
            return


def _entry_points(folders: Iterable[Path]) -> Iterator[Mapping[str, Mapping[str, str]]]:
    """Yields the entry points of each package in folders, by group and name. Raises TooManyFilesError."""
    left = MOST_ENTRY_POINTS_BYTES
    for entry in chain.from_iterable(map(_entries, folders)):
        if entry.name.endswith((".dist-info", ".egg-info")):
            parsed = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
            parsed.optionxform = str  # type: ignore[assignment,method-assign]  # names are as written
            with contextlib.suppress(OSError, ValueError, IniError):
                data = read_bytes(Path(entry.path, "entry_points.txt"), ENTRY_POINTS_LIMIT)
                left -= len(data)
                if left < 0:
                    raise TooManyFilesError
                parsed.read_string(data.decode())
                yield {section: dict(parsed[section]) for section in parsed.sections()}


def fingerprint(environment: Environment | None, folder: Path, files: Iterable[Path] = ()) -> str:
    """Returns a digest of everything of a project's that would run: its own Python, with its packages, and `files`.

    A Python outside of the project counts by its path alone. Of a package's file, the path, the size and the time of
    the last change of its status count, which nobody can set. Of `files`, the content counts. Raises
    TooManyFilesError.
    """
    digest = hashlib.sha256(str(folder).encode(errors="surrogateescape"))
    if environment is not None:
        python = environment.python
        digest.update(f"\0{python}\0{os.path.realpath(python)}".encode(errors="surrogateescape"))
        with contextlib.suppress(OSError):
            status = python.stat()
            digest.update(f"\0{status.st_size}\0{status.st_ctime_ns}".encode())
        root = python.parent.parent
        if root.is_relative_to(folder) or Path(os.path.realpath(root)).is_relative_to(os.path.realpath(folder)):
            for count, line in enumerate(chain(_stamps(root), _linked_stamps(environment))):
                if count > MOST_STAMPS:
                    raise TooManyFilesError
                digest.update(line.encode(errors="surrogateescape"))
    for path in sorted(files):
        digest.update(f"\0{path}\0".encode(errors="surrogateescape"))
        with contextlib.suppress(OSError, ValueError):
            digest.update(hashlib.sha256(read_bytes(path, ENTRY_POINTS_LIMIT)).digest())
    return digest.hexdigest()


def _linked_folders(environment: Environment) -> Iterator[Path]:
    """Yields the folders outside of an environment that its packages are imported from, such as a project's sources."""
    for packages in environment.packages:
        for entry in _entries(packages):
            path = Path(entry.path)
            with contextlib.suppress(OSError, ValueError):
                if entry.name.endswith(".pth"):
                    lines = read_bytes(path, ENTRY_POINTS_LIMIT).decode(errors="replace").splitlines()
                    yield from (packages / line.strip() for line in lines if not line.startswith(("import", "#")))
                elif entry.name.endswith(".dist-info"):
                    url = json.loads(read_bytes(path / "direct_url.json", ENTRY_POINTS_LIMIT))["url"]
                    folder = Path(unquote(url.removeprefix("file://")))
                    yield from (folder, folder / "src")
            if entry.is_symlink():
                yield Path(os.path.realpath(entry.path))


def _linked_stamps(environment: Environment) -> Iterator[str]:
    """Yields the state of what an environment imports from elsewhere: names there, and the modules that would run."""
    wanted = {"sitecustomize", "usercustomize", *environment.plugin_modules()}
    folders = list(islice(_linked_folders(environment), MOST_LINKED_FOLDERS + 1))
    if len(folders) > MOST_LINKED_FOLDERS:
        raise TooManyFilesError
    for folder in dict.fromkeys(folders):
        for entry in _entries(folder):
            yield f"\0{entry.path}"
            if entry.name.partition(".")[0] in wanted or folder.name in wanted:
                with contextlib.suppress(OSError):
                    status = entry.stat()
                    yield f"\0{status.st_size}\0{status.st_ctime_ns}"
                    if entry.is_dir():
                        yield from _stamps(Path(entry.path))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Returns the entries of a folder by name; none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(islice(entries, MOST_FILES), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []


def _stamps(root: Path) -> Iterator[str]:
    """Yields the state of each file below a folder. Compiled files do not count, since none is read."""
    folders, count = [str(root)], 0
    while folders:
        for entry in _entries(Path(folders.pop())):
            if entry.name == "__pycache__":
                continue
            count += 1
            if count > MOST_FILES:
                raise TooManyFilesError
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
                continue
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                yield f"\0{os.path.relpath(entry.path, root)}\0{status.st_size}\0{status.st_ctime_ns}"
