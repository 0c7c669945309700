"""Programs that would take endless time or memory if they were followed without a budget."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable

import pytest

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.lower import lower
from posse_checks.flow.module import ModuleFlows, flows_of

HEAD = "import os, flask\nfrom flask import request\napp = flask.Flask('x')\n"
VIEW = HEAD + "@app.get('/a')\ndef view():\n    x = request.args['x']\n"


def followed(program: str) -> ModuleFlows:
    return flows_of(lower(ast.parse(program).body), CATALOGUE)


def seconds(program: str) -> float:
    tree = ast.parse(program)
    start = time.process_time()
    flows_of(lower(tree.body), CATALOGUE)
    return time.process_time() - start


def many(line: str) -> Callable[[int], str]:
    """A view with this many lines."""
    return lambda count: VIEW + "".join(f"    {line.replace('#', str(number))}\n" for number in range(count))


GROWING: dict[str, Callable[[int], str]] = {
    "statements": many("y# = x + '#'"),
    "calls": many("f#(x)"),
    "branches": lambda count: VIEW + "".join(f"    if y == {n}:\n        z = x + '{n}'\n" for n in range(count)),
    "arms": lambda count: (
        VIEW + "    if y == 0:\n        pass\n" + "".join(f"    elif y == {n}:\n        z = x\n" for n in range(count))
    ),
    "cases": lambda count: (
        VIEW + "    match y:\n" + "".join(f"        case {n}:\n            z{n} = x\n" for n in range(count))
    ),
    "additions": lambda count: VIEW + "    y = x" + " + x" * count + "\n",
    "parts of an f-string": lambda count: VIEW + "    y = f'" + "{x}a" * count + "'\n",
    "operands": lambda count: VIEW + "    y = x" + " or x" * count + "\n",
    "elements": lambda count: VIEW + "    y = [" + "x, " * count + "]\n",
    "keys": lambda count: VIEW + "    y = {" + "".join(f"'{n}': x, " for n in range(count)) + "}\n",
    "keys stored": many("d['#'] = x"),
    "appended": lambda count: VIEW + "    y = []\n" + "    y.append(x)\n" * count,
    "functions": lambda count: (
        HEAD + "".join(f"def f{n}(a):\n    return f{n - 1}(a) + f{n - 1}(a)\n" for n in range(count))
    ),
    "closures": lambda count: VIEW + "".join(f"    def f{n}(a):\n        return a + x\n" for n in range(count)),
    "classes": lambda count: HEAD + "".join(f"class C{n}:\n{METHODS}" for n in range(count)),
    "loops": lambda count: VIEW + "".join(f"    for i in x:\n        y{n} = i\n" for n in range(count)),
    "tries": lambda count: (
        VIEW + "".join(f"    try:\n        y{n} = x\n    except E:\n        z = x\n" for n in range(count))
    ),
    "attributes": lambda count: VIEW + "    y = x" + ".a" * count + "\n",
    "calls in a row": lambda count: VIEW + "    y = x" + ".a()" * (count // 4) + "\n",
    "globals": lambda count: HEAD + "".join(f"A{n} = [{n}]\n" for n in range(count)) + "def f(x):\n    A1.append(x)\n",
}


METHODS = "    def a(self):\n        self.x = self.b\n    def b(self):\n        return self.x\n"
DEEPEST = 1_600
"""The nesting above which Python's own parser gives up."""


@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING.keys())
def test_time_is_about_linear(make: Callable[[int], str]) -> None:
    small, large = make(200), make(DEEPEST)
    least = min(seconds(small) for _ in range(3))
    assert seconds(large) < 5 * (DEEPEST / 200) * least + 0.5


@pytest.mark.parametrize(
    "program",
    [
        many("y# = x + '#'")(10_000),
        GROWING["branches"](1_000),
        GROWING["arms"](1_000),
        GROWING["elements"](10_000),
    ],
    ids=["names", "branches", "arms", "elements"],
)
def test_ten_thousand_statements_end(program: str) -> None:
    assert isinstance(followed(program), ModuleFlows)


HOSTILE = {
    "a power": "y = 2 ** 10**9",
    "a power of a power": "y = 9 ** 9 ** 9 ** 9",
    "a shift": "y = 1 << 10**9",
    "a huge repetition": "y = 'a' * 10**9",
    "a repetition of a repetition": "y = 'a' * 4000 * 4000 * 4000",
    "a list of a list": "y = [x] * 10**9",
    "doubling": "y = 'ab'\n" + "".join("    y = y + y\n" for _ in range(60)) + "    z = 1",
    "a long replacement": "y = 'a' * 4000\n    z = y.replace('a', y)",
    "a width": "y = f\"{'a':>1000000000}\"\n    z = '%1000000000d' % 1\n    w = '{:>1000000000}'.format(1)",
    "a big number as text": "y = str(10**200 * 10**200 * 10**200)",
    "a list in itself": "y = []\n    y.append(y)\n    os.system(y[0][0])\n    z = {}\n    z['z'] = z\n    os.system(z)",
    "two lists in each other": "a = []\n    b = [a]\n    a.append(b)\n    c = a if x else b\n    os.system(c)",
    "a recursion": "def f(a):\n        return f(f(a))\n    os.system(f(x))",
    "a mutual recursion": "def f(a):\n        return g(a) + g(a)\n    def g(a):\n        return f(a) + f(a)\n    f(x)",
    "a function that gets itself": "def f(a):\n        return a(a)\n    f(f)",
    "lambdas": "y = " + "(lambda a: " * 60 + "a" + ")" * 60,
    "parentheses": "y = " + "(" * 90 + "x" + ")" * 90,
    "lists in lists": "y = " + "[" * 90 + "x" + "]" * 90,
    "minus": "y = " + "-" * 500 + "1",
    "comprehensions": "y = " + "[" * 40 + "i" + " for i in x]" * 40,
    "a class of itself": "class A(A):\n        pass\n    A().b",
    "a pattern": "import re\n    if re.fullmatch('" + "(a|b[" * 100 + "', x):\n        pass",
    "a format": "y = '" + "{" * 3000 + "'.format(x)",
    "a format of formats": "y = '{0:{1}{2}}'.format(x, x, x)\n    z = '%(a)s' % {'b': x}\n    w = '%s %s' % x",
    "a slice": "y = 'abc'[::0]\n    z = [x][::0]\n    w = 'abc'[10**30]",
    "zero": "y = 1 / 0\n    z = 1 % 0\n    w = '%d' % 'a'",
    "surrogates": "y = '\\ud800' + x\n    z = '\\ud800'.encode()",
    "stars": "f(*x, **x)\n    def f(*a, **b):\n        return f(*a, **b)\n    f(*x)",
    "names that are not there": "y\n    del y\n    y += 1\n    y.z.w()",
    "return at the wrong place": "[i async for i in x]\n    lambda: (yield)",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_program_ends_without_an_exception(body: str) -> None:
    start = time.process_time()
    followed(f"{VIEW}    {body}\n")
    assert time.process_time() - start < 10, "a margin of a thousand"


@pytest.mark.parametrize("depth", [10, 40, 90])
def test_deep_nesting_ends(depth: int) -> None:
    for opening in ("if x:", "for i in x:", "while x:", "with x:", "def f(a):", "class C:", "try:"):
        lines = [f"{' ' * (4 + level)}{opening}" for level in range(depth)]
        closing = [f"{' ' * (4 + level)}finally: pass" for level in reversed(range(depth))] if opening == "try:" else []
        followed(VIEW + "\n".join([*lines, " " * (4 + depth) + "os.system(x)", *closing]) + "\n")


def test_a_function_past_its_budget_claims_nothing() -> None:
    result = followed(GROWING["branches"](3_000) + "    os.system('ls')\n")
    assert result.given_up


def test_results_do_not_depend_on_what_ran_before() -> None:
    program = GROWING["functions"](30) + GROWING["closures"](30).removeprefix(HEAD)
    first, second = followed(program), followed(program)
    assert first.flows == second.flows
    assert dict(first.judgments) == dict(second.judgments)
    assert first.steps == second.steps


def test_a_call_costs_its_steps_again_where_what_it_does_is_known() -> None:
    helper = "def helper(text):\n" + "    text = text + 'a'\n" * 20 + "    return len(text)\n"
    calls = "    helper('x')\n" * 3 + "    os.system(request.args['x'])\n"
    trees = [lower(ast.parse(f"{HEAD}{helper}def f():\n    helper('{x}')\ndef g():\n{calls}").body) for x in "xy"]
    found = [[len(flows_of(tree, CATALOGUE, budget=budget).flows) for tree in trees] for budget in range(20, 500, 5)]
    assert [0, 0] in found
    assert [1, 1] in found
    assert all(known == unknown for known, unknown in found), "a helper that ran before makes the budget last longer"
