"""Builds Python environments in which Bandit and plug-ins of a test are installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def make_environment(root: Path, plugins: Mapping[str, str], group: str = "bandit.plugins") -> Path:
    """Make a virtual environment with Bandit and plug-ins: the source of each module, by the name of its entry point.

    The check is the last function of a module. Returns the interpreter.
    """
    packages = root / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    packages.mkdir(parents=True)
    (root / "bin").mkdir()
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (root / "bin" / "python").symlink_to(base if base.exists() else os.path.realpath(sys.executable))
    (root / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    for name in ("bandit", "stevedore", "yaml", "rich", "markdown_it", "mdurl", "pygments", "typing_extensions.py"):
        there = Path(sysconfig.get_path("purelib")) / name
        if there.exists():
            (packages / name).symlink_to(there)
    for info in Path(sysconfig.get_path("purelib")).glob("bandit-*.dist-info"):
        (packages / info.name).symlink_to(info)
    for name, source in plugins.items():
        install(packages, name, source, group)
    return root / "bin" / "python"


def install(packages: Path, name: str, source: str, group: str = "bandit.plugins") -> None:
    """Install a plug-in."""
    (packages / f"plugin_{name}.py").write_text(source)
    (*_, function) = re.findall(r"^def (\w+)", source, re.MULTILINE)
    info = packages / f"plugin_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: plugin-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = plugin_{name}:{function}\n")


def plugin(id: str, body: str, kind: str = "Call", top: str = "") -> str:
    """Returns the source of a plug-in whose function has this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return (
        f'"""Says what {id} is about."""\nimport bandit\nfrom bandit.core import test_properties as test\n{top}\n'
        f"@test.checks({kind!r})\n@test.test_id({id!r})\ndef check(context):\n{lines}"
    )


def reports(text: str = "found", severity: str = "MEDIUM") -> str:
    """Returns the statement of a plug-in that reports a finding."""
    return f"return bandit.Issue(severity=bandit.{severity}, confidence=bandit.HIGH, text={text!r})"


def bandit_says(python: Path, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Returns the results of `bandit -r .` in a folder, under a Python."""
    command = [str(python), "-I", "-m", "bandit", "-q", "-f", "json", "-o", "report.json", "--exit-zero", *arguments]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    results: list[dict[str, Any]] = json.loads((folder / "report.json").read_text())["results"]
    return results
