"""Benchmarks: Posse's speed, always relative to another program measured in the same run. Nothing here is a test."""

from __future__ import annotations

import os

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Environment of measured programs: compiled modules are cached, as in an installation, unlike in a checkout."""
