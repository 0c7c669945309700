"""A fix writes `os.environ` at a position through an existing import, or with a new one."""

from __future__ import annotations

import pytest

from posse_checks.rule import UnfixableError
from tests.rule.marked import edited, marked


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("import os\nhere()\n", "os.environ"),
        ("import os as o\nhere()\n", "o.environ"),
        ("import os.path\nhere()\n", "os.environ"),
        ("from os import environ\nhere()\n", "environ"),
        ("from os import environ as e\nhere()\n", "e"),
        ("def f():\n    import os\n    here()\n", "os.environ"),
        ("def f():\n    from os import environ\n    here()\n", "environ"),
        ("import os\nclass A:\n    os = 1\n    def f(self):\n        here()\n", "os.environ"),
        ("x = (\nimport os\nhere()\n", "os.environ"),
    ],
)
def test_an_import_that_is_there_is_used(text: str, expression: str) -> None:
    access = marked(text).source.name_access("os", "environ")
    assert (access.expression, access.replacements) == (expression, ())


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("here()\n", "import os\n\nhere()\n"),
        ("here()\nimport os\n", "import os\n\nhere()\nimport os\n"),
        ("if a:\n    import os\nhere()\n", "import os\n\nif a:\n    import os\nhere()\n"),
        ("import abc\ndef f():\n    here()\n", "import abc\nimport os\ndef f():\n    here()\n"),
        ("from os import environ\nenviron = {}\nhere()\n", "import os\nfrom os import environ\nenviron = {}\nhere()\n"),
        ("x = (\nhere()\n", "import os\n\nx = (\nhere()\n"),
    ],
)
def test_an_import_is_added(text: str, after: str) -> None:
    access = marked(text).source.name_access("os", "environ")
    assert access.expression == "os.environ"
    assert edited(text, access.replacements) == after


@pytest.mark.parametrize(
    "text",
    [
        "os = 1\nhere()\n",
        "import posixpath as os\nhere()\n",
        "import environ as os, os\nhere()\n",
        "def f(os):\n    here()\n",
        "def f():\n    here()\n    import os\n",
        "def f():\n    if a:\n        import os\n    here()\n",
        "import os\ndef f():\n    os = 1\n    here()\n",
        "import os\nclass A:\n    os = 1\n    here()\n",
        "try:\n    import os\nexcept ImportError:\n    os = None\nhere()\n",
        "def f():\n    global os\n    os = 1\ndef g():\n    here()\n",
        "def g():\n    lambda os: here()\n",
    ],
)
def test_a_name_that_may_mean_something_else_is_refused(text: str) -> None:
    with pytest.raises(UnfixableError, match="something else is called os here"):
        marked(text).source.name_access("os", "environ")
