"""A whole file, checked from its bytes."""

from __future__ import annotations

import pytest

from posse_checks.incremental.check_file import check_module, decode
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from tests.engine.edits import BLOCKS, CATALOGUE


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a = 1\n", "a = 1\n"),
        (b"\xef\xbb\xbfa\n", "a\n"),
        ("é\n".encode(), "é\n"),
        (b"# coding: latin-1\n\xe9\n", "# coding: latin-1\né\n"),
        (b"a\r\nb\rc", "a\r\nb\rc"),
        (b"", ""),
    ],
)
def test_a_file_is_decoded_by_its_declaration(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (b"a\n\xe9\n", 2, "utf-8"),
        (b"# coding: nonsense\n", 1, "nonsense"),
        (b"# coding: hex\n61\n", 1, "hex"),
        (b"a\nb\0\n", 2, "NUL"),
        (b"a\nb = = c\n", 2, "syntax"),
    ],
)
def test_a_file_that_is_no_python_has_a_reason(data: bytes, line: int, word: str) -> None:
    broken = check_module(data, CATALOGUE)
    assert isinstance(broken, Broken)
    assert broken.line == line
    assert word in broken.message


@pytest.mark.parametrize(
    "source", ["assert a\n", "exec(a)  # nosec\nexec(b)\n", "# \u202e\nassert a  # nosec\n", *BLOCKS]
)
def test_a_file_has_the_findings_of_a_document(source: str) -> None:
    document, checked = Document.opened(source, CATALOGUE), check_module(source.encode(), CATALOGUE)
    if isinstance(checked, Broken):
        assert document.broken
    else:
        assert list(checked) == list(document.assessed)
        assert not document.broken
