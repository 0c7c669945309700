"""Workflows, forms and entries, checked by what the services themselves check with, where that can be had."""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest
from rattler_build import PlatformConfig, RenderConfig, Stage0Recipe, VariantConfig

from posse_checks import __version__

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def run(program: str, *arguments: str | Path) -> str:
    """Run a checker in the project. Returns its output, or fails with it."""
    command = [str(SCRIPTS / program), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def test_workflows_and_the_action_have_no_known_holes() -> None:
    options = ("--offline", "--no-progress", "--persona", "pedantic")
    assert "No findings" in run("zizmor", *options, ".github/workflows", "action.yml")


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", sorted((ROOT / ".github" / "workflows").glob("*.yml"))),
        ("github-actions", [ROOT / "action.yml"]),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_files_for_github_follow_its_schemas(schema: str, files: list[Path]) -> None:
    assert files
    run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)


def test_schema_of_configurations_follows_its_own_schema() -> None:
    run("check-jsonschema", "--check-metaschema", "docs/configuration.schema.json")


def test_rattler_renders_the_recipe_for_conda_forge() -> None:
    recipe = ROOT / "packaging" / "entries" / "conda-forge" / "recipes" / "posse-lsp" / "recipe.yaml"
    platform = RenderConfig(PlatformConfig(target_platform="linux-64"))
    [variant] = Stage0Recipe.from_file(recipe).render(VariantConfig(), platform)
    rendered = variant.recipe
    assert str(rendered.package.name) == "posse-lsp"
    assert str(rendered.package.version) == __version__
    assert {str(part).split()[0] for part in rendered.requirements.run} >= {"python", "pygls", "lsprotocol", "pyyaml"}
