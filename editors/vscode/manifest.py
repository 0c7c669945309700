"""Write settings and version into the extension's manifest: `python editors/vscode/manifest.py`.

The server's settings are generated from the model of the section `posse`, and the version is the engine's, so that each
is given in one place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posse_checks import __version__
from posse_checks.config.editor_keys import EDITOR_KEYS, setting_name
from posse_checks.config.policy import OLD_NAMES, PROJECT_ONLY, policy_keys
from posse_checks.config.schema_types import properties
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
        "enumDescriptions": ["The names of messages.", "Messages with their content."],
        "default": "messages",
        "scope": "window",
    },
    "importStrategy": {
        "markdownDescription": "Which Posse to run. An untrusted workspace always runs the bundled one.",
        "enum": ["bundled", "fromEnvironment"],
        "enumDescriptions": [
            "The one that comes with the extension.",
            "The one in the environment of the Python that runs the server; if it has none, the bundled one.",
        ],
        "default": "bundled",
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
        "enumDescriptions": ["The project's configuration file.", "The editor's settings."],
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

GROUPS: dict[str, tuple[str, ...]] = {
    "What Is Checked": (
        "enable",
        "select",
        "tests",
        "skips",
        "excludeDirs",
        "perFileIgnores",
        "minimumSeverity",
        "minimumConfidence",
        "severityMap",
    ),
    "What Is Shown": (
        "show",
        "evidenceSeverity",
        "run",
        "workspaceDiagnostics",
        "codeLens",
        "showSyntaxErrors",
    ),
    "Comments and Baseline": ("nosec", "foreignIds", "baseline", "matching"),
    "Data Flow": ("flow", "flowLocal", "flowModel"),
    "Configuration and Server": (
        "configurationPath",
        "configurationPreference",
        "notebooks",
        "plugins",
        "importStrategy",
        "interpreter",
        "trace.server",
    ),
}
"""The settings in the order in which the editor lists them, by the title of their section."""
OLD_GROUP = "Old Names"

RESTRICTED = ("interpreter", "importStrategy", "configurationPath", "baseline")
"""Settings that name a program or a file. An untrusted workspace cannot set them."""


def settings() -> dict[str, Any]:
    """Returns all settings, by their full names."""
    options = policy_keys().schema()["properties"]
    options = {name: schema for name, schema in options.items() if name not in PROJECT_ONLY}
    said = {setting_name(name): _setting(schema) for name, schema in (options | properties(EDITOR_KEYS)).items()}
    for name in (*options, *EDITOR_KEYS):
        new = setting_name(OLD_NAMES.get(name, name))
        if name != new:
            said[name] = {**said[new], "deprecationMessage": f"Use posse.{new}."}
    said["showSyntaxErrors"]["markdownDescription"] += (
        " If not set, this is off beside Pylance, Pyright, basedpyright or Ruff, which mark it too."
    )
    for_folders = {name: {**schema, "scope": "resource"} for name, schema in (EDITORS | said).items()}
    return {f"posse.{name}": schema for name, schema in (OURS | for_folders).items()}


def sections() -> list[dict[str, Any]]:
    """Returns the settings in sections, in the order in which the editor lists them."""
    left = settings()
    found = []
    for title, names in GROUPS.items():
        listed = {f"posse.{name}": left.pop(f"posse.{name}") for name in names}
        ordered = {name: {**schema, "order": order} for order, (name, schema) in enumerate(listed.items())}
        found.append({"title": title, "order": len(found), "properties": ordered})
    new = [name for name, schema in left.items() if "deprecationMessage" not in schema]
    assert not new, f"name the section of {new} in GROUPS"
    return [*found, {"title": OLD_GROUP, "order": len(found), "properties": left}]


def manifest() -> str:
    """Returns the updated manifest."""
    said = json.loads(MANIFEST.read_text(encoding="utf-8"))
    said["version"] = __version__
    said["contributes"]["configuration"] = sections()
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
    empty["boolean"] = True  # what an editor does with `flow`, the only switch without a default
    return {**schema, "default": schema.get("default", empty.get(schema["type"], ""))}


def _brief(key: str, schema: Any) -> Any:
    """Returns a part of a schema, with any string in place of a list of all IDs: the server reports unknown ones."""
    if isinstance(schema, dict):
        if key == "properties":
            schema = {setting_name(name): part for name, part in schema.items()}
        if any(len(one.get("enum", ())) > 20 for one in (schema, *schema.get("anyOf", ()))):
            return {"type": "string"}
        return {key: _brief(key, part) for key, part in schema.items()}
    if key == "enum":
        return [word for word in schema if word is not False]  # YAML's `off`
    return schema


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
    LOCK.write_text(lock(), encoding="utf-8")
