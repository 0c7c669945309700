"""Results of files, kept from one run to the next: the same content under the same options gives the same result.

The key is a digest of everything that a result depends on. A value is JSON, and counts only if it has the shape of a
result throughout.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import posse_checks
import posse_server
from posse_server.project.effective import EffectiveConfig

if TYPE_CHECKING:
    from posse_server.system.store import Store

FOLDER_VARIABLE = "POSSE_CACHE_DIR"
"""The variable of the environment that names the cache's folder."""
_FORMAT = 1
"""Changes whenever the same key would get another value."""
_WITHOUT_EFFECT = frozenset(("baseline", "matching", "per_file_ignores", "run", "notebooks"))
"""Options of the section `posse` that do not change what is found in a file, or only by the rules that run on it."""


class CacheError(Exception):
    """There is no cache. The message gives the reason, as the rest of a sentence."""


class UnknownValueError(Exception):
    """An option of a kind that has no canonical form, so that its results are not kept."""


def cache_folder() -> Path:
    """Returns the cache's folder: the one that the environment names, else the user's. Raises CacheError."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        folder = Path(given)
    else:
        import platformdirs

        folder = platformdirs.user_cache_path("posse", appauthor=False)
    if not folder.is_absolute():
        raise CacheError(f"{folder} is not an absolute path")
    return folder


def compiled_folder() -> str | None:
    """Returns the folder for compiled modules of projects; None if there is none."""
    with contextlib.suppress(CacheError):
        return str(cache_folder() / "compiled")
    return None


def opened_store(folder: Path) -> Store:
    """Open the store in the cache's folder. Raises CacheError."""
    try:
        from posse_server.system.store import Store, StoreError
    except ImportError:
        raise CacheError("this Python has no sqlite3") from None
    try:
        return Store(folder)
    except StoreError as error:
        raise CacheError(f"cannot use {folder}: {error}") from None


class Keys:
    """The keys of results of one kind, under one set of `options` beside the configurations."""

    def __init__(self, kind: str, *options: object) -> None:
        self._begin = [_FORMAT, kind, _program_state(), list(options)]
        self._digests: dict[tuple[int, int], tuple[EffectiveConfig, bytes | None]] = {}
        """The digest for each configuration and catalogue, by their identities, which the first value keeps."""

    def of(self, data: bytes, config: EffectiveConfig, *more: object) -> bytes | None:
        """Returns the key for a content under a configuration and `more`; None if its result is not to be kept."""
        catalogue = config.catalogue
        identity = id(config.configuration), id(catalogue)
        if identity not in self._digests:
            self._digests[identity] = config, self._digest(config)
        digest = self._digests[identity][1]
        if digest is None:
            return None
        key = hashlib.sha256(digest)
        if more:
            key.update(hashlib.sha256(_canonical(more)).digest())
        key.update(data)
        return key.digest()

    def _digest(self, config: EffectiveConfig) -> bytes | None:
        configuration, policy = config.configuration, config.configuration.policy
        options = {field.name: getattr(policy, field.name) for field in fields(policy)}
        for name in _WITHOUT_EFFECT:
            del options[name]
        rules = [rule.id for rule in config.catalogue.rules]
        try:
            return hashlib.sha256(
                _canonical([self._begin, rules, configuration.sections, options, configuration.ignore_nosec])
            ).digest()
        except (UnknownValueError, RecursionError):
            return None


def _canonical(value: object) -> bytes:
    """Returns a text that is the same for the same value, in each process. Raises UnknownValueError."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> Any:
    """Returns a value as lists and texts, each with its type where JSON would not tell. Raises UnknownValueError."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Enum):
        return ["enum", type(value).__name__, value.name]
    if type(value) in (int, float):
        return ["number", repr(value)]
    if isinstance(value, list | tuple):
        return ["list", *map(_plain, value)]
    if isinstance(value, set | frozenset):
        return ["set", *_sorted(value)]
    if isinstance(value, Mapping):
        return ["mapping", *_sorted(value.items())]
    if is_dataclass(value) and not isinstance(value, type):
        return ["object", type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    raise UnknownValueError(type(value).__name__)


def _sorted(values: Iterable[object]) -> list[Any]:
    return sorted((_plain(value) for value in values), key=json.dumps)


@lru_cache(maxsize=1)
def _program_state() -> list[str]:
    """Returns the versions of Posse and Python, and the state of Posse's own files, which may be under development."""
    stamps = hashlib.sha256()
    for package in (posse_checks, posse_server):
        for folder in package.__path__:
            for name, size, modified_ns in sorted(_sources(folder)):
                stamps.update(f"{name}\0{size}\0{modified_ns}\0".encode(errors="surrogateescape"))
    return [posse_checks.__version__, sys.version, stamps.hexdigest()]


def _sources(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yields the Python files in a folder and those below, each with its size and time."""
    folders = [folder]
    with contextlib.suppress(OSError):
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        status = entry.stat()
                        yield os.path.relpath(entry.path, folder), status.st_size, status.st_mtime_ns
                    elif entry.name != "__pycache__" and entry.is_dir():
                        folders.append(entry.path)
