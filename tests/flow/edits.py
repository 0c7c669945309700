"""Programs in which data flows, for random edits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.check import analyze
from posse_checks.analysis.registry import Catalogue
from posse_checks.flow.adapter import Module, flows_in
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.document_evidence import EvidenceKeeper
from posse_checks.flow.evidence import Evidence
from posse_checks.flow.live import Live
from posse_checks.incremental.document import Document
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken, parse
from posse_checks.rule.evidence import Step
from posse_checks.rule.finding import Finding, Span

FLOW_BLOCKS = Path(__file__).with_name("blocks.txt").read_text().split("####\n")
FLOW_FRAGMENTS = [
    *(
        "name",
        "NAME",
        "run(",
        "clean(",
        "    os.system(name)\n",
        "    return NAME\n",
        "    name = 'x'\n",
        "# c\n",
        "\n",
    ),
    *(
        "request.args",
        "['a']",
        "    NAME = 'y'\n",
        "    eval(self.name)\n",
        "self.name = NAME\n",
        "    x = 1\n",
        "'",
        "(",
    ),
    *(
        "import os\n",
        "import flask\n",
        "    self.name = 'x'\n",
        "        ",
        "    ",
        "def f(a):\n",
        "x = NAME\n",
        "@app.get('/c')\n",
    ),
]


WORDS = {
    *(("NAME", "'x'"), ("NAME", "name"), ("name", "NAME"), ("'x'", "NAME"), ("clean(", "str("), ("run(", "clean(")),
    *(("eval", "exec"), ("self.name", "self.path"), ("self.path", "self.name"), ("request.args", "PATHS")),
    *(("return text", "return NAME"), ("os.system", "print"), ("input()", "'y'"), ("'a'", "'b'"), ("if not", "if")),
    *(("kind = 'x'", "kind = input()"), ("import django", "import flask"), ("self.kind", "self.other")),
}
"""Words that an edit may exchange."""


COMMENTS = ["  # nosec\n", "  # posse: ignore[P102, P103] ours\n", "  # posse: ignore[P101]  # posse: ignore[P102]\n"]
"""Ends of lines that suppress findings."""


def changed_line(source: str, chance: random.Random) -> tuple[int, int, str]:
    """A replacement of lines that often keeps the program valid: first line, end line (exclusive), new text."""
    lines = source.splitlines(keepends=True)
    index = chance.randrange(len(lines)) if lines else 0
    line = lines[index] if lines else ""
    match chance.randrange(8):
        case 0:
            return index, index, chance.choice([line, "\n", f"{line[: len(line) - len(line.lstrip())]}x = NAME\n"])
        case 1:
            return index, index + 1, ""
        case 2:
            return index, index, chance.choice(FLOW_BLOCKS)
        case 3:
            return (
                index,
                index + 1,
                line.rstrip("\n") + chance.choice(["  # c\n", *COMMENTS, "(\n", " + NAME\n", "; eval(NAME)\n"]),
            )
    found = [(old, new) for old, new in sorted(WORDS) if old in line]
    old, new = chance.choice(found) if found else ("=", "= NAME or ")
    return index, index + 1, line.replace(old, new, 1)


Place = tuple[int, int, int, int, int]
"""A range of the text, and a kind of sinks."""
What = tuple[int, str, list[Step]]


def known(live: Live) -> tuple[list[tuple[Place, What]], list[tuple[int, int]]]:
    """Everything known about a document, with the lines of its text and of runs that exhausted their budget."""
    line = live.lines.line
    found: dict[Place, What] = {}
    for number in live.lines.units:
        for at, kind, judgment, _ in live.found.seen_in(number):
            place = (line(at[0]), at[1], line(at[2]), at[3], kind)
            if place not in found or found[place][0] < judgment.level:
                steps = [Step(line(step.line), step.column, step.what) for step in judgment.steps]
                found[place] = judgment.level, judgment.reason, steps
    return sorted(found.items()), sorted(live.given_up())


def worked_out(document: Document) -> Live:
    """The flows of a freshly opened document."""
    live = Live(CATALOGUE)
    live.take(document)
    live.finish()
    return live


def evidence_of(document: Document, keeper: EvidenceKeeper) -> list[tuple[str, Span, object, Evidence]]:
    """The findings of a document, own rules on flows included, and the evidence on each."""
    evidence = keeper.update(document)
    found = [(item, evidence.on(item.finding, document.nodes)) for item in document.assessed]
    found += evidence.own_in(document.nodes)
    return sorted(
        [(item.finding.rule.id, item.finding.span, verdict_of(item), about) for item, about in found], key=str
    )


def verdict_of(item: Assessed) -> object:
    """The reason why a finding is suppressed: the line of the comment, and its kind."""
    return item.suppressed_by, item.suppressor


def followed(program: str, findings: Sequence[Finding]) -> Module:
    """The flows of a program, as found by a scan."""
    statements = parse(program)
    assert not isinstance(statements, Broken)
    imported = analyze(statements, Names(), Catalogue([])).bindings.modules
    return flows_in(statements, program, imported, findings)
