"""`posse config`: the effective configuration of a file, a first configuration, the schema."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml
from bandit.core import extension_loader

from tests.scan.compare import content_of
from tests.scan.conftest import Run


def test_show_says_where_each_value_comes_from(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.bandit]\n\nskips = ['B101']\nposse.minimum_severity = 'medium'\n")
    outcome = posse("show", "pkg/a.py", command="config")
    assert outcome.status == 0
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "pkg/a.py, matched as ./pkg/a.py" in lines
    assert "Configuration: pyproject.toml" in lines
    assert "Checked: yes" in lines
    assert "skips [B101] (pyproject.toml:3)" in lines
    assert "posse.minimum_severity medium (default)" not in lines
    assert "posse.run on_type (default)" in lines
    assert "B101 assert_used: `skips` contains B101" in lines


@pytest.mark.parametrize(
    ("files", "file", "line"),
    [
        (
            {"bandit.yaml": "\nexclude_dirs: [gen]\n"},
            "gen/a.py",
            "Checked: no, excluded by `gen` (bandit.yaml:2)",
        ),
        ({}, ".git/a.py", "Checked: no, excluded by `.git` (always excluded, as in Bandit)"),
        ({".bandit": "[bandit]\nexclude = a.py\n"}, "a.py", "Checked: no, excluded by `a.py` (.bandit:2)"),
        ({".bandit": "[bandit]\nlevel = high\n"}, "a.py", "posse.minimum_severity high (.bandit:2)"),
        ({"bandit.yaml": "tests: [B101]"}, "a.py", "B102 exec_used: `tests` does not contain it"),
        ({"bandit.yaml": "skips: [B001]"}, "a.py", "B301 pickle: `skips` contains B001"),
        ({"bandit.yaml": "assert_used: {skips: ['*a.py']}"}, "a.py", "`skips` of `assert_used` matches this file"),
        (
            {"bandit.yaml": "posse: {per_file_ignores: {a.py: [B102]}}"},
            "a.py",
            "`per_file_ignores` contains it for `a.py`",
        ),
        ({"pkg/bandit.yml": "skips: [B102]"}, "pkg/a.py", "pkg/a.py, matched as ./a.py"),
        ({}, "a.py", "Configuration: none"),
    ],
)
def test_show_says_why(files: dict[str, str], file: str, line: str, tmp_path: Path, posse: Run) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    outcome = posse("show", file, command="config")
    assert line in "\n".join(" ".join(line.split()) for line in outcome.out.splitlines())


def test_show_tells_in_which_of_two_files_a_value_is(tmp_path: Path, posse: Run) -> None:
    (tmp_path / ".bandit").write_text("[bandit]\nconfigfile = conf.yaml\nlevel = 2\n")
    (tmp_path / "conf.yaml").write_text("skips: [B1O1]\nposse:\n  run: on_save\n")
    outcome = posse("show", "a.py", command="config")
    assert outcome.out.splitlines()[1:4] == [
        "Configuration: .bandit",
        "Named by it: conf.yaml",
        "  line 1: Unknown test ID `B1O1`. Did you mean B101?",
    ]
    assert "on_save  (conf.yaml:3)" in outcome.out
    assert "low  (.bandit:3)" in outcome.out


def test_show_tells_what_is_wrong(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "bandit.yaml").write_text("\nskips: [")
    outcome = posse("show", "a.py", command="config")
    assert outcome.status == 2
    assert "line 2: Invalid YAML" in outcome.out


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("flags", ["", "-t B101,B602", "-s B101,B404", "-t B602 -s B404"])
def test_generated_configuration_means_the_same_to_both_tools(
    flags: str, tmp_path: Path, bandit: Run, posse: Run
) -> None:
    outcome = posse("generate", *flags.split(), "-o", "conf.yaml", command="config")
    assert (outcome.status, outcome.out) == (0, "")
    theirs = bandit("-r", ".", "-c", "conf.yaml", "-f", "json")
    assert content_of(theirs.out) == content_of(posse("-r", ".", "-c", "conf.yaml", "-f", "json").out)
    assert posse("generate", *flags.split(), command="config").out == (tmp_path / "conf.yaml").read_text()


def test_generated_defaults_are_bandits(posse: Run) -> None:
    """Bandit's generator writes some sections under wrong names, so that Bandit does not read them: see the page."""
    ours = yaml.safe_load(posse("generate", "--show-defaults", command="config").out)
    functions = [entry.plugin for entry in extension_loader.MANAGER.plugins if hasattr(entry.plugin, "_takes_config")]
    theirs = {
        function._takes_config: sys.modules[function.__module__].gen_config(function._takes_config)
        for function in functions
        if hasattr(sys.modules[function.__module__], "gen_config")
    }
    assert ours == theirs


@pytest.mark.parametrize(
    "flags", ["-t B1O1", "-s assert_used", "-t B101 -s B101", "-o there.yaml", "-o no/folder.yaml"]
)
def test_generate_says_what_it_cannot_do(flags: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "there.yaml").write_text("mine")
    outcome = posse("generate", *flags.split(), command="config")
    assert (outcome.status, outcome.out) == (2, "")
    assert len(outcome.err.splitlines()) == 1
    assert (tmp_path / "there.yaml").read_text() == "mine"


def test_schema_knows_every_default(posse: Run) -> None:
    schema = json.loads(posse("schema", command="config").out)
    defaults = yaml.safe_load(posse("generate", "--show-defaults", command="config").out)
    for section, options in defaults.items():
        described = schema["properties"][section]["properties"]
        assert {name: described[name]["default"] for name in options} == options
    assert schema["properties"]["posse"]["properties"]["run"]["enum"] == ["on_type", "on_save"]
