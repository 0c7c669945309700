"""The identity of a file: which path a URI names, and which URI the client uses for a path.

Clients spell the same file in several ways: with or without percent-encoding, by a link or by its target. Files are
identified by path; below a workspace folder, the path always begins as the client named the folder. URIs sent to the
client are spelled as the client spells them: that of an open document, or else one below the folder's URI.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

WINDOWS = os.name == "nt"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_DRIVE = re.compile(r"/*([A-Za-z])[:|](?=/|\Z)")
_MAY_STAND = "!$&'()*+,;=:@"
"""Characters that RFC 3986 allows in a path; some clients encode them, others do not."""
_EDITABLE = frozenset(
    {
        "file", "untitled", "vscode-notebook-cell", "vscode-remote", "vscode-local", "vscode-userdata",
        "vscode-interactive-input", "buffer", "inmemory", "memfs", "ssh", "sftp", "ftp", "wsl", "vsls", "",
    }
)  # fmt: skip
"""Schemes of documents that users can edit. Those of version control, output and the like are read-only."""


def scheme_of(uri: str) -> str:
    """Returns the scheme of a URI in lower case, empty if there is none."""
    found = _SCHEME.match(uri)
    return found[0].lower() if found else ""


def is_editable(uri: str) -> bool:
    """Whether a document can be changed, so that edits may be offered."""
    return scheme_of(uri) in _EDITABLE


def file_name(uri: str, *, windows: bool = WINDOWS) -> str | None:
    """Returns the normalized path that a `file` URI names; None for other URIs, or a file on another computer.

    `?` and `#` are ordinary characters, because files have no query or fragment.
    """
    if scheme_of(uri) != "file":
        return None
    host, rest = "", uri[len("file:") :]
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    try:
        name = unquote_to_bytes(rest).decode(errors="surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate, which no file name contains
        return None
    if not name.startswith("/") or "\0" in name:
        return None
    is_here = host.lower() in ("", "localhost")
    if not windows:
        return posixpath.normpath("/" + name.lstrip("/")) if is_here else None
    drive = _DRIVE.match(name)
    if drive and is_here:
        return ntpath.normpath(f"{drive[1].upper()}:{name[drive.end() :] or '/'}")
    return ntpath.normpath(name if is_here else f"//{host}{name}")


def path_of(uri: str) -> Path | None:
    """Returns the path that a `file` URI names, None for any other URI."""
    name = file_name(uri)
    return Path(name) if name else None


def file_uri(name: str, *, bare: str = "", windows: bool = WINDOWS) -> str:
    """Returns the URI of an absolute path. Characters in `bare` are not percent-encoded."""
    path, host = (name.replace("\\", "/"), "") if windows else (name, "")
    if windows and path.startswith("//"):
        host, _, path = path[2:].partition("/")
    elif windows:
        drive, path = path[:2], path[2:]
        colon = ":" if ":" in bare else "%3A"
        host = f"/{drive[0].lower()}{colon}"
    path = path if path.startswith("/") else f"/{path}"
    return f"file://{host}{quote_from_bytes(path.encode(errors='surrogateescape'), safe='/' + bare)}"


class Identities:
    """Maps URIs to files, and files to URIs in the client's spelling.

    Resolving links costs system calls. It is done once per folder until `refresh`, and never for paths that the client
    names below a workspace folder.
    """

    def __init__(self, folders: Iterable[tuple[str, Path]] = ()) -> None:
        self._folders: dict[Path, str] = {}
        self._bare: set[str] = set()
        """Characters that this client does not percent-encode, as learned from its URIs."""
        self._opened: dict[Path, dict[str, None]] = {}
        """URIs of open documents by resolved path, the last opened one last."""
        self._key_of: dict[str, Path] = {}
        """Resolved path of each open document when it was opened."""
        self._real: dict[Path, Path] = {}
        """Cache: resolved folders."""
        self._spoken: dict[Path, str] = {}
        """Cache: URIs sent to the client. A file keeps its URI until folders change."""
        for uri, root in folders:
            self.add_folder(uri, root)

    def add_folder(self, uri: str, root: Path) -> None:
        """Add a workspace folder with the client's URI for it."""
        self._folders[root] = uri.rstrip("/") if scheme_of(uri) == "file" else file_uri(str(root)).rstrip("/")
        self._learn(uri)
        self._spoken.clear()

    def remove_folder(self, root: Path) -> None:
        """Remove a workspace folder."""
        self._folders.pop(root, None)
        self._spoken.clear()

    def refresh(self) -> None:
        """Resolve links again at the next request."""
        self._real.clear()

    def location(self, uri: str) -> Path | None:
        """Returns the path of a document: below a workspace folder whenever it leads there, by whatever link."""
        path = path_of(uri)
        return None if path is None else self.below_folder(path)

    def below_folder(self, path: Path) -> Path:
        """Returns a path as one below a workspace folder if it resolves into one, else unchanged."""
        if not self._folders or any(path.is_relative_to(root) for root in self._folders):
            return path
        real = self._resolved(path)
        inside = [(top, root) for root in self._folders if real.is_relative_to(top := self._resolved(root))]
        if not inside:
            return path
        top, root = max(inside, key=lambda pair: len(pair[0].parts))
        return root / real.relative_to(top)

    def note_open(self, uri: str) -> None:
        """Record that the client has a document open under this URI."""
        path = path_of(uri)
        if path is not None and uri not in self._key_of:
            self._learn(uri)
            if self.below_folder(path) == path:
                self._spoken[path] = uri  # the client's own spelling, also once it is closed
            self._key_of[uri] = key = self._resolved(path)
            self._opened.setdefault(key, {})[uri] = None

    def note_closed(self, uri: str) -> None:
        """Remove an open document."""
        key = self._key_of.pop(uri, None)
        if key is not None:
            self._opened[key].pop(uri, None)
            if not self._opened[key]:
                del self._opened[key]

    def opened_at(self, path: Path) -> str | None:
        """Returns the URI under which a file is open, None if it is not."""
        uris = self._opened.get(self._resolved(path)) if self._opened else None
        return next(reversed(uris)) if uris else None

    def uri_of(self, path: Path) -> str:
        """Returns the URI of a file: that of the open document, else one below its folder's URI."""
        return self.opened_at(path) or self.spelled(path)

    def spelled(self, path: Path) -> str:
        """Returns the URI of a file in the client's spelling; always the same one."""
        if path not in self._spoken:
            roots = [root for root in self._folders if path.is_relative_to(root)]
            bare = "".join(sorted(self._bare))
            if roots:
                root = max(roots, key=lambda root: len(root.parts))
                rest = path.relative_to(root).as_posix().encode(errors="surrogateescape")
                self._spoken[path] = f"{self._folders[root]}/{quote_from_bytes(rest, safe='/' + bare)}"
            else:
                self._spoken[path] = file_uri(str(path), bare=bare)
        return self._spoken[path]

    def folder_uri(self, root: Path) -> str:
        """Returns the URI of a workspace folder in the client's spelling."""
        return self._folders.get(root) or file_uri(str(root))

    def _learn(self, uri: str) -> None:
        """Note whether the client leaves the characters unencoded that RFC 3986 allows in a path."""
        if not self._bare and scheme_of(uri) == "file" and any(sign in uri[len("file://") :] for sign in _MAY_STAND):
            self._bare.update(_MAY_STAND)

    def _resolved(self, path: Path) -> Path:
        """Returns a path with links resolved. Each folder above it is resolved only once."""
        folder = path.parent
        if folder not in self._real:
            self._real[folder] = _real(folder)
        real = self._real[folder] / path.name
        return _real(real) if _is_link(real) else real


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path
