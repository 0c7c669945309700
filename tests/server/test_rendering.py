"""The JSON of diagnostics: reused parts equal freshly rendered ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posse_checks.baseline.match import KnownFindings, finding_key
from posse_checks.config.policy import Matching, Policy
from posse_checks.incremental.document import Document
from posse_server.protocol.convert import Encoding, broken_diagnostic, diagnostic
from posse_server.protocol.converter import CONVERTER
from posse_server.protocol.diagnostics_json import NO_BASELINE, explained_in, rendered
from posse_server.protocol.rendered import NOT_RENDERED, Rendered
from tests.engine.edits import BLOCKS, CATALOGUE, FRAGMENTS, place

ALL = st.lists(st.sampled_from(FRAGMENTS + BLOCKS), max_size=12).map("".join)
LONG_CLASS = "class Ä:\n" + "".join(f"    def m{n}(self):\n        'é𝛼'; assert self\n\n" for n in range(30))


def diagnostics(document: Document, encoding: Encoding, known: KnownFindings = NO_BASELINE) -> object:
    stopped = [broken_diagnostic(explained_in(document, broken), document.text.lines) for broken in document.broken[:1]]
    findings = [
        diagnostic(finding, document, encoding, is_hint=Policy().is_hint(finding, is_harmless=False))
        for finding in known.partition(document.findings(), finding_key)[0]
    ]
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


IMPORTING = st.lists(
    st.sampled_from(
        [
            *("import subprocess as s\n", "from os import system\n", "import os\n", "\n", "# a comment\n", "x = (\n"),
            *("s.run(a, shell=True)\n", "def f():\n    import subprocess as s\n    s.Popen(a)\n", "system(a)\n"),
            *("try:\n    from os import system\nexcept:\n    system(a)\n", "import os as s\ns.system(a)\n"),
        ]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(IMPORTING, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), IMPORTING, st.booleans()), max_size=6))
def test_what_findings_are_related_to_is_where_it_is_after_edits(
    source: str, edits: list[tuple[int, int, str, bool]]
) -> None:
    uri = "file:///a.py"
    document = Document.opened(source, CATALOGUE)
    known = rendered(document, Encoding.UTF16, related_in=uri)
    for start, length, new, is_shown in edits:
        text = str(document.text)
        start = min(start, len(text))
        document = document.edited(place(text, start), place(text, min(start + length, len(text))), new)
        if is_shown:
            known = rendered(document, Encoding.UTF16, known, related_in=uri)
            assert known.text == rendered(document, Encoding.UTF16, related_in=uri).text


KNOWN = st.builds(
    KnownFindings,
    st.dictionaries(
        st.sampled_from(
            [finding_key(one) for one in Document.opened(LONG_CLASS + "".join(BLOCKS), CATALOGUE).findings()]
        ),
        st.sampled_from([1, 2, 29, 30, 31, 32]),
        min_size=1,
    ),
    st.sampled_from(Matching),
)


@settings(max_examples=300, deadline=None)
@given(ALL, st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 30), ALL), max_size=6), KNOWN)
def test_what_a_baseline_hides_after_edits_is_what_it_hides_in_the_new_text(
    source: str, edits: list[tuple[int, int, str]], known: KnownFindings
) -> None:
    document = Document.opened(source + LONG_CLASS, CATALOGUE)
    before = rendered(document, Encoding.UTF16, known=known)
    assert parsed(before) == diagnostics(document, Encoding.UTF16, known)
    for start, length, new in edits:
        text = str(document.text)
        start = min(start, len(text))
        document = document.edited(place(text, start), place(text, min(start + length, len(text))), new)
        before = rendered(document, Encoding.UTF16, before, known=known)
        assert parsed(before) == diagnostics(document, Encoding.UTF16, known)


@pytest.mark.parametrize("count", [1, 14, 29, 30, 31])
def test_under_a_baseline_an_edit_leaves_the_json_of_what_it_did_not_change(count: int) -> None:
    source = f"{LONG_CLASS}\nx = 1\n"
    before = Document.opened(source, CATALOGUE)
    known = KnownFindings({finding_key(before.findings()[0]): count})
    at = source.index("x = 1")
    after = before.edited(place(source, at), place(source, at), "exec(a)\n")
    old = rendered(before, Encoding.UTF16, known=known)
    new = rendered(after, Encoding.UTF16, old, known=known)
    assert next(iter(new.below.values())) is next(iter(old.below.values()))


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
    assert rendered(Document.opened("import json\n", CATALOGUE), Encoding.UTF8).text == NOT_RENDERED.text


@pytest.mark.parametrize("lines_before", ["", "lambda: exec(a)\n", "def f():\n    "])
@pytest.mark.parametrize("source", ["try:\n\x0c", "if a:\n\x0c", "try:\n", "for a in b:\n\x0c\n\x0c", "match a:\n\x0c"])
def test_an_error_that_python_places_past_the_end_is_shown(lines_before: str, source: str) -> None:
    document = Document.opened(lines_before + source, CATALOGUE)
    assert document.broken
    [*_, shown] = json.loads(f"[{rendered(document, Encoding.UTF16).text}]")
    assert shown["range"]["start"]["line"] < len(document.text.lines)
