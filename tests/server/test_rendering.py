"""The JSON of diagnostics: what is kept from one version to the next is what would be written anew."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.document import Document
from posse_server.protocol import CONVERTER, Encoding, broken_diagnostic, diagnostic
from posse_server.rendering import NOTHING, Rendered, rendered
from tests.engine.edits import BLOCKS, CATALOGUE, FRAGMENTS, place

ALL = st.lists(st.sampled_from(FRAGMENTS + BLOCKS), max_size=12).map("".join)
LONG_CLASS = "class Ä:\n" + "".join(f"    def m{n}(self):\n        'é𝛼'; assert self\n\n" for n in range(30))


def diagnostics(document: Document, encoding: Encoding) -> object:
    stopped = [broken_diagnostic(broken, document.text.lines) for broken in document.broken[:1]]
    findings = [diagnostic(finding, document, encoding) for finding in document.findings()]
    return CONVERTER.unstructure(stopped + findings)


def parsed(new: Rendered) -> object:
    return json.loads(f"[{new.text}]")


@settings(max_examples=150, deadline=None)
@given(ALL, st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 30), ALL), max_size=5), st.sampled_from(Encoding))
def test_what_is_rendered_after_edits_is_what_the_findings_are(
    source: str, edits: list[tuple[int, int, str]], encoding: Encoding
) -> None:
    document = Document.opened(LONG_CLASS + source, CATALOGUE)
    known = rendered(document, encoding)
    assert parsed(known) == diagnostics(document, encoding)
    for start, length, new in edits:
        text = str(document.text)
        start = min(start, len(text))
        document = document.edited(place(text, start), place(text, min(start + length, len(text))), new)
        known = rendered(document, encoding, known)
        assert parsed(known) == diagnostics(document, encoding)


@pytest.mark.parametrize("comment", ["  # why", "  # nosec"])
def test_a_comment_in_one_method_leaves_the_json_of_the_others(comment: str) -> None:
    before = Document.opened(LONG_CLASS, CATALOGUE)
    at = LONG_CLASS.index("\n\n    def m15")
    after = before.edited(place(LONG_CLASS, at), place(LONG_CLASS, at), comment)
    known = rendered(before, Encoding.UTF16)
    new = rendered(after, Encoding.UTF16, known)
    ((_, old_class), (_, new_class)) = (*known.below.items(), *new.below.items())
    kept = [node for node, item in new_class.below.items() if old_class.below.get(node) is item]
    assert len(kept) == 29


def test_a_document_without_findings_is_nothing() -> None:
    assert rendered(Document.opened("import json\n", CATALOGUE), Encoding.UTF8).text == NOTHING.text
