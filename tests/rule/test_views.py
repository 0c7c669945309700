"""Views of a call, an import, a string and a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.document import Document
from posse_checks.rule import HIGH, LOW, MEDIUM, Cwe, File, Finding, Import, Span, String, View, rule
from tests.rule.marked import marked


@pytest.mark.parametrize(
    ("text", "name", "via"),
    [
        ("here()\n", "here", None),
        ("import a\na.here()\n", "a.here", None),
        ("import a as b\nb.here()\n", "a.here", "b"),
        ("from a import here\nhere()\n", "a.here", "here"),
        ("from a import b as c\nc.d.here()\n", "a.b.d.here", "c"),
        ("from . import here\nhere()\n", "here", None),
        ("f().here()\n", ".here", None),
        ("'x'.here()\n", ".here", None),
        ("a[0].b.here()\n", ".b.here", None),
    ],
)
def test_name_of_a_call(text: str, name: str, via: str | None) -> None:
    call = marked(text).call
    assert (call.name, call.via) == (name, via)
    assert call.name.split(".") == call.parts
    assert (call.library, call.function) == (call.parts[0], call.parts[-1])


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("1", 1),
        ("'a'", "a"),
        ("True", "True"),
        ("None", "None"),
        ("name", "name"),
        ("a.b", "b"),
        ("[1, x]", [1, "x"]),
        ("(1, 2)", (1, 2)),
        ("{1}", {1}),
        ("f()", None),
    ],
)
def test_values_of_arguments(argument: str, value: object) -> None:
    call = marked(f"here({argument})\n").call
    assert call.argument(0) == call.arguments[0] == value
    assert call.argument(1) is None
    keyword = marked(f"here(k={argument})\n").call
    assert keyword.keywords == {"k": value}
    assert keyword.passes("k", value) == (value is not None)


def test_keywords_of_a_call() -> None:
    call = marked("here(\n  a=1,\n  **rest,\n  b=\n    2)\n").call
    assert list(call.keywords) == ["a", None, "b"]
    found = call.keyword("b")
    assert found is not None and found.arg == "b" and call.keyword("c") is None
    assert (call.line_of("a"), call.line_of("b"), call.line_of("c")) == (2, 5, None)
    assert not call.passes("c", None)


def test_imports_that_a_call_sees_are_those_above_it() -> None:
    call = marked("import paramiko.client\nhere()\nimport yaml\n").call
    assert call.has_import("paramiko.client") and not call.has_import("paramiko")
    assert call.has_import_like("paramiko") and not call.has_import_like("yaml")


def findings(view: Any, text: str, **triggers: Any) -> list[Finding]:
    """The findings of a rule that reports each view it is shown."""

    def check(view: Any) -> Iterator[Finding]:
        yield view.finding(getattr(view, "value", getattr(view, "prefix", "")))

    check.__annotations__["view"] = view
    declared = rule("B690", "example", HIGH, MEDIUM, Cwe.CODE_INJECTION, **triggers)(check)
    return Document.opened(text, Catalogue([declared])).findings()


def test_strings_have_the_line_range_of_their_parent() -> None:
    (found,) = findings(String, "'docstring'\nf(\n  'x',\n  1)\n", prefixes=["x"])
    assert (found.message, found.line, found.line_range) == ("x", 3, (2, 4))


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("import a.b\n", ""), ("from a import b\n", "a."), ("from . import b\n", ""), ("from .a import b\n", "a.")],
)
def test_prefix_of_imported_names(text: str, prefix: str) -> None:
    def check(view: Import) -> Iterator[Finding]:
        yield view.finding(view.prefix)

    declared = rule("B690", "example", HIGH, LOW, Cwe.CODE_INJECTION)(check)
    found = Document.opened(text, Catalogue([replace(declared, blocked=("a", "b"))])).findings()
    assert [finding.message for finding in found] == [prefix]


def test_a_finding_has_the_grades_of_its_rule_unless_the_check_says_otherwise() -> None:
    view = marked("x = here(\n  1)\n").call
    plain = view.finding("Plain.")
    assert (plain.severity, plain.confidence, plain.line, plain.line_range) == (HIGH, HIGH, 1, (1, 2))
    assert (plain.span, plain.names_its_line) == (Span(1, 4, 2, 4), False)
    own = view.finding("Own.", severity=LOW, confidence=MEDIUM, line=2, at=view.node.args[0], span=view.span)
    assert (own.severity, own.confidence, own.line, own.column) == (LOW, MEDIUM, 2, 2)
    assert (own.span, own.names_its_line) == (Span(1, 4, 1, 8), True)


def test_a_statement_of_the_module_has_no_parent() -> None:
    call, source = marked("x = [here()]\n")
    inner = call.parent(call.node)
    statement = call.parent(inner)
    assert [type(node).__name__ for node in (inner, statement)] == ["List", "Assign"]
    assert list(source.ancestors) == [inner, statement]
    with pytest.raises(LookupError):
        call.parent(statement)


def test_a_file_is_underlined_at_a_character() -> None:
    def check(file: File) -> Iterator[Finding]:
        offset = file.source.index("\u202e")
        yield file.finding("Found.", line=2, column=7, offset=offset)

    declared = rule("B690", "example", HIGH, LOW, Cwe.CODE_INJECTION, characters="\u202e")(check)
    (found,) = Document.opened("a\n\u00e9\u202e\n", Catalogue([declared])).findings()
    assert (found.line, found.column, found.span) == (2, 7, Span(2, 2, 2, 5))


def test_the_base_view_knows_no_import() -> None:

    (found,) = findings(View[ast.Pass], "import a as b\npass\n")
    assert found.via is None
