"""`posse checks` and `posse new-check`: from an empty folder to a check that runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posse_server import cli

CHECK = """- id: X901
  call: jwt.decode
  keyword: {verify: false}
  message: "{name} does not verify."
  bad: ["import jwt; jwt.decode(t, verify=False)"]
  good: ["import jwt as j; j.decode(t)"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_first_check_is_written_with_its_examples_and_runs(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new-check", "first-one"]) == 0
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")) == [
        ".posse/checks/first_one.yaml",
        "bandit.yaml",
    ]
    assert cli.main(["checks", "test"]) == 0
    assert cli.main(["checks", "list"]) == 0
    assert capfd.readouterr().out == (
        "1 check, 2 examples: all hold\n"
        "ID    NAME       SEVERITY  RUNS  DECLARED IN\n"
        "X901  first_one  high      yes   .posse/checks/first_one.yaml:3\n"
    )
    write(folder / "app.py", "import yaml\nyaml.load(f)\n")
    assert cli.main(["scan", "-f", "github", "app.py"]) == 1
    assert "title=X901 first_one" in capfd.readouterr().out


def test_nothing_is_overwritten_and_no_id_is_taken_twice(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(folder / "bandit.yaml", "# mine\n")
    write(folder / ".posse/checks/one.yaml", CHECK)
    assert cli.main(["new-check", "x901"]) == 2
    assert cli.main(["new-check", "one"]) == 2
    assert cli.main(["new-check", "two", "--id", "X901"]) == 2
    assert cli.main(["new-check", "two", "--id", "B901"]) == 2
    assert cli.main(["new-check", "../two"]) == 2
    assert cli.main(["new-check", "assert_used"]) == 2
    assert cli.main(["new-check", "two"]) == 0
    assert "id: X902" in (folder / ".posse/checks/two.yaml").read_text()
    assert (folder / "bandit.yaml").read_text() == "# mine\n"
    assert (folder / ".posse/checks/one.yaml").read_text() == CHECK
    assert capfd.readouterr().err.count("\n") == 8


def test_nothing_is_written_through_a_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / ".posse").symlink_to(elsewhere)
    assert cli.main(["new-check", "one"]) == 2
    assert not list(elsewhere.iterdir())
    assert not (folder / "bandit.yaml").exists()
    (folder / ".posse").unlink()
    (folder / "bandit.yaml").symlink_to(elsewhere / "made.yaml")
    assert cli.main(["new-check", "one"]) == 2
    assert not list(elsewhere.iterdir())


def test_examples_that_do_not_hold_are_drawn(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    declared = "posse:\n  checks:\n  - id: X902\n    call: f\n    message: m\n    bad: ['g()', 'f(']\n"
    write(folder / "bandit.yaml", declared)
    good = "|\n      import jwt\n      x = [jwt.decode(t, verify=False),\n           é.jwt]\n"
    write(folder / ".posse/checks/one.yaml", CHECK.partition("  good:")[0] + f"  good: {good}")
    assert cli.main(["checks", "test"]) == 1
    assert capfd.readouterr().out == (
        "bandit.yaml:6: X902 does not report this example, which is under `bad`.\n\n    g()\n\n"
        "bandit.yaml:6: This example does not parse: '(' was never closed (line 1 of it).\n\n    f(\n\n"
        ".posse/checks/one.yaml:6: X901 reports this example, which is under `good`: jwt.decode does not verify.\n\n"
        "    import jwt\n"
        "    x = [jwt.decode(t, verify=False),\n"
        "         ^^^^^^^^^^ jwt.decode does not verify.\n"
        "         é.jwt]\n\n"
        "2 checks, 4 examples: 3 do not hold\n"
    )


def test_mistakes_fail_the_test_and_leave_the_others(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(folder / ".posse/checks/one.yaml", CHECK)
    write(folder / ".posse/checks/two.yaml", "- {id: X902, call: f, message: '{nme}'}\n- id: [\n")
    write(
        folder / ".posse/checks/three.yaml",
        "- {id: X903, string: '(a', message: m}\n- {id: X901, call: f, message: m}\n",
    )
    assert cli.main(["checks", "test"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == [".posse/checks/three.yaml"] * 2 + [".posse/checks/two.yaml"]
    assert lines[3] == "1 check, 2 examples: all hold"


def test_without_a_configuration_it_says_what_to_do(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["checks", "list"]) == 2
    assert cli.main(["checks", "test", "-c", "no.yaml"]) == 2
    assert "`posse new-check NAME`" in capfd.readouterr().err


def test_semgrep_rules_are_printed_as_checks(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rules = "rules:\n- {id: a, languages: [python], message: m, pattern: f(...)}\n- {id: b, languages: [go]}\n"
    write(folder / "semgrep.yaml", rules)
    assert cli.main(["checks", "import-semgrep", "semgrep.yaml"]) == 1
    out, err = capfd.readouterr()
    assert err == "posse: b: `languages` does not contain python\n"
    write(folder / ".posse/checks/imported.yaml", out)
    assert cli.main(["checks", "list"]) == 0
    assert "X901  a" in capfd.readouterr().out
    assert cli.main(["checks", "import-semgrep", os.devnull]) == 2


def test_rules_command_knows_own_checks(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(folder / ".posse/checks/one.yaml", CHECK)
    assert cli.main(["rules"]) == 0
    assert capfd.readouterr().out.splitlines()[-1].startswith("X901  x901 ")
    assert cli.main(["rules", "X901"]) == 0
    assert "jwt.decode does not verify." in capfd.readouterr().out
    assert cli.main(["config", "show", "app.py"]) == 0
    assert "posse.checks" in capfd.readouterr().out
