"""`# posse: ignore[...]`: which findings such a comment suppresses."""

from __future__ import annotations

import pytest

from posse_checks.analysis.assessed import Suppressor
from posse_checks.analysis.ignores import ignored_in
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from tests.engine.edits import ALL_RULES
from tests.oracle import bandit_rows, difference, posse_rows


@pytest.mark.parametrize(
    ("comment", "ids"),
    [
        ("# posse: ignore[P101]", {"P101"}),
        ("# posse: ignore[P101, P203]", {"P101", "P203"}),
        ("# posse: ignore[P101,P203] checked above", {"P101", "P203"}),
        ("# posse: ignore[ P101 , ] -- checked above", {"P101"}),
        ("#posse:ignore [sql_flow]", {"P101"}),
        ("# noqa: S608  # posse: ignore[P101]  # nosec B608", {"P101"}),
        ("# posse: ignore[P101] # posse: ignore[P203]", {"P101", "P203"}),
        ("# posse: ignore[P101, B608, P999, p203]", {"P101"}),
        ("# posse: ignore[B608]", set()),
        ("# posse: ignore[]", set()),
        ("# posse: ignore", set()),
        ("# posse: ignore P101", set()),
        ("# posse: ignore[P101", set()),
        ("# posse: ignore[P101 # why]", set()),
        ("# posse: ignored[P101]", None),
        ("# posse: ignore-next[P101]", None),
        ("# Posse: ignore[P101]", None),
        ("# see posse: ignore[P101]", None),
        ("# nosec P101", None),
    ],
)
def test_comment_names_own_checks(comment: str, ids: set[str] | None) -> None:
    assert ignored_in(comment) == ids


CALL = "import ssl\nc = ssl.create_default_context()\n{}"
OFF = "c.check_hostname = False"


@pytest.mark.parametrize(
    ("statement", "suppressed_by"),
    [
        (f"{OFF}  # posse: ignore[P203]", 3),
        (f"{OFF}  # posse: ignore[P203] why # nosec", 3),
        (f"{OFF}  # posse: ignore[P101]", None),
        (f"{OFF}  # posse: ignore", None),
        (f"{OFF}; x = '# posse: ignore[P203]'", None),
        (f"# posse: ignore[P203]\n{OFF}", None),
        (f"{OFF}\n# posse: ignore[P203]", None),
        ("c.check_hostname = (  # posse: ignore[P203]\n    False\n)", 3),
        ("c.check_hostname = (\n    False  # posse: ignore[P203]\n)", 4),
        ("c.check_hostname = (\n    False\n)  # posse: ignore[P203]", 5),
        ("c.check_hostname = (  # posse: ignore[P101]\n    False\n)  # posse: ignore[P203]", 5),
        ("c.check_hostname = (  # nosec B101\n    False\n)  # posse: ignore[P203]", 5),
        (f"if x:\n    {OFF}  # posse: ignore[P203]", 4),
        (f"if x:  # posse: ignore[P203]\n    {OFF}", None),
        (f"{OFF} \\\n  # posse: ignore[P203]", None),
    ],
)
def test_comment_counts_in_the_lines_of_a_finding(statement: str, suppressed_by: int | None) -> None:
    source = CALL.format(statement) + "\n"
    [assessed] = Document.opened(source, ALL_RULES).assessed
    suppressor = None if suppressed_by is None else Suppressor.IGNORE
    assert (assessed.suppressed_by, assessed.suppressor) == (suppressed_by, suppressor)
    checked = check_module(source.encode(), ALL_RULES)
    assert not isinstance(checked, Broken) and list(checked) == [assessed]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_comment_counts_whatever_ends_its_line(newline: str) -> None:
    source = CALL.format(f"{OFF}  # posse: ignore[P203]\n{OFF}\n").replace("\n", newline)
    found = [item.suppressed_by for item in Document.opened(source, ALL_RULES).assessed]
    assert found == ([None, None] if newline == "\r" else [3, None])  # to the tokenizer, this is one line


def test_blanket_nosec_suppresses_own_findings_and_an_id_of_bandits_does_not() -> None:
    source = CALL.format(f"{OFF}  # nosec\n{OFF}  # nosec B501\n{OFF}  # nosec P203\n")
    found = [(item.suppressed_by, item.suppressor) for item in Document.opened(source, ALL_RULES).assessed]
    assert found == [(3, Suppressor.BLANKET), (None, None), (5, Suppressor.BLANKET)]


@pytest.mark.parametrize(
    "comment",
    [
        "# posse: ignore[B602]",
        "# posse: ignore[P102, B602]",
        "# posse: ignore",
        "# posse: ignore[P102] # nosec B602",
        "# nosec B602 # posse: ignore[P102]",
        "# posse: ignore[P102] nosec",
        "# nosec # posse: ignore[P102]",
        "# posse: ignore[P102]#nosec",
        "# posse: ignore[# nosec B607]",
    ],
)
def test_findings_of_bandits_checks_stay_bandits(comment: str) -> None:
    source = f"import subprocess\nsubprocess.run('ls', shell=True)  {comment}\n"
    assert not difference(bandit_rows(source), posse_rows(Document.opened(source, ALL_RULES).findings()), source)


def test_cells_of_a_notebook_have_comments_of_their_own() -> None:
    cells = [["import ssl\n", "c = ssl.create_default_context()\n", "\n"], [f"{OFF}  # posse: ignore[P203]\n", "\n"]]
    document = Document.opened_cells(cells, ALL_RULES)
    assert [item.suppressed_by for item in document.assessed] == [4]
    assert list(document.ignores) == [4]
    [(_, _), (begin, cell)] = document.cells
    assert (begin, list(cell.ignores)) == (3, [1])
