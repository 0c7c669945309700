"""Gets SARIF's schema from a package for Node, since no package for Python has it.

    python -m tests.scan.sarif_schema

Does nothing if it is there. `make` runs it when it sets up the environment.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
SHA256 = "748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102"
"""Of the package."""
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
SCHEMA = Path(__file__).parents[2] / "build" / "sarif-2.1.0.json"


def schema() -> Any:
    """Returns the schema."""
    if not SCHEMA.exists():
        get()
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def get() -> None:
    """Download the package and keep its schema.

    Raises ValueError if it is not the expected package.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PATH": path}, timeout=120)
        (package,) = Path(folder).iterdir()
        content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{PACKAGE} is not the package that was expected: its hash differs")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        SCHEMA.parent.mkdir(exist_ok=True)
        SCHEMA.write_bytes(member.read())


if __name__ == "__main__" and not SCHEMA.exists():
    get()
