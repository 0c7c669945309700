"""Comments for Ruff on the lines of a finding, which Bandit does not read."""

from __future__ import annotations

import pytest

from posse_checks.config.configuration import Configuration
from posse_checks.incremental.document import Document
from posse_checks.nosec.noqa import noqa_on


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("exec(a)  # noqa: S102", "# noqa: S102"),
        ("exec(a)  #NOQA:S102", "# noqa: S102"),
        ("exec(a)  # noqa: E501, S102 - why", "# noqa: S102"),
        ("exec(a)  # noqa:E501,S102", "# noqa: S102"),
        ("exec(a)  # noqa", "# noqa"),
        ("exec(  # noqa: S102\n    a,\n)", "# noqa: S102"),
        ("exec(\n    a,\n)  # noqa: S102", "# noqa: S102"),
        ("exec(a)  # noqa: S101", None),
        ("exec(a)  # noqa: S1022", None),
        ("exec(a)  # a noqa", None),
        ("exec(a)", None),
    ],
)
def test_comment_that_is_meant_for_the_finding_is_found(text: str, comment: str | None) -> None:
    document = Document.opened(f"{text}\n", Configuration().catalogue_for("./a.py"))
    [finding] = document.findings()
    assert noqa_on(finding, document.text.lines) == comment
