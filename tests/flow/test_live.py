"""After any edits, flows equal those of the same text freshly opened."""

from __future__ import annotations

import random
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.document_evidence import EvidenceKeeper
from posse_checks.flow.findings import Follower
from posse_checks.flow.live import Live
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.chunk import LIMITS, Limits
from posse_checks.incremental.document import Document
from posse_checks.python.syntax import Broken
from posse_checks.python.text import Position
from tests.engine.edits import BLOCKS, FRAGMENTS, place
from tests.flow.edits import (
    FLOW_BLOCKS,
    FLOW_FRAGMENTS,
    changed_line,
    evidence_of,
    followed,
    known,
    verdict_of,
    worked_out,
)
from tests.flow.test_cases import CASES
from tests.flow.test_evidence import CASES as EVIDENCE

RULES = Catalogue(rule for rule in all_rules().values() if not rule.optional)
SOURCES = st.lists(st.sampled_from(FLOW_BLOCKS + FLOW_FRAGMENTS + BLOCKS + FRAGMENTS), max_size=12).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 30), SOURCES, st.integers(0, 40)), max_size=6)


@pytest.fixture(params=[LIMITS, Limits(long_lines=2, lines_parsed_at_once=3)], ids=["usual", "short"])
def limits(request: pytest.FixtureRequest) -> Limits:
    """Split statements as usual, and also so that small texts have many levels."""
    limits: Limits = request.param
    return limits


def edited(document: Document, start: int, length: int, new: str) -> Document:
    text = str(document.text)
    start = min(start, len(text))
    return document.edited(place(text, start), place(text, min(start + length, len(text))), new)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(FLOW_BLOCKS), max_size=10).map("".join), EDITS)
def test_generated_text_after_edits_is_as_fresh(
    limits: Limits, source: str, edits: list[tuple[int, int, str, int]]
) -> None:
    document = Document.opened(source, RULES, limits)
    live = worked_out(document)
    for start, length, new, steps in edits:
        document = edited(document, start, length, new)
        live.take(document)
        done = count()
        live.work(lambda done=done, steps=steps: next(done) >= steps)  # type: ignore[misc]
        document = document.up_to_date()
    live.take(document)
    live.finish()
    assert known(live) == known(worked_out(Document.opened(str(document.text), RULES, limits)))


@pytest.mark.parametrize("seed", range(40))
def test_a_program_after_edits_of_lines_is_as_fresh(limits: Limits, seed: int) -> None:
    chance = random.Random(seed)
    document = Document.opened("".join(FLOW_BLOCKS[:2] + chance.sample(FLOW_BLOCKS, k=9)), RULES, limits)
    live = worked_out(document)
    keeper = EvidenceKeeper(live)
    undo: tuple[int, int, str] | None = None
    for _ in range(15):
        source = str(document.text)
        lines = source.splitlines(keepends=True)
        first, last, new = undo if undo and chance.random() < 0.3 else changed_line(source, chance)
        undo = first, first + new.count("\n"), "".join(lines[first:last])
        document = document.edited(Position(first, 0), Position(last, 0), new).up_to_date()
        live.take(document)
        if chance.random() < 0.8:
            live.finish()
            opened = Document.opened(str(document.text), RULES, limits)
            fresh = worked_out(opened)
            assert known(live) == known(fresh)
            assert evidence_of(document, keeper) == evidence_of(opened, EvidenceKeeper(fresh))
        else:
            live.work(lambda: chance.random() < 0.2)


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_a_case_after_edits_is_as_fresh(limits: Limits, program: str) -> None:
    chance = random.Random(program)
    document = Document.opened(program, RULES, limits)
    live = worked_out(document)
    for _ in range(8):
        source = str(document.text)
        start = chance.randrange(len(source) + 1)
        new = "".join(chance.choices(FLOW_FRAGMENTS, k=chance.choice([0, 1, 1, 2])))
        document = edited(document, start, chance.choice([0, 0, 0, 1, 3, 20]), new).up_to_date()
        live.take(document)
        live.finish()
        assert known(live) == known(worked_out(Document.opened(str(document.text), RULES, limits)))


@pytest.mark.parametrize("program", [program for _, program in CASES], ids=[name for name, _ in CASES])
def test_a_document_has_the_flows_of_its_file(limits: Limits, program: str) -> None:
    document = Document.opened(program, RULES, limits)
    flows = followed(program, [item.finding for item in document.assessed]).result
    expected = sorted(
        ((*at, kind), (judgment.level, judgment.reason, list(judgment.steps)))
        for (at, kind), judgment in flows.judgments.items()
    )
    found, given_up = known(worked_out(document))
    assert [(where, what) for where, what in found] == expected
    assert given_up == sorted(flows.given_up)


BOTH = CASES + EVIDENCE


@pytest.mark.parametrize("program", [program for _, program in BOTH], ids=[name for name, _ in BOTH])
def test_a_document_has_the_findings_and_the_evidence_of_a_scan(limits: Limits, program: str) -> None:
    document = Document.opened(program, RULES, limits)
    checked = check_module(program.encode(), RULES, Follower(RULES))
    assert not isinstance(checked, Broken)
    assert checked == Follower(RULES).in_text(document)
    expected = [(item.finding.rule.id, item.finding.span, verdict_of(item), item.finding.evidence) for item in checked]
    assert evidence_of(document, EvidenceKeeper(worked_out(document))) == sorted(expected, key=str)


def test_functions_that_do_not_depend_on_an_edit_do_not_run_again(limits: Limits) -> None:
    functions = "".join(f"def f{n}(a):\n    eval(g{n % 3}(a))\n" for n in range(30))
    helpers = "".join(f"def g{n}(a):\n    return eval(a + NAME)\n" for n in range(3))
    methods = "".join(f"    def m{n}(self, a):\n        eval(self.m0(a))\n" for n in range(1, 20))
    cls = f"class C:\n    def m0(self, a):\n        return eval(a)\n{methods}"
    program = f"NAME = 'x'\nOTHER = 'y'\n{functions}{helpers}{cls}"
    for edit, runs in (
        ("OTHER = 'y'", 0),
        ("def f3(a):\n    eval(g0(a)", 1),
        ("def g0(a):\n    return eval(a", 11),
        ("    def m3(self, a):\n        eval(self.m0(a)", 1),
        ("    def m0(self, a):\n        return eval(a", 20),
        ("NAME = 'x'", 33),
    ):
        document = Document.opened(program, RULES, limits)
        live = worked_out(document)
        before = live.functions_run
        line, last = program[: program.index(edit)].count("\n") + edit.count("\n"), edit.split("\n")[-1]
        live.take(document.edited(Position(line, len(last)), Position(line, len(last)), " + 'z'").up_to_date())
        live.finish()
        assert live.functions_run - before == runs, edit


def test_a_comment_runs_nothing_again(limits: Limits) -> None:
    document = Document.opened("import os\ndef f(a):\n    os.system(a)\nf('x')\n", RULES, limits)
    live = worked_out(document)
    before = live.functions_run
    live.take(document.edited(Position(2, 16), Position(2, 16), "  # c"))
    live.finish()
    assert live.functions_run == before


def test_a_broken_line_ends_what_is_known(limits: Limits) -> None:
    program = "import os\nname = 'ls'\nos.system(name)\nname = (\ndef view():\n    os.system(name)\n"
    live = worked_out(Document.opened(program, RULES, limits))
    found, _ = known(live)
    assert [(where[0], what[0]) for where, what in found] == [(3, -1), (6, 0)]


def test_functions_in_a_function_that_becomes_whole_again(limits: Limits) -> None:
    methods = "".join(f"        def m{n}(self):\n            eval(NAME)\n" for n in range(3))
    source = f"NAME = input()\ndef make():\n    class Local:\n{methods}    async : return Local()\n"
    document = Document.opened(source, RULES, limits)
    live = worked_out(document)
    line = source.count("\n") - 1
    document = document.edited(Position(line, 4), Position(line, 12), "").up_to_date()
    live.take(document)
    live.finish()
    assert known(live) == known(worked_out(Document.opened(str(document.text), RULES, limits)))


@pytest.mark.parametrize("before", ["b\n", "b\nc\n", "if b:\n    c\n    d\n"])
def test_a_class_between_two_edits_that_moves_is_judged_again(limits: Limits, before: str) -> None:
    source = f"import os\n{before}class C:\n    kind = 'x'\n    def m(self):\n        os.system(self.kind)\nd\n"
    document = Document.opened(source, RULES, limits)
    live = worked_out(document)
    keeper = EvidenceKeeper(live)
    assert "none" in [about.verdict for *_, about in evidence_of(document, keeper)]
    document = document.edited(Position(source.count("\n"), 0), Position(source.count("\n"), 0), "e\n")
    last = before.splitlines()[-1]
    document = document.edited(Position(0, 9), Position(before.count("\n"), len(last)), ",").up_to_date()
    live.take(document)
    live.finish()
    fresh = Document.opened(str(document.text), RULES, limits)
    assert evidence_of(document, keeper) == evidence_of(fresh, EvidenceKeeper(worked_out(fresh)))


BUDGET = 400


@pytest.mark.parametrize("others", [0, 1])
def test_of_a_function_past_its_budget_nothing_is_known_until_it_is_shorter(limits: Limits, others: int) -> None:
    function = "def f(x):\n" + "    x = x + str(1)\n" * 400 + "    os.system('b')\n"
    document = Document.opened("import os\nos.system('a')\n" + function * (1 + others), RULES, limits)
    live = Live(CATALOGUE, BUDGET)
    keeper = EvidenceKeeper(live)
    for last, verdict in ((3, "unknown"), (402, "none")):
        document = document.edited(Position(3, 0), Position(last, 0), "").up_to_date()
        live.take(document)
        live.finish()
        evidence = keeper.update(document)
        found = [item.finding for item in document.assessed if item.finding.rule.id == "B605"]
        verdicts = [evidence.on(finding, document.nodes).verdict for finding in found]
        assert verdicts == ["none", verdict, *["unknown"] * others]
