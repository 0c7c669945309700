"""The editor's settings: the keys of the section `posse`, the path of a configuration, and which takes precedence."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posse_checks.config.editor_keys import EDITOR_KEYS
from posse_checks.config.reader import read_settings
from posse_server.project.switches import SETTINGS_SECTION, Switch, section_of

PATHS = ("configurationPath", "baseline")
"""Settings that name a file."""


class Preference(enum.Enum):
    """Which takes precedence if the editor's settings and the project's configuration conflict."""

    PROJECT = "project"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """The editor's settings for one workspace folder."""

    policy_options: Mapping[str, Any] = field(default_factory=dict)
    """Values for keys of the section `posse` of a configuration."""
    preference: Preference = Preference.PROJECT
    path: str | None = None
    """The configuration file to use instead of any other, relative to the folder."""
    is_enabled: bool = True
    """Whether files are checked."""
    tests: tuple[str, ...] = ()
    """The IDs to run; if empty, the settings do not say."""
    skips: tuple[str, ...] = ()
    """The IDs not to run."""
    exclude_dirs: tuple[str, ...] = ()
    """Patterns of files that are not checked, besides those of the configuration."""
    switched_on: frozenset[Switch] = frozenset()
    """Features that are on."""
    mistakes: tuple[str, ...] = ()
    """Mistakes in the settings. Only the faulty settings are ignored."""


NO_SETTINGS = EditorSettings()
"""The settings of a client that has none, and those of scans."""


def names_another_machine(path: object) -> bool:
    r"""Whether a path has the form in which Windows names a machine or a device: `\\host\share`, `//host/share`.

    Opening such a file means logging in to a machine that the author of the settings chose.
    """
    return isinstance(path, str) and len(path) > 1 and path[0] in "\\/" and path[1] in "\\/"


def read_editor_settings(values: Any) -> EditorSettings:
    """Read settings from the editor: the content of the section, or an object that contains the section."""
    values = section_of(values)
    if not isinstance(values, dict):
        return EditorSettings(mistakes=() if values is None else (f"`{SETTINGS_SECTION}` must be an object.",))
    values = {name: value for name, value in values.items() if value not in (None, "", {})}
    remote = [name for name in PATHS if names_another_machine(values.get(name))]
    values = {name: value for name, value in values.items() if name not in remote}
    path = values.pop("configurationPath", None)
    given = values.pop("configurationPreference", Preference.PROJECT.value)
    switches = {switch: values.pop(switch.value, False) for switch in Switch}
    options, mistakes = read_settings(values)
    policy_options = {name: value for name, value in options.items() if name not in EDITOR_KEYS}
    mistakes += [
        f"`{name}` is ignored: it names a file on another machine. Name one on this machine." for name in remote
    ]
    mistakes += [
        f"`{switch.value}` must be true or false." for switch, on in switches.items() if not isinstance(on, bool)
    ]
    preference = next((one for one in Preference if one.value == given), None)
    if preference is None:
        mistakes.append(f"`configurationPreference` must be one of {', '.join(one.value for one in Preference)}.")
    if path is not None and not isinstance(path, str):
        mistakes.append("`configurationPath` must be a string.")
    return EditorSettings(
        policy_options=policy_options,
        switched_on=frozenset(switch for switch, on in switches.items() if on is True),
        is_enabled=options.get("enable", True),
        tests=tuple(dict.fromkeys((*options.get("select", ()), *options.get("tests", ())))),
        skips=options.get("skips", ()),
        exclude_dirs=options.get("exclude_dirs", ()),
        preference=preference or Preference.PROJECT,
        path=path if isinstance(path, str) else None,
        mistakes=tuple(mistakes),
    )
