"""All rules, and the dispatch tables that a selection of them compiles to."""

from __future__ import annotations

import ast
import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property

from posse_checks import rules
from posse_checks.rule.rule import NameTest, Options, Rule
from posse_checks.rule.views import Call, File, Import, String

LOG = logging.getLogger(__name__)


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by ID, in the order of the IDs: whatever the modules of the package `rules` define."""
    found = []
    for entry in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        module = importlib.import_module(entry.name)
        found += [
            replace(value, docstring=module.__doc__ or "") for value in vars(module).values() if isinstance(value, Rule)
        ]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


@cache
def ids_by_name() -> Mapping[str, str]:
    """The ID behind each name that configuration and `# nosec` accept: rule names and the IDs themselves."""
    known = {rule.name: rule.id for rule in all_rules().values()}
    return known | {id: id for id in (*all_rules(), "B001")}


MOST_NAMES = 20_000
"""How many names are remembered in a table."""


class Table(dict[str, tuple[Rule, ...]]):
    """The rules that want to see a name; worked out once per name, since programs repeat their names."""

    def __init__(self, choose: Callable[[str], tuple[Rule, ...]]) -> None:
        super().__init__()
        self._choose = choose

    def __missing__(self, name: str) -> tuple[Rule, ...]:
        if len(self) >= MOST_NAMES:  # a server lives long, and sees names that are only just being typed
            self.clear()
        chosen = self[name] = self._choose(name)
        return chosen


class Catalogue:
    """A selection of rules with their options, compiled for the analysis.

    `calls`, `keywords` and `imports` map a name to the rules that want it, `kinds` a class of node; `prefixes` are the
    beginnings of the strings that some rule wants. Nothing else in a program needs a look.
    """

    def __init__(self, selected: Iterable[Rule], options: Mapping[str, Options] | None = None) -> None:
        self.rules = tuple(selected)
        self._given = options or {}
        self._failed: set[str] = set()
        on_calls, on_imports = self._on(Call), self._on(Import)
        self.calls = self._table([(rule, rule.called) for rule in on_calls])
        self.keywords = self._table([(rule, rule.keyword) for rule in on_calls])
        # Of the rules that block a name, the one with the lowest ID counts; it is put in last.
        blocking = {name: (rule,) for rule in reversed(on_calls) for name in rule.blocked or ()}
        self.blocked = Table(lambda name: blocking.get(name, ()))
        self.imports = Table(lambda name: tuple(r for r in on_imports if name.startswith(r.blocked or ()))[:1])
        self.prefixes = tuple(prefix for rule in self._on(String) for prefix in self.prefixes_of(rule))
        self.kinds: Mapping[type[ast.AST], tuple[Rule, ...]] = self._by_kind()

    def options(self, rule: Rule) -> Options:
        """The options of a rule: the section of the configuration as it stands, else the defaults."""
        given = self._given.get(rule.section) if rule.section else None
        return rule.defaults if given is None else given

    def only(self, rule: Rule) -> Catalogue:
        """A catalogue of one rule alone, with the options of this one."""
        return type(self)([rule], self._given)

    @cached_property
    def on_strings(self) -> tuple[Rule, ...]:
        """The rules for string literals."""
        return self._on(String)

    @cached_property
    def telling_characters(self) -> re.Pattern[str] | None:
        """Matches a character without which no rule for whole files reports anything; None if there is no such rule."""
        characters = "".join(rule.characters for rule in self.on_files)
        return re.compile(f"[{re.escape(characters)}]") if characters else None

    @cached_property
    def on_files(self) -> tuple[Rule, ...]:
        """The rules for whole files."""
        return self._on(File)

    def prefixes_of(self, rule: Rule) -> tuple[str, ...]:
        """The beginnings of strings that a string rule wants; none where its options make no sense."""
        try:
            prefixes = tuple(rule.prefixes(self.options(rule))) if rule.prefixes else ("",)
        except Exception as error:
            self.note_failure(rule, error)
            return ()
        return tuple(prefix for prefix in prefixes if isinstance(prefix, str))

    def note_failure(self, rule: Rule, error: Exception) -> None:
        """Log that a rule failed: it costs that rule's finding there, and is said once for each rule."""
        if rule.id not in self._failed:
            self._failed.add(rule.id)
            LOG.warning("%s failed on a place and reports nothing there: %r", rule.id, error)
            LOG.debug("%s failed with the options %r", rule.id, self.options(rule), exc_info=error)

    def _on(self, view: type) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if view in rule.subscription)

    def _by_kind(self) -> dict[type[ast.AST], tuple[Rule, ...]]:
        kinds = {kind for rule in self.rules for kind in rule.subscription if issubclass(kind, ast.AST)}
        return {kind: self._on(kind) for kind in kinds}

    def _table(self, tests: Iterable[tuple[Rule, NameTest | None]]) -> Table:
        """The rules whose test a name passes."""
        given = [(rule, test) for rule, test in tests if test is not None]
        return Table(lambda name: tuple(rule for rule, test in given if self._holds(rule, test, name)))

    def _holds(self, rule: Rule, test: NameTest, name: str) -> bool:
        try:
            return test(name, self.options(rule))
        except Exception as error:
            self.note_failure(rule, error)
            return False
