"""Write settings and version into the extension's manifest: `python editors/vscode/manifest.py`.

The server's settings are generated from the model of the section `posse`, and the version is the engine's, so that each
is given in one place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posse_checks import __version__
from posse_checks.config.policy import OLD_NAMES, SETTING_NAMES, policy_keys
from posse_server.project.editor_settings import Preference

MANIFEST = Path(__file__).with_name("package.json")
LOCK = Path(__file__).with_name("package-lock.json")

OURS: dict[str, dict[str, Any]] = {
    "interpreter": {
        "markdownDescription": "Python that runs the server, 3.10 or newer: a path, or a list of the program and "
        "its options; `~` and `${workspaceFolder}` stand for folders. If empty, the one selected in "
        "the Python extension is used, else `python3` or `python` on PATH (on Windows also `py -3`).",
        "type": ["string", "array"],
        "items": {"type": "string"},
        "default": "",
        "scope": "machine-overridable",
    },
    "trace.server": {
        "markdownDescription": "How much of the communication with the server to write to the log while the log's "
        "level is *Trace* (command *Developer: Set Log Level...*).",
        "enum": ["messages", "verbose"],
        "default": "messages",
        "scope": "window",
    },
}
"""Settings of the extension itself."""

EDITORS: dict[str, dict[str, Any]] = {
    "configurationPath": {
        "markdownDescription": "Path to a configuration file, relative to the workspace folder. If empty, the nearest "
        "one above each file is used.",
        "type": "string",
        "default": "",
    },
    "configurationPreference": {
        "markdownDescription": "Which takes precedence when editor settings and project configuration conflict.",
        "enum": [preference.value for preference in Preference],
        "default": Preference.PROJECT.value,
    },
    "workspaceDiagnostics": {
        "markdownDescription": "Show the findings of all files in the workspace, not only of open ones.",
        "type": "boolean",
        "default": False,
    },
    "codeLens": {
        "markdownDescription": "Show the number of suppressed and baselined findings above the first line.",
        "type": "boolean",
        "default": False,
    },
}
"""Settings of the server that only editors have."""

RESTRICTED = ("interpreter", "configurationPath", "baseline")
"""Settings that name a program or a file. An untrusted workspace cannot set them."""


def settings() -> dict[str, Any]:
    """Returns all settings, by their full names."""
    options = policy_keys().schema()["properties"]
    said = {SETTING_NAMES.get(name, name): _setting(schema) for name, schema in options.items()}
    for old, now in OLD_NAMES.items():
        said[old]["deprecationMessage"] = f"Use posse.{SETTING_NAMES.get(now, now)}."
    for_folders = {name: {**schema, "scope": "resource"} for name, schema in (EDITORS | said).items()}
    return {f"posse.{name}": schema for name, schema in (OURS | for_folders).items()}


def manifest() -> str:
    """Returns the updated manifest."""
    said = json.loads(MANIFEST.read_text(encoding="utf-8"))
    said["version"] = __version__
    said["contributes"]["configuration"]["properties"] = settings()
    restricted = [f"posse.{name}" for name in RESTRICTED]
    said["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def lock() -> str:
    """Returns the updated list of the packages that the extension is built with, which repeats its version."""
    said = json.loads(LOCK.read_text(encoding="utf-8"))
    said["version"] = said["packages"][""]["version"] = __version__
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _setting(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a key's schema as VS Code expects it: with a description in Markdown, a type and a default."""
    schema = {key: _brief(key, part) for key, part in schema.items()}
    text = schema.pop("description").replace("this file's folder", "the workspace folder")
    schema = {"markdownDescription": text, **schema}
    if "type" not in schema:
        schema["type"] = "string"
    empty: dict[str, Any] = {"object": {}, "array": []}
    return {**schema, "default": schema.get("default", empty.get(schema["type"], ""))}


def _brief(key: str, schema: Any) -> Any:
    """Returns a part of a schema, with any string in place of a list of all IDs: the server reports unknown ones."""
    if isinstance(schema, dict):
        if len(schema.get("enum", ())) > 20:
            return {"type": "string"}
        return {key: _brief(key, part) for key, part in schema.items()}
    if key == "enum":
        return [word for word in schema if word is not False]  # YAML's `off`
    return schema


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
    LOCK.write_text(lock(), encoding="utf-8")
