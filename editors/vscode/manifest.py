"""Write the settings into the extension's manifest: `python editors/vscode/manifest.py`.

Those of the server follow from the model of the section `posse`, so that they are described in one place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posse_checks.config.policy import policy_keys
from posse_server.project.editor_settings import Preference

MANIFEST = Path(__file__).with_name("package.json")

OURS: dict[str, dict[str, Any]] = {
    "interpreter": {
        "markdownDescription": "The Python that runs the server, 3.10 or newer: a path, or a list of the program and "
        "its options; `~` and `${workspaceFolder}` stand for folders. Where it is empty, the one that is selected in "
        "the Python extension is taken, else `python3` or `python` on PATH (on Windows also `py -3`).",
        "type": ["string", "array"],
        "items": {"type": "string"},
        "default": "",
        "scope": "machine-overridable",
    },
    "trace.server": {
        "markdownDescription": "How much of the conversation with the server is written to the log while the log's "
        "level is *Trace* (command *Developer: Set Log Level...*).",
        "enum": ["messages", "verbose"],
        "default": "messages",
        "scope": "window",
    },
}
"""The settings that are the extension's own."""

EDITORS: dict[str, dict[str, Any]] = {
    "configurationPath": {
        "markdownDescription": "The configuration file to take, relative to the workspace folder, whatever lies "
        "elsewhere. Where it is empty, the nearest one above each file is.",
        "type": "string",
        "default": "",
    },
    "configurationPreference": {
        "markdownDescription": "Who wins where both these settings and the project's configuration say something.",
        "enum": [preference.value for preference in Preference],
        "default": Preference.PROJECT.value,
    },
    "workspaceDiagnostics": {
        "markdownDescription": "Whether the findings of all files of the workspace are shown, not just of open ones.",
        "type": "boolean",
        "default": False,
    },
    "codeLens": {
        "markdownDescription": "Whether a code lens above the first line says how many findings are not shown, for a "
        "`# nosec` comment or as they are in the baseline.",
        "type": "boolean",
        "default": False,
    },
}
"""The settings that only an editor has."""

RESTRICTED = ("interpreter", "configurationPath", "baseline")
"""The settings that name a program or a file. A workspace that is not trusted does not choose them."""


def settings() -> dict[str, Any]:
    """All settings, by their full names."""
    said = {name: _setting(schema) for name, schema in policy_keys().schema()["properties"].items()}
    for_folders = {name: {**schema, "scope": "resource"} for name, schema in (EDITORS | said).items()}
    return {f"posse.{name}": schema for name, schema in (OURS | for_folders).items()}


def manifest() -> str:
    """The manifest as it shall be."""
    said = json.loads(MANIFEST.read_text(encoding="utf-8"))
    said["contributes"]["configuration"]["properties"] = settings()
    restricted = [f"posse.{name}" for name in RESTRICTED]
    said["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _setting(schema: dict[str, Any]) -> dict[str, Any]:
    """A key's schema as the editor wants it: with a description in Markdown, and always a type and a default."""
    schema = {key: _brief(key, part) for key, part in schema.items()}
    text = schema.pop("description").replace("this file's folder", "the workspace folder")
    schema = {"markdownDescription": text, **schema}
    if "type" not in schema:
        schema["type"] = "string"
    return {**schema, "default": schema.get("default", {} if schema["type"] == "object" else "")}


def _brief(key: str, schema: Any) -> Any:
    """A part of a schema, with any text for a list of all IDs: the server says what is wrong with one."""
    if isinstance(schema, dict):
        if len(schema.get("enum", ())) > 20:
            return {"type": "string"}
        return {key: _brief(key, part) for key, part in schema.items()}
    if key == "enum":
        return [word for word in schema if word is not False]  # YAML's `off`
    return schema


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
