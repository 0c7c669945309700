"""How fast Posse is, always beside something else in the same run. Nothing here is a test."""

from __future__ import annotations

import os

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What programs run in: where users have them, modules stay compiled, which those of a checkout else would not."""
