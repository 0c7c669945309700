"""docs/first-rule.md is correct: its file is a check without changes elsewhere, and its tables are true."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import posse_checks.rule
from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.document import Document
from posse_checks.rule import Call, Finding, Matcher, Options, Rule
from posse_checks.rule.documentation import BAD, documentation_of

PAGE = Path(__file__).parents[2] / "docs" / "first-rule.md"
(MODULE,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
SCRIPT = """
import sys
from posse_checks import rules
rules.__path__.append(sys.argv[1])
from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.config.configuration import Configuration
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document
from posse_checks.rule.documentation import BAD, GOOD, documentation_of
rule = all_rules()["B690"]
documentation = documentation_of(rule.docstring)
(bad,), (good,) = documentation.examples(BAD), documentation.examples(GOOD)
catalogue = Catalogue(Configuration().rules_for("./a.py"))
for source in (bad.code, good.code, bad.code.replace("plain=True)", "plain=True)  # nosec plain_telemetry")):
    print([(finding.rule.id, finding.message) for finding in Document.opened(source, catalogue).findings()])
document = Document.opened(bad.code, catalogue)
(fix,) = fixes(document, document.findings()[0])
print([(fix.title, fix.safety.value)] == [("Encrypt it", "review")], str(document.replaced(fix.replacements).text))
print(documentation.fixed == [("Encrypt it (review)", str(document.replaced(fix.replacements).text))])
"""


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the page, as the code in them."""
    _, _, section = PAGE.read_text().partition(f"\n| {heading} |")
    table = section.partition("\n\n")[0].splitlines()[2:]
    cells = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in table]
    return [[cell.replace("\\|", "|") for cell in row] for row in cells]


def code(cell: str) -> str:
    """The code in a cell."""
    assert cell.startswith("`") and cell.endswith("`"), cell
    return cell.strip("`")


@pytest.fixture(scope="module")
def call() -> Call:
    """The call of the bad example, as the rule sees it."""
    module = ModuleType("b690")
    exec(MODULE, module.__dict__)
    rule: Rule = module.check
    seen: list[Call] = []

    def check(view: Call, options: Options) -> Iterator[Finding]:
        seen.append(view)
        yield from rule.check(view, options)

    (example,) = documentation_of(module.__doc__ or "").examples(BAD)
    Document.opened(example.code, Catalogue([replace(rule, check=check)]))
    (view,) = seen
    return view


def test_one_new_file_is_a_new_check(tmp_path: Path) -> None:
    (tmp_path / "b690_plain_telemetry.py").write_text(MODULE)
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    assert result.splitlines() == [
        "[('B690', 'Telemetry is sent unencrypted.')]",
        "[]",
        "[]",
        "True import telemetry",
        'telemetry.send("started", plain=False)',
        "",
        "True",
    ]


def test_the_tree_is_that_of_the_source(call: Call) -> None:
    dumped = re.sub(r", ctx=Load\(\)", "", ast.dump(call.node))
    table = rows("the source | its tree")
    assert len(table) == 3
    for _, tree in table:
        assert all(part in dumped for part in code(tree).removesuffix(", ...)").split("..."))


def test_the_words_of_the_rule_have_the_values_that_are_shown(call: Call) -> None:
    table = rows("the source | the rule | value")
    assert len(table) >= 11
    for _, expression, value in table:
        assert repr(eval(code(expression), {"call": call})) == code(value), expression


def test_the_name_follows_imports() -> None:
    (other,) = re.findall(r"`(from telemetry .*?)`", PAGE.read_text())
    module = ModuleType("b690")
    exec(MODULE, module.__dict__)
    assert [finding.rule.id for finding in Document.opened(f"{other}\n", Catalogue([module.check])).findings()] == [
        "B690"
    ]


def test_matchers_match_what_is_shown() -> None:
    table = rows("matcher | matches | but not")
    assert len(table) >= 7
    for expression, matched, not_matched in table:
        matcher = eval(code(expression), vars(posse_checks.rule).copy())
        assert isinstance(matcher, Matcher)
        assert matcher.matches(code(matched), {}) and not matcher.matches(code(not_matched), {}), expression
