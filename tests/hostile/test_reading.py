"""Files that must not be read, or not to their end: pipes, devices, links out of the project, endless files."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

from posse_server.system.reading import Limit, OutsideProjectError, UnreadableError, read_bytes

LIMIT = Limit(1000)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a file, beside a stranger's file."""
    project = tmp_path / "project"
    (project / "folder").mkdir(parents=True)
    (project / "own").write_text("ours")
    (tmp_path / "secret").write_text("hunter2")
    (tmp_path / "project-too").mkdir()
    (tmp_path / "project-too" / "secret").write_text("hunter2")
    return project


def test_content_is_read_to_the_last_byte_that_the_limit_allows(project: Path) -> None:
    for size in (0, 1, 999, 1000):
        (project / "a").write_bytes(b"x" * size)
        assert read_bytes(project / "a", LIMIT) == b"x" * size
    (project / "a").write_bytes(b"x" * 1001)
    with pytest.raises(UnreadableError, match="larger than"):
        read_bytes(project / "a", LIMIT)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc")
def test_file_that_is_longer_than_it_says_is_read_up_to_the_limit(project: Path) -> None:
    (project / "a").symlink_to("/proc/cpuinfo")
    assert (project / "a").stat().st_size == 0
    with pytest.raises(UnreadableError, match="larger than"):
        read_bytes(project / "a", Limit(10))
    assert read_bytes(project / "a", Limit(1 << 24)) == Path("/proc/cpuinfo").read_bytes()[: 1 << 24]


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/null", "/dev/tty", "pipe", "folder", "../project", "/"])
def test_what_is_no_regular_file_is_refused_at_once(target: str, project: Path) -> None:
    os.mkfifo(project / "pipe")
    (project / "a").symlink_to(target)
    with pytest.raises((UnreadableError, OSError), match=r"not a regular file|it is a folder|No such"):
        read_bytes(project / "a", LIMIT)


@pytest.mark.parametrize(
    "link",
    [
        {"a": "../secret"},
        {"a": "folder/../../secret"},
        {"a": "b", "b": "c", "c": "../secret"},
        {"a": "up/secret", "up": ".."},
        {"a": "../project-too/secret"},
        {"a": "/etc/passwd"},
    ],
    ids=["beside", "dotted", "chain", "folder", "like-named", "absolute"],
)
def test_link_out_of_the_project_is_not_read(link: dict[str, str], project: Path) -> None:
    for name, target in link.items():
        (project / name).symlink_to(target)
    assert read_bytes(project / "a", Limit(1 << 20))  # of its own accord, the user may
    with pytest.raises(OutsideProjectError):
        read_bytes(project / "a", Limit(1 << 20), within=project)


def test_link_within_the_project_is_read(project: Path, tmp_path: Path) -> None:
    (project / "folder" / "a").symlink_to("../own")
    (tmp_path / "by-link").symlink_to(project)
    for folder in (project, tmp_path / "by-link"):
        for within in (project, tmp_path / "by-link"):
            assert read_bytes(folder / "folder" / "a", LIMIT, within=within) == b"ours"


def test_file_in_a_folder_that_is_a_link_out_of_the_project_is_not_read(project: Path) -> None:
    (project / "out").symlink_to("../project-too")
    with pytest.raises(OutsideProjectError):
        read_bytes(project / "out" / "secret", LIMIT, within=project)


def test_file_that_is_replaced_while_it_is_opened_is_not_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a").symlink_to("../secret")
    system_open = os.open

    def open_and_replace(path: Path, flags: int) -> int:
        descriptor = system_open(path, flags)
        (project / "a").unlink()
        (project / "a").write_text("ours")
        return descriptor

    monkeypatch.setattr(os, "open", open_and_replace)
    with pytest.raises(UnreadableError, match="it was replaced while it was opened"):
        read_bytes(project / "a", LIMIT, within=project)


def test_no_descriptor_stays_open(project: Path) -> None:
    (project / "a").symlink_to("../secret")
    before = sorted(os.listdir("/dev/fd"))
    for limit, within in ((LIMIT, None), (LIMIT, project), (Limit(1), None)):
        with contextlib.suppress(UnreadableError):
            read_bytes(project / "a", limit, within=within)
    assert sorted(os.listdir("/dev/fd")) == before
