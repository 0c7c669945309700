"""Rules as plain data: the calls and imports that they block, and imports by function calls."""

from __future__ import annotations

import ast

import pytest

from posse_checks.analysis.registry import Catalogue
from posse_checks.incremental.document import Document
from posse_checks.rule import LOW, Call, Cwe, Import, Rule, blocked_calls, blocked_imports
from posse_checks.rule.blocklist import called_or_imported

CALLS = blocked_calls("B690", "calls", LOW, Cwe.CODE_INJECTION, "Called {name}.", ["a.f", "eval"])
IMPORTS = blocked_imports("B691", "imports", LOW, Cwe.CODE_INJECTION, "Imported {name}.", ["a.b", "xml"])
LATER = blocked_imports("B692", "later", LOW, Cwe.CODE_INJECTION, "Later {name}.", ["a"])


def messages(text: str, *rules: Rule) -> list[str]:
    return [finding.message for finding in Document.opened(text, Catalogue(rules)).findings()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("eval(x)\n", ["Called eval."]),
        ("import a\na.f(x)\n", ["Called a.f."]),
        ("from a import f as g\ng(x)\n", ["Called a.f."]),
        ("my.eval(x)\na.f.g(x)\nx.a.f()\n", []),
        ("eval\n", []),
    ],
)
def test_functions_match_by_their_whole_name(text: str, found: list[str]) -> None:
    assert messages(text, CALLS) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import xml\n", ["Imported xml."]),
        ("import xml.sax\n", ["Imported xml.sax."]),
        ("import xmlrpc\n", ["Imported xmlrpc."]),  # by prefix, as in Bandit
        ("from a import b\n", ["Imported b."]),
        ("from a.b import c\n", ["Imported c."]),
        ("import os, xml, a.b\n", ["Imported xml."]),
        ("import a\n", []),
        ("__import__('xml')\n", ["Imported xml."]),
        ("__import__('xml.sax')\n", []),
        ("import importlib\nimportlib.import_module('a.b')\n", ["Imported a.b."]),
        ("import importlib\nimportlib.import_module(name='xml')\n", ["Imported xml."]),
        ("import importlib\nimportlib.import_module()\n", []),
    ],
)
def test_modules_match_by_prefix_and_through_functions_by_their_whole_name(text: str, found: list[str]) -> None:
    assert messages(text, IMPORTS) == found


def test_an_import_gets_the_finding_of_the_lowest_id() -> None:
    assert messages("import a.b\n", IMPORTS, LATER) == ["Imported a.b."]
    assert messages("import a.c\n", IMPORTS, LATER) == ["Later a.c."]


@pytest.mark.parametrize(
    ("call", "qualified", "expected"),
    [
        ("f()", "a.f", "a.f"),
        ("__import__()", "__import__", ""),
        ("__import__('x')", "__import__", "x"),
        ("__import__(x)", "__import__", "UNKNOWN"),
        ("f('x')", "importlib.import_module", "x"),
        ("f(1)", "importlib.import_module", None),
        ("f(name='x')", "importlib.__import__", "x"),
        ("f(name=1)", "importlib.import_module", None),
    ],
)
def test_called_or_imported(call: str, qualified: str, expected: str | None) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert called_or_imported(node, qualified) == expected


def test_what_blocked_rules_subscribe_to() -> None:
    assert CALLS.subscription == (Call,) and IMPORTS.subscription == (Import, Call)
    assert CALLS.reported_as == IMPORTS.reported_as == "blacklist"
