"""Features that the editor's settings switch on."""

from __future__ import annotations

import enum
from typing import Any

SETTINGS_SECTION = "posse"
"""Name of Posse's section in the editor's settings."""


class Switch(enum.Enum):
    """Features that are off unless the editor's settings switch them on."""

    WORKSPACE_DIAGNOSTICS = "workspaceDiagnostics"
    """Diagnostics of files that are not open."""
    CODE_LENS = "codeLens"
    """A code lens with the number of hidden findings."""
    STATUS = "statusNotifications"
    """Notifications with the numbers of findings, for a client's status bar."""


def section_of(values: Any) -> Any:
    """Returns the content of Posse's section, which is given alone, or in an object that contains it."""
    if isinstance(values, dict) and isinstance(values.get(SETTINGS_SECTION), dict):
        return values[SETTINGS_SECTION]
    return values


def is_switched_on(switch: Switch, values: Any) -> bool:
    """Whether settings switch a feature on."""
    section = section_of(values)
    return isinstance(section, dict) and section.get(switch.value) is True
