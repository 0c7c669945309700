"""Syntax of a newer Python is told apart from mistakes, and never claimed if that Python would not parse it either."""

from __future__ import annotations

import sys
import warnings

import pytest

from posse_checks.python.newer_syntax import explained, needed_version
from posse_checks.python.syntax import Broken, parse

RUNNING = sys.version_info[1]

NEWER = {
    "type X = int\n": 12,
    "type Pairs[T] = list[tuple[T, T]]\n": 12,
    "if a:\n    type X = (\n        int | str\n    )  # both\n": 12,
    "type X[T: int, *Ts, **P] = dict[T, P]; y = 1\n": 12,
    "def f[T](x: T) -> T:\n    return x\n": 12,
    "async def f[T: (int, str)](x): pass\n": 12,
    "@d\nclass C[T](B):\n    def m[S,](self): pass\n": 12,
    "class C[\n    T,  # one\n    S,\n]: pass\n": 12,
    "def f[T = int](x): pass\n": 13,
    "type X[T: int = bool] = T\n": 13,
    "x = f'{a['b']}'\n": 12,
    'x = f"{", ".join(y)}"\n': 12,
    "x = f'''{\n'''a'''\n}'''\n": 12,
    "x = f'{'\\n'.join(a)}' 'b'\n": 12,
    "x = (f'{a}'\n     f'{b['c']!r:>{w['x']}}')\n": 12,
    "x = f'{f'{f'{1}'}'}'\n": 12,
    "x = rf'\\{a['b']}'\n": 12,
    "x = f'{a['b']=}' + f'{{}}' + f'\\{a['b']}'\n": 12,
    "x = f'{a  # why\n}'\n": 12,
    "x = t'{a}'\n": 14,
    "x = t'a' rt'b{c!r:d}'\nimport os\n": 14,
    "import hashlib\ntype Pairs[T] = list[tuple[T, T]]\nx = t'{hashlib}'\n": 14,
    "try: pass\nexcept A, B: pass\n": 14,
    "try:\n    pass\nexcept A, b.C(x, y),:\n    pass\n": 14,
    "lazy import os\n": 15,
    "lazy from a import b as c, d\nx = 1\n": 15,
    "x = [*y for y in z]\n": 15,
    "x = {**y for y in z if y}\n": 15,
    "x = {*f(y, 1) for y in z}\n": 15,
}
"""Sources, and the minor version of the first Python that parses them."""

MISTAKES = [
    *("type X = \n", "type = = 1\n", "type X.y = 1\n", "type X = a, b\n", "type X = Y = 1\n", "type X[] = 1\n"),
    *(
        "type X[1] = 1\n",
        "type X[T: ] = 1\n",
        "type X = *a\n",
        "type X = y := 1\n",
        "type X\n",
    ),
    *(
        "def f[](x): pass\n",
        "def f[T: int x](y): pass\n",
        "class C[T.x]: pass\n",
        "class C[*T: int]: pass\n",
        "def f[T]: pass\n",
    ),
    *(
        "x = f'{a b}'\n",
        "x = f'{}'\n",
        "x = f'{ }'\n",
        "x = f'{a!x}'\n",
        "x = f'}'\n",
        "x = f'{a'\n",
        "x = f'{a['b'}'\n",
    ),
    *(
        "f'{a['b']}' = 1\n",
        "x = f'{a['b']}' b''\n",
        "del f'{a['b']}'\n",
        "x = f'{lambda y: 1}' + t\n",
    ),
    *(
        "t'a' = 1\n",
        "x = t'a' 'b'\n",
        "x = 'b' t'a'\n",
        "x = t'a' f'b'\n",
        "del t'a'\n",
    ),
    *(
        "x = bt'a'\n",
        "x = t 'a'\n",
        "x.t'a'\n",
        "def t'a': pass\n",
        "x = t'{a b}'\n",
        "x = t'{}'\n",
        "for t'a' in x: pass\n",
    ),
    *(
        "try: pass\nexcept A, B as e: pass\n",
        "try: pass\nexcept A, *b: pass\n",
        "except A, B: pass\n",
        "try: pass\nexcept ,: pass\n",
    ),
    *(
        "try: pass\nexcept (a := 1), b := 2: pass\n",
        "try: pass\nexcept A, B\n    pass\n",
        "try: pass\nexcept A,, B: pass\n",
    ),
    *(
        "lazy x\n",
        "lazy import\n",
        "lazy from __future__ import x\n",
    ),
    *("x = [**y for y in z]\n", "x = [*y, z for y in z]\n", "x = {*y: 1 for y in z}\n", "x = [*for y in z]\n"),
    *(
        "print 'a'\n",
        "x = (\n",
        "if a:\nb\n",
        "def f(:\n",
        "exec 'x' in y\n",
        "raise A, 'b'\n",
        "x = 08\n",
        "'''",
        "f'",
        "\\x\n",
    ),
]


@pytest.mark.parametrize(("source", "version"), NEWER.items())
def test_newer_syntax_is_that_of_its_version(source: str, version: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert isinstance(parse(source), Broken) == (version > RUNNING)


@pytest.mark.parametrize(
    ("source", "version"), [(source, version) for source, version in NEWER.items() if version > RUNNING]
)
def test_newer_syntax_is_named(source: str, version: int) -> None:
    broken = parse(source)
    assert isinstance(broken, Broken)
    assert needed_version(source) == version
    assert (
        explained(broken, source).message
        == f"syntax of Python 3.{version}; Posse runs on 3.{RUNNING}. Install Posse with a newer Python"
    )


LEFT_TO_THE_COMPILER = {
    "match x:\n    case t'a': pass\n": 14,
    "lazy from a import *\n": 15,
    "def f():\n    lazy import os\n": 15,
}
"""Mistakes that the parser of a Python accepts from this version on, and its compiler rejects."""


@pytest.mark.parametrize(("source", "version"), LEFT_TO_THE_COMPILER.items())
def test_mistakes_that_the_parser_takes_are_checked_as_by_bandit(source: str, version: int) -> None:
    with pytest.raises(SyntaxError):
        compile(source, "<mistake>", "exec")
    assert isinstance(parse(source), Broken) == (version > RUNNING)
    assert needed_version(source) is None


@pytest.mark.parametrize("source", MISTAKES)
def test_mistakes_are_not_newer_syntax(source: str) -> None:
    broken = parse(source)
    assert isinstance(broken, Broken), "no Python reads it"
    assert needed_version(source) is None
    assert explained(broken, source).message == f"{broken.message} (Python 3.{RUNNING})"


@pytest.mark.parametrize("newer", [source for source, version in NEWER.items() if version > RUNNING])
def test_newer_syntax_beside_a_mistake_is_not_claimed(newer: str) -> None:
    assert needed_version(newer + "a b\n") is None
    assert needed_version("def f(:\n    pass\n" + newer) is None


def test_hostile_sources_are_given_up() -> None:
    for piece in ("f'{", "f'{f\"{", "[*", "{**", "type X[", "except ", "t'", "def f[", "type X = (", "f'\\N{"):
        assert needed_version(piece * 3000) is None
