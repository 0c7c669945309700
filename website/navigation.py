"""Which pages the site has, in which order, and where each file of the project is on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

HOME = "README.md"
"""The project's README, some sections of which are on the site's home page. Links to it lead there."""
HOME_SECTIONS = ("Why believe it", "Comparison")
RULES_PAGE = "docs/rules.md"
"""The page that has every rule: on the site, a list of pages."""


class Section(NamedTuple):
    """A group of pages under a title in the sidebar, as paths in the project."""

    title: str
    pages: Sequence[str]


SECTIONS = (
    Section(
        "Use Posse",
        (
            "docs/start.md",
            "docs/suppression.md",
            "docs/configuration.md",
            "docs/flows.md",
            "docs/fixes.md",
            "docs/ci.md",
            "docs/scan.md",
            "docs/scale.md",
        ),
    ),
    Section(
        "In your editor",
        (
            "docs/editors/vscode.md",
            "docs/editors/neovim.md",
            "docs/editors/emacs.md",
            "docs/editors/helix.md",
            "docs/editors/vim.md",
            "docs/editors/kate.md",
            "docs/editors/sublime.md",
            "docs/editors/zed.md",
            "docs/editors/jetbrains.md",
            "docs/editor.md",
        ),
    ),
    Section("Coming from", ("docs/from-bandit.md", "docs/from-bandits-extension.md", "docs/from-ruff.md")),
    Section("Extend Posse", ("docs/own-checks.md", "docs/first-rule.md", "docs/api.md")),
    Section("Reference", (RULES_PAGE, "docs/deviations.md", "SECURITY.md", "CHANGELOG.md")),
    Section(
        "Project",
        (
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "docs/style.md",
            "docs/releasing.md",
            "CODE_OF_CONDUCT.md",
            "checks/README.md",
            "checks/posse_checks/incremental/README.md",
            "server/README.md",
            "editors/README.md",
            "tests/README.md",
        ),
    ),
)
EXTENSION_POINT = "Extend Posse"
"""The section of pages in `docs/` that the table above does not name."""


def sections(project: Path) -> Iterator[Section]:
    """Yields the sections, with all pages of `docs/`."""
    named = {page for section in SECTIONS for page in section.pages}
    found = (path.relative_to(project).as_posix() for path in sorted(project.glob("docs/**/*.md")))
    others = tuple(page for page in found if page not in named)
    for section in SECTIONS:
        yield section._replace(pages=(*section.pages, *others)) if section.title == EXTENSION_POINT else section


def place(page: str) -> PurePosixPath:
    """Returns where a page of the project is on the site: pages of `docs/` at the top, others under `project/`."""
    path = PurePosixPath(page)
    if page == HOME:
        return PurePosixPath("index.md")
    if path.parts[0] == "docs":
        return path.relative_to("docs")
    name = "-".join(part.lower() for part in path.with_suffix("").parts if part != "README")
    return PurePosixPath("project", f"{name}.md")
