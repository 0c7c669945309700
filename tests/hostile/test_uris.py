"""A file has many names: URIs with several spellings, links in either direction, drive letters."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from posse_server.project.identity import Identities, file_name, file_uri, path_of

FOLDERS = ["c++", "proj (copy)", "user@host", "a#b", "100%", "50%2B", "a b", "b&c=d;e,f", "[x]!~'$", "ü", "e\u0301"]


def bare(path: Path) -> str:
    """The URI of a file as some editors spell it: only characters that are invalid in a path are encoded."""
    return "file://" + quote(str(path), safe="/!$&'()*+,;=:@-._~")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/c++/x.py", "/a/c++/x.py"),
        ("file:///a/c%2B%2B/x.py", "/a/c++/x.py"),
        ("file:///a/c%2b%2b/x.py", "/a/c++/x.py"),
        ("file://localhost/a/x.py", "/a/x.py"),
        ("FILE:///a/x.py", "/a/x.py"),
        ("file:/a/x.py", "/a/x.py"),
        ("file:////a//b/../x.py", "/a/x.py"),
        ("file:///a/100%/x.py", "/a/100%/x.py"),
        ("file:///a/50%252B/x.py", "/a/50%2B/x.py"),
        ("file:///a/b%23c?d#e.py", "/a/b#c?d#e.py"),
        ("file:///a/e%CC%81.py", "/a/e\u0301.py"),
        ("file:///a/\u00e9.py", "/a/\u00e9.py"),
        ("file:///a/%FF.py", "/a/\udcff.py"),
        ("file://server/share/x.py", None),
        ("file:///a/%00.py", None),
        ("file:///a/\ud800.py", None),
        ("file://", None),
        ("file:x.py", None),
        ("untitled:Untitled-1", None),
        ("git:/a/x.py", None),
        ("", None),
    ],
)
def test_a_uri_names_a_path(uri: str, path: str | None) -> None:
    assert file_name(uri, windows=False) == path


@pytest.mark.parametrize(
    "uri", ["file:///c%3A/a/x.py", "file:///c:/a/x.py", "file:///C:/a/x.py", "file:///C%3a/a/./x.py", "file:/c:/a/x.py"]
)
def test_drive_letters_are_the_same_in_any_spelling(uri: str) -> None:
    assert file_name(uri, windows=True) == r"C:\a\x.py"


def test_another_computer_is_named_on_windows_alone() -> None:
    assert file_name("file://server/share/x.py", windows=True) == r"\\server\share\x.py"


@pytest.mark.parametrize("name", ["C:\\a b\\c++\\x.py", "C:\\", "\\\\server\\share\\x.py"])
@pytest.mark.parametrize("signs", ["", "+:"])
def test_a_windows_path_comes_back_from_its_uri(name: str, signs: str) -> None:
    assert file_name(file_uri(name, bare=signs, windows=True), windows=True) == name


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("spell", [bare, Path.as_uri])
def test_what_is_below_a_folder_is_spelled_as_the_folder(folder: str, spell: object) -> None:
    assert callable(spell)
    root = Path("/work") / folder
    identities = Identities([(spell(root), root)])
    inside = root / "deep (er)" / "x+y.py"
    spelled = identities.spelled(inside)
    assert spelled.startswith(spell(root) + "/")
    assert path_of(spelled) == inside


@pytest.mark.parametrize("root_of", ["real", "link", "link to link"])
@pytest.mark.parametrize("file_of", ["real", "link", "link to link", "real/../link"])
def test_a_file_is_below_its_folder_by_any_path(tmp_path: Path, root_of: str, file_of: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "link to link").symlink_to(tmp_path / "link")
    root = tmp_path / root_of
    identities = Identities([(root.as_uri(), root)])
    uri = file_uri(f"{tmp_path}/{file_of}/x.py")
    assert identities.location(uri) == root / "x.py"
    identities.note_open(uri)
    assert identities.uri_of(root / "x.py") == uri
    identities.note_closed(uri)
    assert path_of(identities.uri_of(root / "x.py")) == root / "x.py"


def test_a_link_within_a_folder_stays_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    identities = Identities([(tmp_path.as_uri(), tmp_path)])
    assert identities.location((tmp_path / "b.py").as_uri()) == tmp_path / "b.py"
