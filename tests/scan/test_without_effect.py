"""Messages about configuration without effect: misplaced keys, unused sections, patterns that match no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan.conftest import Run

WITHOUT_EFFECT = {
    "level: high": "`level` has no effect here: set `minimum_severity` under `posse`.",
    "severity: high": "`severity` has no effect here: set `minimum_severity` under `posse`.",
    "confidence: high": "`confidence` has no effect here: set `minimum_confidence` under `posse`.",
    "minimum_severity: high": "`minimum_severity` has no effect here: it belongs under `posse`.",
    "per_file_ignores: {}": "`per_file_ignores` has no effect here: it belongs under `posse`.",
    "exclude: [a]": "`exclude` has no effect here: use `exclude_dirs` instead.",
    "targets: [a]": "`targets` has no effect here: it is an option of `.bandit` files and of the command line.",
    "output: a": "`output` has no effect here: it is an option of `.bandit` files and of the command line.",
    "any_other_function_with_shell_equals_true: {}": "B604 takes its options from the section `shell_injection`.",
    "exec_used: {a: 1}": "`exec_used` has no effect here: B102 has no options.",
    "B101: {skips: []}": "`B101` has no effect here: put IDs in the lists `tests` and `skips`.",
    "skip: [B101]": "`skip` has no effect here: use `skips` instead.",
    "exclude_dir: [a]": "Neither Bandit nor Posse knows the key `exclude_dir`. Did you mean exclude_dirs?",
    "nonsense: 1": "Neither Bandit nor Posse knows the key `nonsense`.",
    "posse: {level: high}": "`posse` has no option `level`. Did you mean minimum_severity?",
}


@pytest.mark.parametrize(("key", "said"), WITHOUT_EFFECT.items())
def test_key_without_effect_is_told(key: str, said: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / "bandit.yaml").write_text(f"{key}\n")
    for way in ("", "-c bandit.yaml"):
        outcome = posse("a.py", *way.split())
        assert outcome.status == 1
        assert outcome.err.startswith("posse: bandit.yaml:1: ") and outcome.err.endswith(f"{said}\n")


@pytest.mark.parametrize(
    "key", ["x-ours: 1", "a: &a [B102]\nskips: *a", "blacklist_calls: {}", "assert_used: {skips: []}"]
)
def test_key_that_is_there_for_a_reason_is_not_told(key: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / "bandit.yaml").write_text(f"{key}\n")
    assert posse("a.py").err == ""


def test_level_in_toml_is_told(tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / "pyproject.toml").write_text('[tool.bandit]\nlevel = "high"\n')
    assert "pyproject.toml:2: `level` has no effect here" in posse("a.py").err


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("exclude_dirs = a", "`exclude_dirs` has no effect here: use `exclude` instead."),
        ("severity = high", "`severity` has no effect here: use `level` instead."),
        ("posse = 1", "`posse` has no effect here: it belongs in a configuration in YAML or TOML."),
    ],
)
def test_option_without_effect_is_told(option: str, said: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / "a.py").write_text("assert a\n")
    (tmp_path / ".bandit").write_text(f"[bandit]\n{option}\n")
    assert posse("a.py").err == f"posse: .bandit:2: {said}\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[tool.bandit]\nlevel = 'high'\n"),
        ("bandit.yaml", "level: high\nconfidence: high\nbaseline: a.json\nexclude: a.py\n"),
        ("bandit.yaml", "posse:\n  minimum_severity:\n  baseline: null\n"),
        ("bandit.yaml", "skips: B101\n"),
        (".bandit", "[bandit]\nlevel =\nbaseline =\nexclude =\n"),
    ],
)
def test_default_is_credited_to_no_line(name: str, content: str, tmp_path: Path, posse: Run) -> None:
    (tmp_path / name).write_text(content)
    shown = posse("show", "a.py", command="config").out
    assert f"{name}:" not in shown


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files and tests."""
    for name in ("a.py", "tests/b.py", "docs/notes.txt", "pkg/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("assert a\n")
    return tmp_path


UNMATCHED = {
    "exclude_dirs: [tests, docs, test, '*/none/*']": ["`test`", "`*/none/*`"],
    "exclude_dirs: [./tests, ./docs/*, ./tsts]": ["`./tsts`"],
    "posse: {per_file_ignores: {'tests/**': [B101], 'tets/**': [B101], 'c.py': [B101], 'd.py': [B101]}}": [
        "`tets/**`",
        "`d.py`",
    ],
}


@pytest.mark.parametrize(("content", "patterns"), UNMATCHED.items())
def test_pattern_that_matches_no_file_is_told(content: str, patterns: list[str], tree: Path, posse: Run) -> None:
    (tree / "bandit.yaml").write_text(content)
    if "test, " in content:
        patterns = patterns[1:]  # a part of `tests`
    for way in ("", "-c bandit.yaml"):
        said = posse("-r", ".", *way.split()).err.splitlines()
        assert [line.split("matches ")[1].split(" in ")[0] for line in said] == patterns
    assert posse("-r", "pkg").err == ""  # what else there is was not looked at
    assert posse("a.py").err == ""


def test_pattern_of_the_command_line_that_matches_no_file_is_told(tree: Path, posse: Run) -> None:
    assert posse("-r", ".", "-x", "nowhere,./tests,./pkg").err == "posse: nothing matches -x `nowhere`\n"
    said = "posse: nothing matches -x `tests/*`; did you mean `./tests/*`?\n"
    assert posse("-r", ".", "-x", "tests").err == said
    assert posse("-r", ".").err == ""
    (tree / ".bandit").write_text("[bandit]\nexclude = ./tests,nowhere\n")
    assert posse("-r", ".").err == "posse: nothing matches `nowhere` in `exclude`\n"


def test_pattern_of_a_folder_is_matched_with_its_files(tree: Path, posse: Run) -> None:
    (tree / "pkg" / "bandit.yaml").write_text("exclude_dirs: [tests]\n")
    assert posse("-r", ".").err == "posse: nothing below pkg matches `tests` in `exclude_dirs`\n"


def test_pattern_of_an_environment_that_is_left_out_anyway_is_not_told(tree: Path, posse: Run) -> None:
    (tree / "venv").mkdir()
    (tree / "venv" / "pyvenv.cfg").write_text("")
    (tree / "bandit.yaml").write_text("exclude_dirs: [venv]\n")
    assert "matches" not in posse("-r", ".").err
