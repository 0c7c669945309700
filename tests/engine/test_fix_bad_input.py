"""A fix of code that is written unusually parses, and changes nothing but the finding's statement and the imports.

Every example in the documentation of a rule with fixes is written in each of these ways.
"""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixes
from posse_checks.fixes.refusal import fix_refusal
from posse_checks.incremental.document import Document
from posse_checks.python.ipython import program_of
from posse_checks.rule.declaration import Rule
from posse_checks.rule.documentation import BAD, documentation_of
from posse_checks.rule.finding import Finding

RULES = [rule for rule in bandit_rules().values() if rule.fixers]
WHOLE_FILE = {"B301", "B403", "B413"}
"""Rules with a fix that changes the whole file."""
SIMPLE = re.compile(r"( +)(?=(?:\w+\.)*\w+\(|return |\w+ = )")


class _InCalls(ast.NodeTransformer):
    """Changes each call with arguments."""

    def __init__(self, change: Callable[[ast.Call], object]) -> None:
        self.change = change

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if node.args:
            self.change(node)
        return node


def _walrus(call: ast.Call) -> None:
    call.args[0] = ast.NamedExpr(ast.Name("it", ast.Store()), call.args[0])


def _starred(call: ast.Call) -> None:
    call.args.append(ast.Starred(ast.Name("more", ast.Load()), ast.Load()))


def _in_calls(change: Callable[[ast.Call], object]) -> Callable[[str], str]:
    return lambda code: ast.unparse(ast.fix_missing_locations(_InCalls(change).visit(ast.parse(code)))) + "\n"


def _with_nested_quotes(code: str) -> str:
    """Puts an item with a quoted key into each f-string, in the quotes of the string, as Python 3.12 allows."""
    return re.sub(r"(?<=\bf\")([^\"\n]*)\{(\w+)\}", r'\1{\2["key"]}', code)


WRITTEN: dict[str, Callable[[str], str]] = {
    "with tabs": lambda code: re.sub(r"(?m)^(?: {4})+", lambda found: "\t" * (len(found[0]) // 4), code),
    "with CRLF": lambda code: code.replace("\n", "\r\n"),
    "after characters of two units": lambda code: re.sub(rf"(?m)^{SIMPLE.pattern}", r"\1'👩‍💻 é'; ", code),
    "with continued lines": lambda code: re.sub(r"\((?=[^()\n]*\)$)", "(\\\\\n", code, flags=re.MULTILINE),
    "with comments in calls": lambda code: re.sub(r"(?m)^( +.*?)\((?=[^#\n]+$)", r"\1(  # why" + "\n", code),
    "with comments before the end": lambda code: re.sub(r"(?m)^( +\S.*)\)$", r"\1  # why" + "\n)", code),
    "with assignments in arguments": _in_calls(_walrus),
    "with starred arguments": _in_calls(_starred),
    "with a mapping of arguments": _in_calls(lambda call: call.keywords.append(ast.keyword(None, ast.Name("kw")))),
    "with nested quotes": _with_nested_quotes,
    "in a class": lambda code: "class A:\n" + textwrap.indent(code, "    "),
    "in a broken class": lambda code: "class A:\n" + textwrap.indent(code, "    ") + "    def f(self:\n        x = (\n",
    "before a broken class": lambda code: code + "class Broken(:\n    def f(self) return\n",
    "in one line of a block": lambda code: re.sub(r":\n +(?=\S)", ": ", code),
    "after a mark of the byte order": lambda code: "\ufeff" + code,
}
CELLS = "in cells"


@pytest.mark.parametrize("way", [*WRITTEN, CELLS])
def test_code_that_is_written_unusually(way: str) -> None:
    offered = 0
    for rule in RULES:
        for code in (example.code for example in documentation_of(rule.docstring).examples(BAD)):
            document = _in_cells(code, rule) if way == CELLS else _opened(WRITTEN[way](code), rule)
            for finding in document.findings():
                changes = list(fixes(document, finding))
                assert changes or fix_refusal(document, finding)
                for fix in changes:
                    offered += 1
                    after = document.replaced(fix.replacements)
                    assert not list(_wrong(document, str(after.text), finding)), (rule.id, fix.title, str(after.text))
    assert offered > 10


def _opened(source: str, rule: Rule) -> Document:
    return Document.opened(source, Catalogue([rule]))


def _in_cells(code: str, rule: Rule) -> Document:
    """A notebook: a cell with a magic, then one with the code."""
    cells = [["%matplotlib inline\n", "!ls\n", "\n"], [*code.splitlines(keepends=True), "\n"]]
    return Document.opened_cells([program_of(cell) or cell for cell in cells], Catalogue([rule]))


def _wrong(document: Document, after: str, finding: Finding) -> Iterator[str]:
    """Yields what a fix did beside its purpose."""
    before = str(document.text)
    if _parses(before) and not _parses(after):
        yield "it does not parse"
    if after.count("\r\n") != after.count("\n") and before.count("\r\n") == before.count("\n"):
        yield "it mixes line ends"
    if finding.rule.id in WHOLE_FILE:
        return
    lines, new = (text.removeprefix("\ufeff").splitlines() for text in (before, after))
    first, last = document.around(*finding.line_range).begin, document.around(*finding.line_range).end
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, lines, new, autojunk=False).get_opcodes():
        if kind == "insert" and all(_is_import(line) for line in new[new_start:new_end]):
            continue
        if kind != "equal" and not (first <= start and end <= last):
            yield f"it changes the lines {start + 1} to {end}"


def _is_import(line: str) -> bool:
    return not line.strip() or re.match(r"\s*(?:import|from) ", line) is not None


def _parses(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except SyntaxError:
            return False
    return True
