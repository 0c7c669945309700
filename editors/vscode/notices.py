"""Write the licenses of everything in a build that is not Posse's own: packages for Python and for Node."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

OWN = "posse-lsp"
LEGAL = re.compile(r"(licen[cs]e|copying|notice|third-?party-?notices)", re.IGNORECASE)
"""How the names of files begin that packages put their licenses and notices in."""
INTRODUCTION = """\
Third-party notices

{what} contains the packages below. Posse itself is licensed under the Apache License 2.0.
"""


class MissingLicenseError(Exception):
    """A package that is bundled has no file with its license."""


@dataclass(frozen=True)
class Package:
    """A package of others: its name and version, the identifier of its license, the texts that must go along."""

    name: str
    version: str
    license: str
    texts: Sequence[str]


def notices(what: str, bundled: Path, metafile: Path, others: Mapping[str, str] = MappingProxyType({})) -> str:
    """Collect the notices for wheels installed in a folder and for the modules that esbuild's metafile lists.

    `what` begins the first sentence; `others` has notices for packages without a license file, by name. Returns the
    text of ThirdPartyNotices.txt. Raises `MissingLicenseError` if a package has no license.
    """
    found = [*_wheels(bundled), *_node_packages(metafile)]
    packages = [replace(each, texts=[others[each.name]]) if each.name in others else each for each in found]
    packages.sort(key=lambda package: package.name.lower())
    for package in packages:
        if not package.texts:
            raise MissingLicenseError(f"{package.name} has no license file: name one in {Path(__file__).name}.")
    contents = "".join(f"- {each.name} {each.version} ({each.license})\n" for each in packages)
    return f"{INTRODUCTION.format(what=what)}\n{contents}" + "".join(map(_section, packages))


def _section(package: Package) -> str:
    title = f"{package.name} {package.version}"
    return f"\n{'=' * 80}\n{title}\n{'=' * 80}\n\n" + "\n\n".join(package.texts) + "\n"


def _wheels(bundled: Path) -> Iterator[Package]:
    for distribution in importlib.metadata.distributions(path=[str(bundled)]):
        metadata = distribution.metadata
        if metadata["Name"] == OWN:
            continue
        folder = bundled / f"{re.sub('[-.]+', '_', metadata['Name']).lower()}-{metadata['Version']}.dist-info"
        said = metadata.get("License-Expression") or metadata.get("License")
        yield Package(
            metadata["Name"],
            metadata["Version"],
            said or _classified(metadata.get_all("Classifier", [])),
            _texts(folder.rglob("*")),
        )


def _classified(classifiers: Sequence[str]) -> str:
    """Return the license that the classifiers name, for wheels that name it nowhere else."""
    names = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    return " and ".join(names) or "see below"


def _node_packages(metafile: Path) -> Iterator[Package]:
    inputs = json.loads(metafile.read_text(encoding="utf-8"))["inputs"]
    folders = {match[0] for path in inputs if (match := re.match(r".*node_modules/(?:@[^/]+/)?[^/]+", path))}
    for folder in sorted(metafile.parents[1] / name for name in folders):
        said = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        yield Package(said["name"], said["version"], said["license"], _texts(folder.iterdir()))


def _texts(paths: Iterator[Path]) -> list[str]:
    """Read the files that are named as those with licenses are, with lines that end as ours do."""
    found = sorted(path for path in paths if path.is_file() and LEGAL.match(path.name))
    return [path.read_text(encoding="utf-8").replace("\r\n", "\n").strip() for path in found]
