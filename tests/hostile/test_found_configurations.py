"""Configurations and baselines that are not files of the project: links, pipes, devices; in scans and editors."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from pathlib import Path

import pytest

from posse_checks.config.ini_source import EMPTY_INI
from posse_server.project.discovery import NAMES
from posse_server.project.workspace import Workspace
from posse_server.scan.arguments import add_arguments, merged
from posse_server.scan.settings import resolver_for
from tests.hostile.growth import WIDE_LIMIT, Action, power
from tests.scan.conftest import Run, posse

__all__ = ["posse"]  # the fixture
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows wants a privilege for links")

SECRET = "TOPSECRET=hunter2\n"
WAYS = ["-r .", "-r . --isolated", "-r . -c ../ours.yaml", "a.py"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posse: Run) -> Path:
    """A project beside files that do not belong to it; a scan runs in it."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("assert a\n")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "ours.yaml").write_text("skips: [B999]\n")
    monkeypatch.chdir(project)
    return project


@pytest.mark.parametrize("name", [*NAMES, ".bandit-baseline.json"])
@pytest.mark.parametrize(
    "target", ["../secret", "/dev/zero", "/dev/stdin", "pipe", "/proc/self/environ", "nowhere", "loop"]
)
def test_what_is_no_file_of_the_project_is_not_read(name: str, target: str, project: Path, posse: Run) -> None:
    os.mkfifo(project / "pipe")
    (project / "loop").symlink_to("loop")
    (project / name).symlink_to(target)
    for way in WAYS:
        outcome = posse(*way.split())
        assert outcome.status in (1, 2)
        assert "hunter2" not in outcome.out + outcome.err and "Traceback" not in outcome.err
        assert len(outcome.err.splitlines()) < 5
    config = Workspace([project]).resolve(project / "a.py")
    said = "".join(
        problem.message for file in (config.file.files() if config.file else ()) for problem in file.parsed.problems
    )
    assert "hunter2" not in said


@pytest.mark.parametrize("name", NAMES)
def test_link_out_of_the_project_is_told(name: str, project: Path, posse: Run) -> None:
    (project / name).symlink_to("../secret")
    outcome = posse("-r", ".")
    assert "a link that leads out of the project" in outcome.err
    assert outcome.status == (1 if name == "pyproject.toml" else 2)


@pytest.mark.parametrize("name", ["bandit.yaml", "pyproject.toml", ".bandit"])
def test_link_within_the_project_counts(name: str, project: Path, posse: Run) -> None:
    text = {
        "bandit.yaml": "skips: [B101]",
        "pyproject.toml": "[tool.bandit]\nskips=['B101']",
        ".bandit": "[bandit]\nskips=B101",
    }
    (project / "config").mkdir()
    (project / "config" / "shared").write_text(text[name])
    (project / name).symlink_to("config/shared")
    assert posse("a.py").status == 0


def test_link_that_the_command_line_names_counts(project: Path, posse: Run) -> None:
    (project.parent / "shared.yaml").write_text("skips: [B101]")
    (project.parent / "shared.ini").write_text("[bandit]\nskips = B101\n")
    (project / "linked.yaml").symlink_to("../shared.yaml")
    (project / "linked.ini").symlink_to("../shared.ini")
    assert posse("a.py", "-c", "linked.yaml").status == 0
    assert posse("a.py", "--ini", "linked.ini").status == 0


@pytest.mark.parametrize("name", ["bandit.yaml", "pyproject.toml", ".bandit"])
def test_configuration_that_is_too_large_is_told(name: str, project: Path, posse: Run) -> None:
    (project / name).write_text("#\n" * (1 << 17))
    for way in WAYS[::3]:
        assert "it is larger than" in posse(*way.split()).err


@pytest.mark.parametrize("link", [None, "../../secret"], ids=["without", "unreadable"])
def test_time_to_find_configurations_grows_with_the_number_of_targets(link: str | None, tmp_path: Path) -> None:
    def make(count: int) -> Action:
        targets = [tmp_path / str(count) / f"d{number}" / "a.py" for number in range(count)]
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            if link and not (target.parent / NAMES[0]).is_symlink():
                (target.parent / NAMES[0]).symlink_to(link)
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        arguments = merged(parser.parse_args(["-r", *map(str, targets), str(tmp_path / str(count))]), EMPTY_INI)
        return lambda: [*map(resolver_for(arguments), map(str, targets))]

    with contextlib.redirect_stderr(io.StringIO()):
        assert power(make, size=128, largest=2048) < WIDE_LIMIT
