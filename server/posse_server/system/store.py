"""A store of small values on the disk that may lose any of them, but never returns one that was not put there.

It is a SQLite database in a folder that only the user can use. A file that is damaged, or not Posse's, is replaced. A
lock, or a full or read-only disk costs values, nothing else: `problem` says what is wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from posse_server.system.console import why

LIMIT_BYTES = 256 << 20
"""Default limit for the size of the file, in bytes. At times it has one batch more."""
LONGEST_VALUE = 1 << 20
"""Limit for the size of a value, in bytes."""
BATCH = 500
"""Number of values that are written together."""
BATCH_BYTES = 4 << 20
"""Total size, in bytes, of values that are written together."""
WAIT_SECONDS = 5.0
"""Longest time, in seconds, to wait for another process that is writing."""

MOST_STEPS = 1 << 32
"""Limit for the steps of SQLite's machine; a damaged file could make it take more."""
STEPS_AT_ONCE = 1 << 20
"""Number of these steps between two comparisons with the limit."""

_NAME = "store-1.sqlite3"
"""Name of the file. A change of `_TABLE` gets a new one, so that versions of Posse do not replace each other's."""
_APPLICATION_ID = 0x706F7365
_TABLE = "CREATE TABLE entries (key BLOB NOT NULL PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL)"
_SCHEMA = [(b"table", b"entries", _TABLE.encode()), (b"index", b"sqlite_autoindex_entries_1", None)]
_SUFFIXES = ("", "-journal", "-wal", "-shm")
"""Endings of the file's name, and of the names of those that SQLite may have beside it."""
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; its message may quote a damaged file in no encoding."""
_REASONS = ("locked", "readonly", "full", "unable to open", "disk I/O")
"""What SQLite says when it is not the file that is wrong."""
_DIGEST_BYTES = 16
_DAY_SECONDS = 86_400
_SAFELY: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class StoreError(Exception):
    """The store cannot be used. The message gives the reason, as the rest of a sentence."""


class _ForeignFileError(Exception):
    """A file that has the store's name and is something else, or is damaged."""


class Store:
    """An open store. Only the process and thread that opened it may use it."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES, today: int | None = None) -> None:
        """Open the store in a folder, which is created. Raises StoreError."""
        self.problem: str | None = None
        """Why values are no longer read or written; None if all is well."""
        self.folder = folder
        self._path = folder / _NAME
        self._limit_bytes = limit_bytes
        self._today = int(time.time()) // _DAY_SECONDS if today is None else today
        self._new: dict[bytes, bytes] = {}
        self._new_bytes = 0
        self._touched: list[bytes] = []
        with _explained():
            _own_folder(folder)
            try:
                self._connection = self._opened()
            except _ForeignFileError:
                _remove(self._path)
                self._connection = self._opened()

    def get(self, key: bytes) -> bytes | None:
        """Returns the value of a key; None if there is none, or none that can be trusted."""
        if self.problem is not None:
            return None
        try:
            query = "SELECT used, value FROM entries WHERE key = ? AND length(value) <= ?"
            row = self._connection.execute(query, (key, LONGEST_VALUE + _DIGEST_BYTES)).fetchone()
        except _ERRORS as error:
            self.problem = str(error)
            return None
        if row is None or not isinstance(row[0], int) or not isinstance(row[1], bytes):
            return None
        digest, value = row[1][:_DIGEST_BYTES], row[1][_DIGEST_BYTES:]
        if digest != _digest(key, value):
            return None
        if row[0] != self._today:
            self._touched.append(key)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Store a value, with the next batch. One that is too large is not stored."""
        if len(value) > LONGEST_VALUE:
            return
        self._new[key] = _digest(key, value) + value
        self._new_bytes += len(value)
        if len(self._new) >= BATCH or self._new_bytes >= BATCH_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._flush()
        self._connection.close()

    def _flush(self) -> None:
        """Write the batch. If that fails, it is lost; a damaged file is replaced once."""
        new, touched = self._new, self._touched
        self._new, self._new_bytes, self._touched = {}, 0, []
        if not (new or touched) or (self.problem is not None and not new):
            return
        try:
            try:
                self._write(new, touched)
            except _ERRORS as error:
                if not _is_damage(error):
                    raise
                self._connection.close()
                _remove(self._path)
                self._connection = self._opened()
                self._write(new, ())
        except (OSError, *_ERRORS, _ForeignFileError) as error:
            self.problem = why(error) if isinstance(error, OSError) else str(error)

    def _write(self, new: Mapping[bytes, bytes], touched: Sequence[bytes]) -> None:
        """Write a batch in one transaction, and delete what was not used for longest if the file is too large."""
        with _transaction(self._connection) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)",
                ((key, self._today, value) for key, value in new.items()),
            )
            connection.executemany("UPDATE entries SET used = ? WHERE key = ?", ((self._today, key) for key in touched))
        if self._size() > self._limit_bytes:
            self._shrink()

    def _size(self) -> int:
        """Returns the size of the file's content, in bytes."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int(pages - free) * int(size)

    def _shrink(self) -> None:
        """Delete the values that were not used for longest, until a quarter of the file is free."""
        while self._size() > self._limit_bytes * 3 // 4:
            (count,) = self._connection.execute("SELECT count(*) FROM entries").fetchone()
            if not count:
                break
            with _transaction(self._connection) as connection:
                oldest = "SELECT rowid FROM entries ORDER BY used, rowid LIMIT ?"
                connection.execute(f"DELETE FROM entries WHERE rowid IN ({oldest})", (count // 8 + 1,))
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()

    def _opened(self) -> sqlite3.Connection:
        """Open the file. Raises _ForeignFileError if it is not a store, others if it cannot be used."""
        _check_file(self._path, 2 * self._limit_bytes)
        connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
        connection.text_factory = bytes  # a damaged schema may not be text
        left = iter(range(MOST_STEPS // STEPS_AT_ONCE))
        connection.set_progress_handler(lambda: next(left, None) is None, STEPS_AT_ONCE)
        try:
            # Nothing in the file is run: no view, trigger or function of a schema, and the schema must be ours.
            for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "synchronous = OFF"):
                connection.execute(f"PRAGMA {setting}").fetchall()
            if not _schema(connection):
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                with _transaction(connection):
                    if not _schema(connection):
                        connection.execute(_TABLE)
                        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION_ID or _schema(connection) != _SCHEMA:
                raise _ForeignFileError
        except _ERRORS as error:
            connection.close()
            if _is_damage(error):
                raise _ForeignFileError from None
            raise
        except BaseException:
            connection.close()
            raise
        return connection


def clear(folder: Path) -> int:
    """Delete the store in a folder. Returns its size in bytes; 0 if there was none. Raises StoreError."""
    path = folder / _NAME
    with _explained():
        try:
            size = path.lstat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return 0
        _own_folder(folder)
        _remove(path)
    return size


def _own_folder(folder: Path) -> None:
    """Create a folder for the user alone, or make it one. Raises OSError or StoreError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise StoreError("it is not a folder")
    if hasattr(os, "getuid"):
        if status.st_uid != os.getuid():
            raise StoreError("it belongs to another user")
        if status.st_mode & 0o077:
            folder.chmod(0o700)


def _check_file(path: Path, limit_bytes: int) -> None:
    """Create a file for the user alone, unless there is one. Raises _ForeignFileError for anything but that."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY, 0o600))
    for suffix in _SUFFIXES:
        try:
            status = path.with_name(path.name + suffix).lstat()
        except FileNotFoundError:
            continue
        is_own = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o077)
        if not (stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_size <= limit_bytes and is_own):
            raise _ForeignFileError


def _remove(path: Path) -> None:
    """Delete the file, with what SQLite may have left beside it. Raises OSError."""
    for suffix in _SUFFIXES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def _digest(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_DIGEST_BYTES, key=key).digest()


def _schema(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Returns the tables, indexes, views and triggers of a database; the first few are enough to see that."""
    return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid LIMIT 5").fetchall()


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Write all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_damage(error: Exception) -> bool:
    """Whether an error means that the file is not a database, or a damaged one."""
    return not any(reason in str(error) for reason in _REASONS)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn the errors of the system and of SQLite into StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(why(error)) from None
    except sqlite3.Error as error:
        raise StoreError(str(error)) from None
    except _ForeignFileError:
        raise StoreError("its file cannot be replaced") from None
