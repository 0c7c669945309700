"""One identity of a file: which path a URI names, which URI the client uses for a path.

Clients spell the same file in several ways: percent-encoded or not, by a link or by where it leads. Files are found by
path, and below a workspace folder always by the path that begins as the client named the folder. What is sent to the
client is spelled as the client spells it: an open document by its own URI, all else as its folder.
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
"""The characters that RFC 3986 allows in a path; some clients encode them, others do not."""
_EDITABLE = frozenset(
    {
        "file", "untitled", "vscode-notebook-cell", "vscode-remote", "vscode-local", "vscode-userdata",
        "vscode-interactive-input", "buffer", "inmemory", "memfs", "ssh", "sftp", "ftp", "wsl", "vsls", "",
    }
)  # fmt: skip
"""The schemes of documents that users can edit. Those of version control, output and the like are for reading."""


def scheme_of(uri: str) -> str:
    """Returns the scheme of a URI in lower case, empty if there is none."""
    found = _SCHEME.match(uri)
    return found[0].lower() if found else ""


def is_editable(uri: str) -> bool:
    """Whether a document can be changed, so that edits of it may be offered."""
    return scheme_of(uri) in _EDITABLE


def file_name(uri: str, *, windows: bool = WINDOWS) -> str | None:
    """Returns the normal path that a file's URI names; None if it is no file's, or of another computer.

    `?` and `#` stand for themselves, since no file has a query or a fragment.
    """
    if scheme_of(uri) != "file":
        return None
    host, rest = "", uri[len("file:") :]
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    try:
        name = unquote_to_bytes(rest).decode(errors="surrogateescape")
    except UnicodeEncodeError:  # half a character, which no file name has
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
    """Returns the path that a file's URI names, None if it is no file's."""
    name = file_name(uri)
    return Path(name) if name else None


def file_uri(name: str, *, bare: str = "", windows: bool = WINDOWS) -> str:
    """Returns the URI of an absolute path, with the characters in `bare` not encoded."""
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
    """Which file a URI names, and how the client spells files.

    Looking where links lead costs system calls, so that is done once per folder, until `refresh`, and never for what
    the client names below a workspace folder.
    """

    def __init__(self, folders: Iterable[tuple[str, Path]] = ()) -> None:
        self._folders: dict[Path, str] = {}
        self._bare: set[str] = set()
        self._opened: dict[Path, dict[str, None]] = {}
        self._key_of: dict[str, Path] = {}
        self._real: dict[Path, Path] = {}
        self._spoken: dict[Path, str] = {}
        for uri, root in folders:
            self.add_folder(uri, root)

    def add_folder(self, uri: str, root: Path) -> None:
        """Take in a workspace folder, as the client spells it."""
        self._folders[root] = uri.rstrip("/") if scheme_of(uri) == "file" else file_uri(str(root)).rstrip("/")
        self._learn(uri)
        self._spoken.clear()

    def remove_folder(self, root: Path) -> None:
        """Forget a workspace folder."""
        self._folders.pop(root, None)
        self._spoken.clear()

    def refresh(self) -> None:
        """Look again where links lead when asked next."""
        self._real.clear()

    def location(self, uri: str) -> Path | None:
        """Returns where a document lies: below a workspace folder by that folder's path, whatever link led there."""
        path = path_of(uri)
        return None if path is None else self.below_folder(path)

    def below_folder(self, path: Path) -> Path:
        """Returns a path as one below a workspace folder, if it leads into one; else the path itself."""
        if not self._folders or any(path.is_relative_to(root) for root in self._folders):
            return path
        real = self._resolved(path)
        inside = [(top, root) for root in self._folders if real.is_relative_to(top := self._resolved(root))]
        if not inside:
            return path
        top, root = max(inside, key=lambda pair: len(pair[0].parts))
        return root / real.relative_to(top)

    def note_open(self, uri: str) -> None:
        """Remember that the client has a document open under this URI."""
        path = path_of(uri)
        if path is not None and uri not in self._key_of:
            self._learn(uri)
            if self.below_folder(path) == path:
                self._spoken[path] = uri  # the client's own spelling, also once it is closed
            self._key_of[uri] = key = self._resolved(path)
            self._opened.setdefault(key, {})[uri] = None

    def note_closed(self, uri: str) -> None:
        """Forget an open document."""
        key = self._key_of.pop(uri, None)
        if key is not None:
            self._opened[key].pop(uri, None)
            if not self._opened[key]:
                del self._opened[key]

    def opened_at(self, path: Path) -> str | None:
        """Returns the URI under which the client has a file open, None if it has not."""
        uris = self._opened.get(self._resolved(path)) if self._opened else None
        return next(reversed(uris)) if uris else None

    def uri_of(self, path: Path) -> str:
        """Returns the URI of a file: of the document that is open for it, else spelled as its folder."""
        return self.opened_at(path) or self.spelled(path)

    def spelled(self, path: Path) -> str:
        """Returns the URI of a file as the client would spell it; the same one each time."""
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
        """Returns the URI of a workspace folder as the client spells it."""
        return self._folders.get(root) or file_uri(str(root))

    def _learn(self, uri: str) -> None:
        """Note whether the client leaves alone what RFC 3986 allows in a path."""
        if not self._bare and scheme_of(uri) == "file" and any(sign in uri[len("file://") :] for sign in _MAY_STAND):
            self._bare.update(_MAY_STAND)

    def _resolved(self, path: Path) -> Path:
        """Returns where a path leads. Of the folders above it, each is looked at once."""
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
