"""The extension for VS Code, and an editor to test it in."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[3]
EXTENSION = PROJECT / "editors" / "vscode"
VSIX = PROJECT / "dist" / "posse.vsix"
"""The package that `make vsix` builds."""
