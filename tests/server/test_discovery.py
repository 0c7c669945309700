"""The configuration file that applies to a folder, whatever has its name there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import ConfigurationFinder
from posse_server.project.effective import resolve
from posse_server.system.reading import YAML_LIMIT


def governing(finder: ConfigurationFinder, folder: Path) -> ConfigurationFile:
    finder.refresh()
    file = finder.nearest(folder)
    assert file is not None
    return file


def skips(file: ConfigurationFile) -> frozenset[str]:
    return resolve(file).configuration.skips


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]")
    finder = ConfigurationFinder(tmp_path)
    first = governing(finder, tmp_path)
    assert governing(finder, tmp_path) is first
    (tmp_path / "bandit.yaml").write_text("skips: [B102, B101]")
    assert skips(governing(finder, tmp_path)) == {"B101", "B102"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell when permissions have changed")
def test_file_whose_permissions_have_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "bandit.yaml"
    path.write_text("skips: [B101]")
    finder = ConfigurationFinder(tmp_path)
    first = governing(finder, tmp_path)
    path.chmod(0o600)
    assert governing(finder, tmp_path) is not first


BOMB = "a: &a [1]\n" + "".join(
    f"{key}: &{key} [{f'*{below}, ' * 9}]\n" for below, key in zip("abcdefg", "bcdefgh", strict=True)
)
GRAVE = {
    "broken": b"skips: [",
    "no UTF-8": b"\xff\xfe",
    "too large": b"#" * (YAML_LIMIT.size + 1),
    "ten megabytes": b"skips: [B102]\n" * 750_000,
    "another type": b"posse: 1",
    "NUL": b"- \0",
    "a tab": b"skips:\r\n\t- B101\r\n",
    "a bomb": BOMB.encode(),
    "an anchor in itself": b"skips: &a [*a]\n",
    "code": b"skips: !!python/object/apply:os.abort []\n",
}


@pytest.mark.parametrize("content", GRAVE.values(), ids=GRAVE)
def test_after_a_grave_mistake_the_last_good_configuration_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bandit.yaml"
    path.write_text("skips: [B101]")
    finder = ConfigurationFinder(tmp_path)
    governing(finder, tmp_path)
    path.write_bytes(content)
    file = governing(finder, tmp_path)
    assert file.parsed.problems[0].fatal
    assert skips(file) == {"B101"}


def test_after_a_folder_took_its_place_the_last_good_configuration_stays(tmp_path: Path) -> None:
    path = tmp_path / "bandit.yaml"
    path.write_text("skips: [B101]")
    finder = ConfigurationFinder(tmp_path)
    governing(finder, tmp_path)
    path.unlink()
    path.mkdir()
    file = governing(finder, tmp_path)
    assert file.parsed.problems[0].message == "Cannot read the file: it is a folder."
    assert skips(file) == {"B101"}


@pytest.mark.parametrize("name", [".bandit", "pyproject.toml"])
def test_folder_of_a_name_that_others_use_too_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]")
    (tmp_path / "pkg" / name).mkdir(parents=True)
    assert governing(ConfigurationFinder(tmp_path), tmp_path / "pkg").path == tmp_path / "bandit.yaml"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in file systems")
def test_pipe_does_not_make_it_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bandit.yaml")
    [problem] = governing(ConfigurationFinder(tmp_path), tmp_path).parsed.problems
    assert "not a regular file" in problem.message


def test_nothing_above_the_top_counts(tmp_path: Path) -> None:
    (tmp_path / "bandit.yaml").write_text("skips: [B101]")
    (tmp_path / "top" / "pkg").mkdir(parents=True)
    assert ConfigurationFinder(tmp_path / "top").nearest(tmp_path / "top" / "pkg") is None


def test_file_that_an_ini_file_names_is_followed(tmp_path: Path) -> None:
    (tmp_path / ".bandit").write_text("[bandit]\nconfigfile = conf.yaml\nskips = B101\n")
    (tmp_path / "conf.yaml").write_text("skips: [B102]")
    finder = ConfigurationFinder(tmp_path)
    assert skips(governing(finder, tmp_path)) == {"B101", "B102"}
    (tmp_path / "conf.yaml").write_text("skips: [B103, B104]")
    assert skips(governing(finder, tmp_path)) == {"B101", "B103", "B104"}
    (tmp_path / "conf.yaml").write_text("skips: [")
    file = governing(finder, tmp_path)
    assert skips(file) == {"B101", "B103", "B104"}


def test_each_file_has_its_own_problems(tmp_path: Path) -> None:
    ini, named = tmp_path / ".bandit", tmp_path / "ci" / "conf.yaml"
    named.parent.mkdir()
    ini.write_text("[bandit]\nlevle = 1\nconfigfile = ci/conf.yaml\nskips = B101\n")
    named.write_text("# ours\nskip: []\n")
    finder = ConfigurationFinder(tmp_path)
    places = [(file.path, [problem.line for problem in file.parsed.problems]) for file in problems(finder)]
    assert places == [(ini, [1]), (named, [1])]
    named.write_text("tests: [B101]\n")
    [mistake] = [problem for problem in next(problems(finder)).parsed.problems if problem.fatal]
    assert (mistake.line, mistake.message) == (3, "Both selected and skipped: B101.")
    named.unlink()
    [mistake] = [problem for problem in next(problems(finder)).parsed.problems if problem.fatal]
    assert (mistake.line, mistake.message) == (2, "ci/conf.yaml: Cannot read the file: No such file or directory.")


def problems(finder: ConfigurationFinder) -> Iterator[ConfigurationFile]:
    return governing(finder, finder.top).files()


@pytest.mark.parametrize("named", [".bandit", "../pkg/.bandit", "other.bandit"])
def test_ini_files_that_name_each_other_are_read_once(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / ".bandit").write_text(f"[bandit]\nconfigfile = {named}\nskips = B101\n")
    (folder / "other.bandit").write_text("[bandit]\nconfigfile = .bandit\nskips = B102\n")
    assert skips(governing(ConfigurationFinder(folder), folder)) == {"B101"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")
@pytest.mark.parametrize("name", ["bandit.yaml", "conf.yaml"])
def test_link_to_itself_is_a_mistake_after_which_the_last_good_configuration_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / ".bandit").write_text("[bandit]\nconfigfile = conf.yaml\n")
    path = tmp_path / name
    path.write_text("skips: [B101]")
    finder = ConfigurationFinder(tmp_path)
    assert skips(governing(finder, tmp_path)) == {"B101"}
    path.unlink()
    path.symlink_to(path.name)
    file = governing(finder, tmp_path)
    assert "Too many levels of symbolic links" in file.parsed.problems[0].message
    assert skips(file) == {"B101"}
