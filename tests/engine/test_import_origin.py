"""The import that a flagged name comes from."""

from __future__ import annotations

import pytest

from posse_checks.fixes.import_origin import ImportOrigins
from posse_checks.incremental.document import Document
from tests.engine.edits import CATALOGUE

CALL = "subprocess.run(a, shell=True)\n"


@pytest.mark.parametrize(
    ("source", "id", "origin"),
    [
        ("import subprocess as s\ns.run(a, shell=True)\n", "B602", ("s", "subprocess", 1)),
        ("from subprocess import run\nrun(a, shell=True)\n", "B602", ("run", "subprocess.run", 1)),
        ("import a, subprocess as s\n\ns.run(a, shell=True)\n", "B602", ("s", "subprocess", 1)),
        (f"import subprocess\n{CALL}", "B602", None),
        (
            "from os import system\nfrom subprocess import run as system\nsystem(a, shell=True)\n",
            "B602",
            ("system", "subprocess.run", 2),
        ),
        ("def f():\n    import subprocess as s\n    s.run(a, shell=True)\n", "B602", ("s", "subprocess", 2)),
        ("if a:\n    foo(\n    import subprocess as s\n    s.run(a, shell=True)\n", "B602", ("s", "subprocess", 3)),
        ("assert a\n", "B101", None),
    ],
)
def test_the_last_import_above_gives_a_name_its_meaning(
    source: str, id: str, origin: tuple[str, str, int] | None
) -> None:
    document = Document.opened(source, CATALOGUE)
    finding = next(finding for finding in document.findings() if finding.rule.id == id)
    found = ImportOrigins(document).of(finding)
    assert (found and (found.name, found.meaning, found.line)) == origin


def test_the_range_of_an_origin_is_that_of_its_name() -> None:
    document = Document.opened("\n\nfrom subprocess import call, run as r\nr(a, shell=True)\n", CATALOGUE)
    finding = next(finding for finding in document.findings() if finding.rule.id == "B602")
    found = ImportOrigins(document).of(finding)
    assert found is not None
    assert (found.span.line, found.span.column, found.span.end_line, found.span.end_column) == (3, 29, 3, 37)
