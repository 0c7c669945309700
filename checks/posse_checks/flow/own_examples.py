"""Running the examples of a declared check on flows."""

from __future__ import annotations

from posse_checks.analysis.registry import Catalogue
from posse_checks.config.flow_model import FlowModel
from posse_checks.declared.check import DeclaredCheck, ExampleCode
from posse_checks.declared.compile import rule_of
from posse_checks.declared.examples import MAXIMUM_CHARACTERS, program_of
from posse_checks.flow.findings import Follower
from posse_checks.incremental.check_file import check_module
from posse_checks.python.syntax import Broken
from posse_checks.rule.finding import Finding


def flows_in_example(declared: DeclaredCheck, example: ExampleCode) -> tuple[Finding, ...] | Broken:
    """Returns what a check on flows reports in an example, or the reason that it does not parse."""
    program = program_of(example)
    if len(program) > MAXIMUM_CHARACTERS:
        return Broken(1, f"it has more than {MAXIMUM_CHARACTERS:,} characters")
    catalogue = Catalogue([rule_of(declared)])
    assert declared.flow is not None, "it is a check on flows"
    follower = Follower(catalogue, model=FlowModel(own=((declared.id, declared.flow),)))
    assessed = check_module(program.encode(errors="surrogatepass"), catalogue, follower)
    return assessed if isinstance(assessed, Broken) else tuple(item.finding for item in assessed)
