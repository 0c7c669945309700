"""Code that is nested too deeply raises no exception, and the findings around it stay."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

import pytest

from posse_checks.fixes.apply import fixes
from posse_checks.incremental.chunk import LIMITS
from posse_checks.incremental.document import Document
from posse_checks.nosec.write import suppressing_edit
from posse_checks.python.syntax import Broken, parse
from posse_checks.python.text import Position
from posse_checks.rule.fix import UnfixableError
from posse_server.protocol.diagnostics_json import rendered
from posse_server.protocol.encoding import Encoding
from tests.engine.edits import CATALOGUE, same

Nested = Callable[[int], str]


def blocks(depth: int, indent: str = " ", head: str = "if a:", inside: str = "assert b") -> str:
    lines = [f"{indent * level}{head}\n" for level in range(depth)]
    return "".join(lines) + f"{indent * depth}{inside}\n"


def stairs(depth: int, first: str, second: str, indent: str = " ") -> str:
    """Two lines for each level, both at its indentation."""
    return "".join(f"{indent * level}{first}\n{indent * level}{second}\n" for level in range(depth))


def assigned(nested: Nested) -> Nested:
    return lambda depth: f"x = {nested(depth)}\n"


BLOCKS: Mapping[str, Nested] = {
    "ifs": blocks,
    "tabs": lambda depth: blocks(depth, "\t"),
    "classes": lambda depth: blocks(depth, head="class A:"),
    "functions": lambda depth: blocks(depth, head="def f():"),
    "decorated functions": lambda depth: (
        "".join(f"{' ' * n}@a\n{' ' * n}def f():\n" for n in range(depth)) + " " * depth + "x\n"
    ),
    "unfinished": lambda depth: blocks(depth, inside="x = ("),
    "with an unfinished line in each": lambda depth: "".join(
        f"{' ' * n}if a:\n{' ' * n} x = (\n" for n in range(depth)
    ),
    "tries": lambda depth: blocks(depth, head="try:"),
    "tries with an end": lambda depth: (
        blocks(depth, head="try:") + "".join(f"{' ' * n}finally: pass\n" for n in reversed(range(depth)))
    ),
    "alternatives": lambda depth: blocks(depth) + "".join(f"{' ' * n}else: pass\n" for n in reversed(range(depth))),
    "matches": lambda depth: (
        "".join(f"{'  ' * n}match a:\n{'  ' * n} case b:\n" for n in range(depth)) + "  " * depth + "x\n"
    ),
    "arms": lambda depth: "if a:\n pass\n" + "elif a:\n assert b\n" * (20 * depth),
}
EXPRESSIONS: Mapping[str, Nested] = {
    "parentheses": lambda depth: "(" * depth + "a" + ")" * depth,
    "parentheses that stay open": lambda depth: "(" * depth,
    "lists": lambda depth: "[" * depth + "a" + "]" * depth,
    "calls": lambda depth: "f(" * depth + "a" + ")" * depth,
    "sums": lambda depth: "1 + " * (20 * depth) + "1",
    "sums of strings": lambda depth: "'select ' + " * (20 * depth) + "a",
    "powers": lambda depth: "a ** " * (5 * depth) + "a",
    "attributes": lambda depth: "a" + ".b" * (20 * depth),
    "calls of what calls return": lambda depth: "a" + ".b()" * (20 * depth),
    "items": lambda depth: "a" + "[0]" * (20 * depth),
    "negations": lambda depth: "not " * (20 * depth) + "a",
    "signs": lambda depth: "-" * (20 * depth) + "1",
    "lambdas": lambda depth: "lambda: " * (20 * depth) + "a",
    "conditions": lambda depth: "a if b else " * (20 * depth) + "a",
    "comparisons": lambda depth: "a < " * (20 * depth) + "a",
    "formatted strings": lambda depth: "f'{" * depth + "a" + "}'" * depth,
    "dictionaries": lambda depth: "{0: " * depth + "a" + "}" * depth,
    "awaits": lambda depth: "await " * (20 * depth) + "a",
}
TEXTS: Mapping[str, Nested] = {
    **BLOCKS,
    **{name: assigned(nested) for name, nested in EXPRESSIONS.items()},
}
DEPTHS = (LIMITS.block_depth + 1, 99, 300)


def ids(document: Document) -> list[str]:
    return [finding.rule.id for finding in document.findings()]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", TEXTS)
def test_the_findings_around_stay(kind: str, depth: int) -> None:
    document = Document.opened(f"import subprocess\n{TEXTS[kind](depth)}exec(x)\n", CATALOGUE)
    found = ids(document)
    assert found[0] == "B404"
    assert found[-1] == "B102"


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", TEXTS)
def test_edits_around_it_and_of_it_are_as_fresh(kind: str, depth: int) -> None:
    document = Document.opened("assert a\nexec(x)\n", CATALOGUE)
    edits = [(1, 0, TEXTS[kind](depth)), (0, 0, "import pickle\n"), (depth // 2 + 1, 0, "("), (3, 1, "\n"), (2, 0, "é")]
    for line, column, new in edits:
        document = document.edited(Position(line, column), Position(line, column), new)
        same(document.up_to_date(), Document.opened(str(document.text), CATALOGUE))


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_offered_beside_it_does_not_fail(kind: str) -> None:
    document = Document.opened(f"import pickle\n{TEXTS[kind](90)}exec(x)\n", CATALOGUE)
    rendered(document, Encoding.UTF16)
    for finding in (document.findings()[0], document.findings()[-1]):
        list(fixes(document, finding))
        with suppress(UnfixableError):
            suppressing_edit(document, finding)


@pytest.mark.parametrize("name", ["sums", "attributes", "conditions"])
def test_how_deep_a_text_may_be_does_not_depend_on_how_deep_the_call_is(name: str) -> None:
    """CPython's limit depends on the stack, and an edit runs deeper in the stack than an opening."""

    def below(frames: int, source: str) -> bool:
        return isinstance(parse(source), Broken) if not frames else below(frames - 1, source)

    frames = sys.getrecursionlimit() // 2
    for depth in (20, 60, 90, 120, 200):
        source = EXPRESSIONS[name](depth)
        assert below(0, source) == below(frames, source)


def test_blocks_are_as_many_as_python_allows() -> None:
    for depth in range(95, 105):
        source = blocks(depth)
        document = Document.opened(source, CATALOGUE)
        assert bool(document.broken) == isinstance(parse(source), Broken)


def test_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert isinstance(parse(EXPRESSIONS["attributes"](10_000) + "\n"), Broken)
    assert not isinstance(parse("a.b\n"), Broken)
