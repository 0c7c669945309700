"""An application with a call that the project's own check reports."""

import yaml


def settings(text: str) -> object:
    """Return the settings in a text."""
    return yaml.unsafe_load(text)
