"""Running the examples of a declared check: a bad one must be reported, a good one must not."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from posse_checks.analysis.check import analyze
from posse_checks.analysis.registry import Catalogue
from posse_checks.declared.check import DeclaredCheck, ExampleCode
from posse_checks.declared.compile import rule_of
from posse_checks.python.names import Names
from posse_checks.python.syntax import Broken, parse
from posse_checks.rule.finding import Finding

MAXIMUM_CHARACTERS = 20_000
"""Limit, in characters, for an example."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold."""

    example: ExampleCode
    index: int
    """Its position among the bad or the good ones."""
    reason: str
    """What differs, as a sentence."""
    is_bad: bool
    """Whether it is one that the check must report."""
    findings: tuple[Finding, ...] = ()
    """The findings of the check in it."""


def program_of(example: ExampleCode) -> str:
    """Returns the program of an example: without common indentation."""
    return textwrap.dedent(example.code).strip("\n") + "\n"


Find = Callable[[DeclaredCheck, ExampleCode], "tuple[Finding, ...] | Broken"]
"""Returns what a check reports in an example, or the reason that it does not parse."""


@lru_cache(4_000)
def failures_of(declared: DeclaredCheck, find: Find) -> Sequence[Failure]:
    """Returns the examples of a check that do not hold."""
    return tuple(_failures(declared, find))


def _failures(declared: DeclaredCheck, find: Find) -> Iterator[Failure]:
    for is_bad, examples in ((True, declared.bad), (False, declared.good)):
        for index, example in enumerate(examples):
            found = find(declared, example)
            if isinstance(found, Broken):
                reason = f"This example does not parse: {found.message} (line {found.line} of it)."
                yield Failure(example, index, reason, is_bad)
            elif is_bad and not found:
                reason = f"{declared.id} does not report this example, which is under `bad`."
                yield Failure(example, index, reason, is_bad)
            elif found and not is_bad:
                reason = f"{declared.id} reports this example, which is under `good`: {found[0].message}"
                yield Failure(example, index, reason, is_bad, found)


def findings_in(declared: DeclaredCheck, example: ExampleCode) -> tuple[Finding, ...] | Broken:
    """Returns what a check on a pattern reports in an example, or the reason that it does not parse.

    For checks on flows, see `flow/own_examples.py`.
    """
    program = program_of(example)
    if len(program) > MAXIMUM_CHARACTERS:
        return Broken(1, f"it has more than {MAXIMUM_CHARACTERS:,} characters")
    statements = parse(program)
    if isinstance(statements, Broken):
        return statements
    return analyze(statements, Names(), Catalogue([rule_of(declared)])).findings
