"""Matchers: the names that each matches, and the agreement of the dispatch tables with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posse_checks.analysis.registry import Catalogue
from posse_checks.rule import HIGH, LOW, Call, Cwe, Finding, Matcher, Rule, rule
from posse_checks.rule.matchers import Index, exact, first, last, last_like, like, listed, part

LISTS = {"shell": ["os.system"], "subprocess": ["subprocess.run"]}


@pytest.mark.parametrize(
    ("matcher", "matched", "not_matched"),
    [
        (exact("exec", "os.system"), ["exec", "os.system"], ["", "system", "my.exec", "os.system.x", "exec."]),
        (last("run"), ["run", "subprocess.run", "a.b.run", ".run"], ["", "runs", "run.it", "rerun"]),
        (last("run", "call"), ["x.run", "x.call"], ["run.x", "x.caller"]),
        (first("requests"), ["requests", "requests.get", "requests.a.b"], ["", "my.requests", "requests2.get"]),
        (part("yaml"), ["yaml", "yaml.load", "ruamel.yaml.load", "my.yaml"], ["", "yaml2.load", "myyaml"]),
        (last_like("chmod"), ["chmod", "os.fchmod", "os.chmod2"], ["", "chmod.x", "os.ch.mod"]),
        (like(re.compile("pass|pwd")), ["password", "x.pwd", "bypass.x"], ["", "PASS"]),
        (listed("shell"), ["os.system"], ["", "system", "subprocess.run"]),
        (listed("shell", "subprocess"), ["os.system", "subprocess.run"], ["os", "run"]),
        (listed("missing", is_optional=True), [], ["", "os.system"]),
        (listed("missing", "shell", is_optional=True), ["os.system"], ["subprocess.run"]),
        (last("load") & part("yaml"), ["yaml.load", "x.yaml.y.load"], ["load", "yaml", "yaml.loads", "load.yaml"]),
        (part("yaml") & last("load"), ["yaml.load", "x.yaml.y.load"], ["load", "yaml", "yaml.loads", "load.yaml"]),
        (exact("a.b") & last("b"), ["a.b"], ["b", "c.b"]),
        (last("b") & exact("a.b", "a.c"), ["a.b"], ["a.c", "b"]),
        (first("a") & part("b") & last("c"), ["a.b.c", "a.x.b.c"], ["a.c", "b.c", "a.b"]),
        (exact("a.b") | last("c"), ["a.b", "c", "x.c"], ["b", "a"]),
        (first("a") & last("x", "y") | first("b") & last("y"), ["a.x", "a.y", "b.y"], ["b.x", "x", "a.b"]),
        ((exact("x") | last("y")) & (first("a") | first("x")), ["x", "a.y", "x.y"], ["y", "b.y", "a.x"]),
        (exact(), [], ["", "x"]),
    ],
)
def test_matcher(matcher: Matcher, matched: list[str], not_matched: list[str]) -> None:
    assert [name for name in matched if not matcher.matches(name, LISTS)] == []
    assert [name for name in not_matched if matcher.matches(name, LISTS)] == []


def test_listed_without_options_matches_nothing_and_misses_a_list() -> None:
    assert not listed("shell").matches("os.system", {})
    with pytest.raises(KeyError):
        listed("missing").matches("os.system", LISTS)


PARTS = ["a", "b", "yaml", "load", "run", "chmod", "fchmod", ""]
NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map(".".join)
LEAVES = st.one_of(
    st.lists(NAMES, max_size=2).map(lambda names: exact(*names)),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=2).map(lambda names: last(*names)),
    st.sampled_from(PARTS).map(first),
    st.sampled_from(PARTS).map(part),
    st.sampled_from(["ch", "o", "b"]).map(last_like),
)
MATCHERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
    ),
    max_leaves=5,
)


@given(st.lists(MATCHERS, max_size=6), NAMES)
def test_an_index_finds_what_its_matchers_match_in_their_order(matchers: list[Matcher], name: str) -> None:
    index = Index(zip(matchers, range(len(matchers)), strict=True))
    found = [number for number, left in index.candidates(name) if left is None or left(name, {})]
    assert list(dict.fromkeys(found)) == [n for n, matcher in enumerate(matchers) if matcher.matches(name, {})]


@pytest.mark.parametrize(
    "matcher", [exact("a.b"), last("b") & part("a"), part("a") & last("b"), first("a") & exact("a.b")]
)
def test_an_index_does_not_ask_matchers_with_keys_about_other_names(matcher: Matcher) -> None:
    index = Index([(matcher, 1)])
    assert index.candidates("a.c") == [] and len(index.candidates("a.b")) == 1


@given(MATCHERS, MATCHERS, NAMES)
def test_matchers_combine_as_sets_do(one: Matcher, other: Matcher, name: str) -> None:
    in_one, in_other = one.matches(name, {}), other.matches(name, {})
    assert (one & other).matches(name, {}) == (in_one and in_other)
    assert (one | other).matches(name, {}) == (in_one or in_other)


def rule_for(id: str, **options: Any) -> Rule:
    def check(call: Call) -> list[Finding]:
        return [call.finding("Found.")]

    return rule(id, f"name_{id}", HIGH, LOW, Cwe.OS_COMMAND_INJECTION, **options)(check)


def test_tables_have_each_rule_once_in_the_order_of_the_catalogue() -> None:
    rules = [
        rule_for("B690", called=last("run") | exact("a.run")),
        rule_for("B691", called={"a.run"}),
        rule_for("B692", called=first("a")),
        rule_for("B693", called=listed("names"), section="own", defaults={"names": ["a.run"]}),
        rule_for("B694", keyword=last("run")),
    ]
    catalogue = Catalogue(rules)
    assert [each.id for each in catalogue.calls["a.run"]] == ["B690", "B691", "B692", "B693"]
    assert [each.id for each in catalogue.calls["b.run"]] == ["B690"]
    assert [each.id for each in catalogue.calls["a"]] == ["B692"]
    assert [each.id for each in catalogue.keywords["run"]] == ["B694"]
    assert [each.id for each in Catalogue(reversed(rules)).calls["a.run"]] == ["B693", "B692", "B691", "B690"]


def test_malformed_options_cost_only_what_is_listed(caplog: pytest.LogCaptureFixture) -> None:
    matcher = exact("a.run") | listed("names", is_optional=True)
    catalogue = Catalogue([rule_for("B690", called=matcher, section="own")], {"own": {"names": 5}})
    assert [each.id for each in catalogue.calls["a.run"]] == ["B690"]
    assert catalogue.calls["b.run"] == catalogue.calls["c.run"] == ()
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["B690"]
