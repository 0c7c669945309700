"""Names that are called like a secret, by Bandit's reckoning."""

from __future__ import annotations

import re

_WORD = r"(?:pas+wo?r?d|pass(?:phrase)?|pwd|token|secrete?)"
SECRET = re.compile(rf"^{_WORD}$|_{_WORD}_|^{_WORD}_|_{_WORD}$", re.IGNORECASE)
"""Matches names of secrets."""
