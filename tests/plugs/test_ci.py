"""What other programs run of ours does its work: hooks, GitHub's steps, GitLab's script, the image's steps."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
POSSE = Path(sys.executable).parent / "posse"
BAD = "import subprocess\nsubprocess.run(command, shell=True)\n"

pytestmark = pytest.mark.longest


def run(*command: str | Path, cwd: Path, status: int = 0, **environment: str) -> str:
    """Run a command with this Python's commands first on the PATH. Returns what it printed."""
    path = os.pathsep.join([str(POSSE.parent), os.environ["PATH"]])
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, **environment}
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, env=env, timeout=600)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
    return run("git", *who, *arguments, cwd=folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a bad file that is committed, and one that is staged."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "old.py").write_text(BAD)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Add old.py")
    (folder / "new.py").write_text("x = 1\n")
    git(folder, "add", ".")
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of this project as they are now, from which others install it."""
    folder = tmp_path_factory.mktemp("ours")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All")
    return folder


def test_pre_commit_checks_the_files_of_a_commit(project: Path, ours: Path, tmp_path: Path) -> None:
    hooks = {"repo": str(ours), "rev": git(ours, "rev-parse", "HEAD").strip(), "hooks": [{"id": "posse"}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [hooks]}))
    home = str(tmp_path / "home")
    assert "Passed" in run("pre-commit", "run", cwd=project, PRE_COMMIT_HOME=home)
    failed = run("pre-commit", "run", "--all-files", cwd=project, status=1, PRE_COMMIT_HOME=home)
    assert "B602" in failed and "old.py" in failed
    (project / "bandit.yaml").write_text("skips: [B602, B404]\n")
    assert "Passed" in run("pre-commit", "run", "--all-files", cwd=project, PRE_COMMIT_HOME=home)


def test_pre_commit_checks_the_lines_of_a_commit(project: Path, ours: Path, tmp_path: Path) -> None:
    hooks = {"repo": str(ours), "rev": git(ours, "rev-parse", "HEAD").strip(), "hooks": [{"id": "posse-staged"}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [hooks]}))
    home = str(tmp_path / "home")
    (project / "old.py").write_text(f"x = 1\n{BAD}")
    git(project, "add", ".")
    assert "Passed" in run("pre-commit", "run", cwd=project, PRE_COMMIT_HOME=home)
    (project / "old.py").write_text(f"x = 1\n{BAD}assert x\n")
    git(project, "add", ".")
    failed = run("pre-commit", "run", cwd=project, status=1, PRE_COMMIT_HOME=home)
    assert "B101" in failed and "B602" not in failed


class Action:
    """Runs the steps of our action as GitHub's runner does, but for those of other actions."""

    def __init__(self, folder: Path, temporary: Path, **inputs: str) -> None:
        self.described: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
        defaults = {name: value["default"] for name, value in self.described["inputs"].items()}
        self.values = {f"inputs.{name}": value for name, value in (defaults | inputs).items()}
        self.folder, self.temporary = folder, temporary
        self.summary, self.printed = "", ""

    def run(self, name: str, status: int = 0) -> None:
        """Run the step with a name."""
        (step,) = [step for step in self.described["runs"]["steps"] if step["name"] == name]
        assert step["shell"] == "bash" and "${{" not in step["run"]
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        environment = {key: self._filled(value) for key, value in step.get("env", {}).items()}
        environment |= {key: str(file) for key, file in files.items()} | {"RUNNER_TEMP": str(self.temporary)}
        command = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"])
        self.printed = run(*command, cwd=self.folder, status=status, **environment)
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        self.values |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in outputs.items()}
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()

    def _filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: self.values[match[1]], text)


def test_steps_of_the_action_report_and_fail(project: Path, ours: Path, tmp_path: Path) -> None:
    action = Action(project, tmp_path, arguments="-ll")
    action.values["github.action_path"] = str(ours)
    action.run("Install Posse")
    action.run("Scan")
    assert "::error file=old.py,line=2" in action.printed
    assert "| high | [B602]" in action.summary and "B404" not in action.summary
    (report,) = json.loads((project / "posse.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in report["results"]] == ["B602"]
    action.run("Fail on findings", status=1)

    (project / "old.py").write_text("x = 1\n")
    action.run("Scan")
    action.run("Fail on findings")


def test_steps_of_the_action_take_no_command_from_inputs(project: Path, tmp_path: Path) -> None:
    (tmp_path / "posse" / "bin").mkdir(parents=True)
    (tmp_path / "posse" / "bin" / "posse").symlink_to(POSSE)
    action = Action(project, tmp_path, paths="$(touch stolen) ;touch${IFS}stolen `touch stolen`")
    action.run("Scan", status=2)
    assert not list(tmp_path.rglob("stolen"))


def test_upload_can_be_left_out_and_needs_no_token_in_a_script() -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    (upload,) = [step for step in steps if "uses" in step]
    assert upload["if"] == "inputs.upload == 'true'"
    assert upload["with"]["sarif_file"] == "${{ inputs.sarif-file }}"


def test_script_for_gitlab_writes_its_report(project: Path, ours: Path) -> None:
    head, job = yaml.safe_load_all((ROOT / "templates" / "posse" / "template.yml").read_text())
    given = {name: value.get("default") for name, value in head["spec"]["inputs"].items()} | {"package": str(ours)}
    variables = {
        name: re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda match: given[match[1]], value)
        for name, value in job["posse"]["variables"].items()
    }
    for status, command in zip((0, 1), job["posse"]["script"], strict=True):
        run("bash", "-e", "-c", command, cwd=project, status=status, **variables)
    (artifact,) = job["posse"]["artifacts"]["paths"]
    assert job["posse"]["artifacts"]["reports"]["codequality"] == artifact
    entries = json.loads((project / artifact).read_text())
    assert {entry["check_name"] for entry in entries} == {"B404", "B602"}
    assert {entry["location"]["path"] for entry in entries} == {"old.py"}


def dockerfile() -> Mapping[str, list[str]]:
    """The arguments of each instruction, by the instruction."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "Dockerfile").read_text().splitlines():
        if line and not line.startswith("#"):
            instruction, _, arguments = line.partition(" ")
            found.setdefault(instruction, []).append(arguments)
    return found


def test_steps_of_the_image_make_a_command_that_runs(project: Path, ours: Path, tmp_path: Path) -> None:
    steps, build, target = dockerfile(), tmp_path / "build", tmp_path / "opt"
    build.mkdir()
    for copied in steps["COPY"]:
        if not copied.startswith("--from"):
            *sources, into = shlex.split(copied)
            run("cp", "--recursive", *(ours / source for source in sources), build / into, cwd=tmp_path)
    for command in steps["RUN"]:
        run("sh", "-c", command.replace("/opt/posse", str(target)), cwd=build)
    assert steps["ENTRYPOINT"] == ['["posse"]'] and steps["USER"] == ["65532:65532"]
    assert "B602" in run(target / "bin" / "posse", "scan", cwd=project, status=1)
    assert not list((target / "bin").glob("pip*"))
