"""The names that a scope binds, and which of them by imports."""

from __future__ import annotations

import ast

import pytest

from posse_checks.python.bindings import attributes_assigned, bound_in, nodes_of


def bound(source: str) -> dict[str, list[tuple[str | None, bool]]]:
    """The names that a module binds, each with the meaning of its bindings and whether they are certain."""
    return {
        name: [(binding.meaning, binding.is_certain) for binding in bindings]
        for name, bindings in bound_in(ast.parse(source).body).items()
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a", {"a": [("a", True)]}),
        ("import a.b", {"a": [("a", True)]}),
        ("import a.b as c", {"c": [("a.b", True)]}),
        ("from a import b as c", {"c": [("a.b", True)]}),
        ("from . import a", {"a": [(None, True)]}),
        ("if a:\n    import b", {"b": [("b", False)]}),
        ("def f(a):\n    import b", {"f": [(None, True)]}),
        ("class A(b):\n    c = 1", {"A": [(None, True)]}),
        ("del a", {"a": [(None, False)]}),
        ("for a in b: pass", {"a": [(None, False)]}),
        ("with a as (b, c): pass", {"b": [(None, False)], "c": [(None, False)]}),
        ("try: pass\nexcept A as b: pass", {"b": [(None, False)]}),
        ("match a:\n    case [b, *c]: pass\n    case {**d}: pass", {name: [(None, False)] for name in "bcd"}),
        ("(a := 1)", {"a": [(None, False)]}),
        ("[a for a in b]", {"a": [(None, False)]}),
        ("f = lambda a: (b := a)", {"f": [(None, False)]}),
        ("global a", {"a": [(None, True)]}),
        ("@(a := b)\ndef f(): pass", {"f": [(None, True)], "a": [(None, False)]}),
        ("import a\na = 1", {"a": [("a", True), (None, False)]}),
        ("a.b = 1", {}),
        ("a[b] = 1", {}),
    ],
)
def test_a_module_binds_names(source: str, expected: dict[str, list[tuple[str | None, bool]]]) -> None:
    assert bound(source) == expected


@pytest.mark.parametrize(
    ("source", "name", "value", "annotation"),
    [
        ("a = b", "a", "b", None),
        ("a: int = b", "a", "b", "int"),
        ("a: int", "a", None, "int"),
        ("a, c = b, d", "c", "d", None),
        ("a, *c = b, d", "a", None, None),
        ("a = c = b", "c", "b", None),
        ("(a := b)", "a", "b", None),
        ("with b as a: pass", "a", "b", None),
        ("for a in b: pass", "a", None, None),
    ],
)
def test_a_binding_knows_value_and_annotation(
    source: str, name: str, value: str | None, annotation: str | None
) -> None:
    (binding,) = bound_in(ast.parse(source).body)[name]
    assert (binding.value and ast.unparse(binding.value)) == value
    assert (binding.annotation and ast.unparse(binding.annotation)) == annotation


@pytest.mark.parametrize(
    ("source", "names"),
    [("def f(a, *b, c=1, **d):\n    e = a", "abcde"), ("async def f(a): b = 1", "ab"), ("class A: b = 1", "b")],
)
def test_a_function_binds_its_parameters_too(source: str, names: str) -> None:
    (scope,) = ast.parse(source).body
    assert sorted(bound_in(nodes_of(scope))) == list(names)


def test_a_lambda_binds_its_parameters() -> None:
    scope = ast.parse("lambda a, b=c: d", mode="eval").body
    assert sorted(bound_in(nodes_of(scope))) == ["a", "b"]


def test_other_nodes_have_no_scope() -> None:
    with pytest.raises(TypeError):
        nodes_of(ast.parse("if a: pass").body[0])


def test_the_values_of_an_attribute_are_found_anywhere() -> None:
    tree = ast.parse("class A:\n    def f(self):\n        self.a = b\n        self.c = d\nx.a = e\na = f\n")
    assert [ast.unparse(value) for value in attributes_assigned(tree, "a")] == ["e", "b"]
