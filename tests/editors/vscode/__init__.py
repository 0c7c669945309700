"""The extension for VS Code, and an editor to try it in."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[3]
EXTENSION = PROJECT / "editors" / "vscode"
VSIX = PROJECT / "dist" / "posse.vsix"
"""The package as `make vsix` builds it."""
