"""Options of B105 to B107 that Bandit does not have: names and values that are no secrets."""

from __future__ import annotations

from fnmatch import fnmatchcase

from posse_checks.rule import Options

SECTION = "hardcoded_password"
"""The section of the configuration, which Bandit ignores."""
DEFAULTS: Options = {"allowed_names": [], "allowed_values": []}


def is_allowed(name: str, value: object, options: Options) -> bool:
    """Whether the user says that a name never holds a secret, or that a value is none, by patterns of file names."""
    return _matches(name.lower(), options, "allowed_names") or _matches(str(value).lower(), options, "allowed_values")


def _matches(text: str, options: Options, option: str) -> bool:
    """Whether a text in lower case matches a pattern of an option. What is not a list of strings matches nothing."""
    patterns = options.get(option)
    if not isinstance(patterns, (list, tuple)):
        return False
    return any(isinstance(pattern, str) and fnmatchcase(text, pattern.lower()) for pattern in patterns)
