"""Writes the entries that other projects list Posse with, from the facts of this project.

python packaging/entries.py              # writes them below packaging/
python packaging/entries.py --check      # fails if one of them is stale
python packaging/entries.py --sdist FILE --into FOLDER  # writes them with the digest of a release's sdist
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).resolve().parents[1]
TEMPLATES = PROJECT / "packaging" / "templates"
ENTRIES = PROJECT / "packaging" / "entries"
BANDITS_FILES = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
"""Names of configurations that are Bandit's alone."""
UNKNOWN_DIGEST = "0" * 64
"""Stands for the digest of the source distribution, which exists once a release is built."""
NEEDED_ON_OLD_PYTHONS = {"exceptiongroup", "tomli"}
"""Bundled packages that only Python 3.10 needs; Homebrew's Python is newer."""


@dataclass(frozen=True)
class Facts:
    """What is true of this version of the project."""

    distribution: str
    version: str
    description: str
    license: str
    oldest_python: str
    dependencies: Mapping[str, str]
    bundled: Mapping[str, str]
    repository: str
    site: str
    maintainer: str
    sdists: Mapping[str, str]


def read_facts(project: Path) -> Facts:
    """Reads the facts from the files that have them."""
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = tomllib.loads((project / "packaging" / "facts.toml").read_text(encoding="utf-8"))
    source = (project / "checks" / "posse_checks" / "__init__.py").read_text(encoding="utf-8")
    bundled = (project / "editors" / "vscode" / "bundled.txt").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    assert found
    requirements = (requirement.partition(";")[0].strip() for requirement in metadata["dependencies"])
    split = (re.fullmatch(r"([\w-]+)(.*)", requirement) for requirement in requirements)
    return Facts(
        metadata["name"],
        found[1],
        metadata["description"],
        metadata["license"],
        metadata["requires-python"].removeprefix(">="),
        {match[1].lower(): match[2] for match in split if match},
        {name.lower(): version for name, version in re.findall(r"^([\w-]+)==(\S+)", bundled, re.MULTILINE)},
        own["repository"],
        own["site"],
        own["maintainer"],
        own["sdists"],
    )


def entries(facts: Facts, digest: str = UNKNOWN_DIGEST) -> Mapping[str, str]:
    """Returns the text of each entry by its path. `digest` is the SHA-256 of the source distribution."""
    words = {
        "distribution": facts.distribution,
        "version": facts.version,
        "description": facts.description,
        "license": facts.license,
        "oldest_python": facts.oldest_python,
        "repository": facts.repository,
        "site": facts.site,
        "maintainer": facts.maintainer,
        "sdist": sdist_url(facts.distribution, facts.version),
        "sdist_digest": digest,
        "markers": _lua_list([*BANDITS_FILES, "pyproject.toml", ".bandit", ".git"]),
        "resources": "\n\n".join(_resources(facts)),
        "conda_dependencies": "\n".join(f"    - {name} {version}" for name, version in facts.dependencies.items()),
    }
    texts = {
        path.relative_to(TEMPLATES).as_posix(): Template(path.read_text(encoding="utf-8")).substitute(words)
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }
    data = {"schemastore/catalog-entry.json": _schema_entry(facts), "lsp4ij/posse/template.json": _lsp4ij(facts)}
    data["lsp4ij/posse/installer.json"] = _lsp4ij_installer(facts)
    written = {path: json.dumps(content, indent=2) + "\n" for path, content in data.items()}
    license = {"zed/LICENSE": (PROJECT / "LICENSE").read_text(encoding="utf-8")}
    return {**texts, **written, **license}


def sdist_url(name: str, version: str) -> str:
    """The address of a source distribution on PyPI."""
    file = re.sub(r"[-.]+", "_", name)
    return f"https://files.pythonhosted.org/packages/source/{name[0]}/{name}/{file}-{version}.tar.gz"


def _lua_list(names: list[str]) -> str:
    return "{ " + ", ".join(f"'{name}'" for name in names) + " }"


def _resources(facts: Facts) -> list[str]:
    """The packages that Homebrew installs beside Posse."""
    return [
        f'  resource "{name.replace("_", "-")}" do\n'
        f'    url "{sdist_url(name, version)}"\n'
        f'    sha256 "{facts.sdists[f"{name}-{version}"]}"\n'
        "  end"
        for name, version in sorted(facts.bundled.items())
        if name not in NEEDED_ON_OLD_PYTHONS
    ]


def _schema_entry(facts: Facts) -> Mapping[str, Any]:
    """SchemaStore's entry: the files are Bandit's, so the name is, too."""
    return {
        "name": "Bandit",
        "description": "Configuration of Bandit, the security linter for Python, and of Posse",
        "fileMatch": list(BANDITS_FILES),
        "url": f"{facts.site}/configuration.schema.json",
    }


def _lsp4ij(facts: Facts) -> Mapping[str, Any]:
    """The template that LSP4IJ imports as a folder, in PyCharm and the other IDEs of JetBrains."""
    return {
        "id": "posse",
        "name": "Posse",
        "url": facts.repository,
        "programArgs": {"default": "posse server", "windows": "posse.exe server"},
        "languageMappings": [{"language": "Python", "languageId": "python"}],
        "fileTypeMappings": [{"fileType": {"name": "Python", "patterns": ["*.py"]}, "languageId": "python"}],
    }


def _lsp4ij_installer(facts: Facts) -> Mapping[str, Any]:
    """How LSP4IJ finds out whether Posse is there, and installs it on request."""
    return {
        "id": "posse",
        "name": "Install Posse",
        "executeOnStartServer": False,
        "check": {"exec": {"name": "Look for posse", "command": "posse --version"}},
        "run": {
            "exec": {"name": "Install posse", "command": f"pipx install {facts.distribution}"},
            "onSuccess": {"configureServer": {"name": "Start it", "command": "posse server", "update": True}},
        },
    }


def main() -> int:
    """Write or check the entries. Returns the exit status."""
    parser = argparse.ArgumentParser(description="write the entries for other projects")
    parser.add_argument("--check", action="store_true", help="only say which are stale")
    parser.add_argument("--sdist", type=Path, help="the source distribution of a release")
    parser.add_argument("--into", type=Path, default=ENTRIES, help="folder to write to")
    chosen = parser.parse_args()
    digest = hashlib.sha256(chosen.sdist.read_bytes()).hexdigest() if chosen.sdist else UNKNOWN_DIGEST
    stale = False
    for path, text in entries(read_facts(PROJECT), digest).items():
        file = chosen.into / path
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale = True
        if chosen.check:
            sys.stderr.write(f"{path} is stale: python packaging/entries.py\n")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return int(stale and chosen.check)


if __name__ == "__main__":
    sys.exit(main())
