"""Writes a bill of materials in CycloneDX's format: what a release contains of others, and what it installs.

python packaging/sbom.py --vsix dist/posse.vsix --wheel dist/FILE.whl --out dist/posse.cdx.json
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import uuid
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from entries import PROJECT, Facts, read_facts
from packageurl import PackageURL

NOTICES = "extension/ThirdPartyNotices.txt"
"""Where the extension lists the packages in it."""
NAMESPACE = uuid.UUID("6f6b7c55-3f54-5a2e-8d5c-1b0f4f6f2a11")
"""Serial numbers are derived from it, so that the same release has the same."""


def bill(facts: Facts, vsix: Path, wheel: Path, made_at_seconds: int) -> str:
    """Returns the bill as JSON. Raises `ValueError` if it does not follow the schema."""
    root = Component(
        type=ComponentType.APPLICATION,
        name=facts.distribution,
        version=facts.version,
        bom_ref=f"pkg:pypi/{facts.distribution}@{facts.version}",
        purl=PackageURL("pypi", None, facts.distribution, facts.version),
        licenses=[LicenseExpression(facts.license)],
        hashes=[_digest(wheel)],
    )
    extension = Component(
        type=ComponentType.APPLICATION,
        name="posse.vsix",
        version=facts.version,
        bom_ref="posse.vsix",
        licenses=[LicenseExpression(facts.license)],
        hashes=[_digest(vsix)],
    )
    bom = Bom(
        serial_number=uuid.uuid5(NAMESPACE, f"{facts.version} {root.hashes} {extension.hashes}"),
        metadata=BomMetaData(component=root, timestamp=datetime.fromtimestamp(made_at_seconds, timezone.utc)),
    )
    bom.components.add(extension)
    others = list(_components(vsix, facts))
    for other in others:
        bom.components.add(other)
    bom.register_dependency(root, [other for other in others if other.name.lower() in facts.dependencies])
    bom.register_dependency(extension, others)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    mistake = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if mistake is not None:
        raise ValueError(f"The bill of materials does not follow CycloneDX's schema: {mistake}")
    return text + "\n"


def _components(vsix: Path, facts: Facts) -> Iterator[Component]:
    """Yields the packages in the extension. Those of Python are also what pip installs beside Posse."""
    with zipfile.ZipFile(vsix) as package:
        notices = package.read(NOTICES).decode()
    found = re.findall(r"^- (\S+) (\S+) \((.+)\)$", notices.partition("=" * 80)[0], re.MULTILINE)
    if not found:
        raise ValueError(f"{NOTICES} names no packages.")
    for name, version, license in found:
        is_python = name.lower() in facts.bundled
        namespace, _, plain = name.rpartition("/")
        plain = plain.lower() if is_python else plain
        purl = PackageURL("pypi" if is_python else "npm", namespace or None, plain, version)
        yield Component(
            name=name,
            version=version,
            purl=purl,
            bom_ref=str(purl),
            licenses=[LicenseExpression(license)],
            properties=[Property(name="posse:bundled", value="posse.vsix")],
        )


def _digest(file: Path) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(file.read_bytes()).hexdigest())


def main() -> int:
    """Write the bill. Returns the exit status."""
    parser = argparse.ArgumentParser(description="write a bill of materials")
    for name in ("vsix", "wheel", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    chosen = parser.parse_args()
    made_at = int(os.environ["SOURCE_DATE_EPOCH"])
    chosen.out.write_text(bill(read_facts(PROJECT), chosen.vsix, chosen.wheel, made_at), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
