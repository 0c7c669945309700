"""The fixes of all that holds a password: reading it from the environment instead."""

from __future__ import annotations

import ast
import re

from posse_checks.fix import Edits
from posse_checks.source import Source
from posse_checks.syntax import is_string

TITLE = "Read it from the environment"

_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])")
_TAKEN = {"PWD": "PASSWORD", "PASS": "PASSWORD", "PASWORD": "PASSWORD"}
"""Names of variables that mean something else, or were cut short, each with a better one."""


def read_from_environment(name: str, secret: ast.AST | None, source: Source, *, when_called: bool = True) -> Edits:
    """A secret read from the variable that is called like the name.

    Without the variable the program stops there with a KeyError, or, where that would be while it is being imported,
    goes on with None.
    """
    if not is_string(secret) or not secret.value:
        return []
    variable = re.sub(r"\W+", "_", _HUMP.sub("_", name), flags=re.ASCII).strip("_").upper()
    variable = source.quoted(_TAKEN.get(variable, variable))
    return source.rerouted(secret, "os", "environ", suffix=f"[{variable}]" if when_called else f".get({variable})")
