"""The meaning of names, given by the imports before them, as in Bandit."""

from __future__ import annotations

import ast

import pytest

from posse_checks.python.names import Bindings, Names, any_contains, bound_by


def bindings(source: str) -> Bindings:
    """The bindings of one import statement."""
    (statement,) = ast.parse(source).body
    assert isinstance(statement, (ast.Import, ast.ImportFrom))
    aliases, modules = bound_by(statement)
    return Bindings(aliases, frozenset(modules))


@pytest.mark.parametrize(
    ("source", "aliases", "modules"),
    [
        ("import a", {}, {"a"}),
        ("import a.b", {}, {"a.b"}),
        ("import a as b", {"b": "a"}, {"a"}),
        ("import a.b as c, d", {"c": "a.b"}, {"a.b", "d"}),
        ("from a import b", {"b": "a.b"}, {"a.b"}),
        ("from a import b as c, d", {"c": "a.b", "d": "a.d"}, {"a.b", "a.d"}),
        ("from a import *", {"*": "a.*"}, {"a.*"}),
        ("from .a import b", {"b": "a.b"}, {"a.b"}),
        ("from . import a", {}, {"a"}),
        ("from .. import a as b", {"b": "a"}, {"a"}),
    ],
)
def test_an_import_adds_names(source: str, aliases: dict[str, str], modules: set[str]) -> None:
    assert bindings(source) == Bindings(aliases, frozenset(modules))


def test_the_last_import_gives_a_name_its_meaning() -> None:
    first, second, other = map(bindings, ("import a as x", "import b as x", "from c import d"))
    assert Names().after(first, second).meaning("x") == "b"
    assert Names().after(second).after(first).meaning("x") == "a"
    assert Names().after(first).after(other).meaning("x") == "a"
    assert Names().after(first, other).meaning("y") is None


def test_all_modules_stay_imported_whatever_their_names_mean() -> None:
    names = Names().after(bindings("import a.b as x")).after(bindings("import c as x"))
    assert [names.has(module) for module in ("a.b", "c", "a", "x")] == [True, True, False, False]
    assert [names.has_like(part) for part in ("a.", "c", "x")] == [True, True, False]


def test_names_are_not_changed_by_those_after_them() -> None:
    before = Names().after(bindings("import a as x"))
    after = before.after(bindings("import b as x, c as y"))
    assert (before.meaning("x"), before.meaning("y")) == ("a", None)
    assert (after.meaning("x"), after.meaning("y")) == ("b", "c")
    assert before.after() is before


@pytest.mark.parametrize("count", [1, 7, 64])
def test_names_one_by_one_are_those_of_all_at_once(count: int) -> None:
    imports = [bindings(f"import m{number} as n{number % 5}") for number in range(count)]
    one_by_one = Names()
    for each in imports:
        one_by_one = one_by_one.after(each)
    at_once = Names().after(*imports)
    for number in range(count):
        assert one_by_one.meaning(f"n{number % 5}") == at_once.meaning(f"n{number % 5}")
        assert one_by_one.has(f"m{number}")
    assert not one_by_one.has(f"m{count}")


def test_bindings_are_true_if_there_are_any() -> None:
    assert bindings("import a")
    assert not Bindings()


@pytest.mark.parametrize(("part", "found"), [("b", True), ("a.b", True), ("", True), ("d", False), ("b.a", False)])
def test_a_part_of_an_imported_name(part: str, found: bool) -> None:
    assert any_contains(["a.b", "c"], part) == found
