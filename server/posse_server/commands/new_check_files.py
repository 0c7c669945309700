"""The files that `posse new-check` writes for checks that are code: in Python, and as a plug-in of Bandit's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

PYTHON = '''"""Objects that are built as a document requests.

`unsafe_load` lets the author of a document decide which Python objects it creates, and so which code runs.
"""

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, last, rule


@rule("{id}", "{name}", HIGH, HIGH, Cwe(502), called=last("unsafe_load"))
def {name}(call: Call):
    yield call.finding(f"{{call.name}} creates any object that the document asks for.")


@{name}.fix("Load plain data", REVIEW)
def load_plain_data(call, source):
    yield source.replaced(call.node.func, source.slice(call.node.func).replace("unsafe_load", "safe_load"))
'''

PLUGIN = '''"""Objects that are built as a document requests.

`unsafe_load` lets the author of a document decide which Python objects it creates, and so which code runs.
"""

import bandit
from bandit.core import issue
from bandit.core import test_properties as test


@test.checks("Call")
@test.test_id("{id}")
def {name}(context):
    """Objects that are built as a document requests."""
    name = context.call_function_name_qual
    if name and name.split(".")[-1] == "unsafe_load":
        return bandit.Issue(
            severity=bandit.HIGH,
            confidence=bandit.HIGH,
            cwe=issue.Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
            text=f"{{name}} creates any object that the document asks for.",
        )
'''

PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "bandit-{dashed}"
version = "0.1.0"
description = "A plug-in of Bandit"
requires-python = ">=3.10"
dependencies = ["bandit>=1.8"]

[project.entry-points."bandit.plugins"]
{name} = "bandit_{name}:{name}"

[tool.hatch.build.targets.wheel]
include = ["bandit_{name}.py"]
"""


def python_files(name: str, id: str) -> Mapping[PurePosixPath, str]:
    """Returns the content of the files of a check in Python, by their paths from the configuration's folder."""
    return {PurePosixPath(".posse", "checks", f"{name}.py"): PYTHON.format(name=name, id=id)}


def plugin_files(name: str, id: str) -> Mapping[PurePosixPath, str]:
    """Returns the content of the files of a plug-in, by their paths from the working folder."""
    folder = PurePosixPath(f"bandit_{name}")
    return {
        folder / "pyproject.toml": PROJECT.format(name=name, dashed=name.replace("_", "-")),
        folder / f"bandit_{name}.py": PLUGIN.format(name=name, id=id),
    }
