"""What the editor's settings say: the keys of the section `posse`, and where a configuration is, and who wins."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posse_checks.config.reader import read_settings

SECTION = "posse"
"""The section of the editor's settings that is ours."""


PATHS = ("configurationPath", "baseline")
"""The settings that name a file."""


class Preference(enum.Enum):
    """Who wins where the editor's settings and the project's configuration both say something."""

    PROJECT = "project"
    EDITOR = "editor"


class Switch(enum.Enum):
    """What is off unless the editor's settings switch it on."""

    WORKSPACE_DIAGNOSTICS = "workspaceDiagnostics"
    """Diagnostics of files that are not open."""
    CODE_LENS = "codeLens"
    """A code lens with the number of findings that are not shown."""
    STATUS = "statusNotifications"
    """Notifications with the numbers of findings, for a client's status bar."""


@dataclass(frozen=True, slots=True)
class EditorSettings:
    """Settings of one folder of the workspace."""

    said: Mapping[str, Any] = field(default_factory=dict)
    """What they say of the section `posse`."""
    preference: Preference = Preference.PROJECT
    path: str | None = None
    """The configuration file to take, whatever lies elsewhere; relative to the folder."""
    switched_on: frozenset[Switch] = frozenset()
    """What else is wanted."""
    mistakes: tuple[str, ...] = ()
    """What is wrong with them; all else holds."""


def names_another_machine(path: object) -> bool:
    r"""Whether a path begins as those of Windows that name a machine or a device: `\\host\share`, `//host/share`.

    To open such a file is to log in at a machine that whoever wrote the settings chose.
    """
    return isinstance(path, str) and len(path) > 1 and path[0] in "\\/" and path[1] in "\\/"


def read_editor_settings(values: Any) -> EditorSettings:
    """Read settings as they come from the editor: the section's content, or an object that has it."""
    if isinstance(values, dict) and isinstance(values.get(SECTION), dict):
        values = values[SECTION]
    if not isinstance(values, dict):
        return EditorSettings(mistakes=() if values is None else (f"`{SECTION}` is an object.",))
    values = {name: value for name, value in values.items() if value not in (None, "", {})}
    remote = [name for name in PATHS if names_another_machine(values.get(name))]
    values = {name: value for name, value in values.items() if name not in remote}
    path = values.pop("configurationPath", None)
    given = values.pop("configurationPreference", Preference.PROJECT.value)
    switches = {switch: values.pop(switch.value, False) for switch in Switch}
    said, mistakes = read_settings(values)
    mistakes += [
        f"`{name}` names a file on another machine, which is not read. Name one on this machine." for name in remote
    ]
    mistakes += [f"`{switch.value}` is true or false." for switch, on in switches.items() if not isinstance(on, bool)]
    preference = next((one for one in Preference if one.value == given), None)
    if preference is None:
        mistakes.append(f"`configurationPreference` is one of {', '.join(one.value for one in Preference)}.")
    if path is not None and not isinstance(path, str):
        mistakes.append("`configurationPath` is a string.")
    return EditorSettings(
        said=said,
        switched_on=frozenset(switch for switch, on in switches.items() if on is True),
        preference=preference or Preference.PROJECT,
        path=path if isinstance(path, str) else None,
        mistakes=tuple(mistakes),
    )
