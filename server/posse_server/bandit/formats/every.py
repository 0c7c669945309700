"""The names of Bandit's formats."""

from __future__ import annotations

FORMATS = ("csv", "custom", "html", "json", "sarif", "screen", "txt", "xml", "yaml")
ACCEPT_BASELINE = ("custom", "html", "json", "screen", "txt")
"""The formats in which a report can be compared with a baseline."""
