"""The registry of all rules, and the dispatch tables for a selection of them."""

from __future__ import annotations

import ast
import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from posse_checks import rules
from posse_checks.rule.declaration import Rule
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Condition, Index, Matcher, Options
from posse_checks.rule.views import Call, File, Import, Mention, Place, String

LOG = logging.getLogger(__name__)


@cache
def all_rules() -> Mapping[str, Rule]:
    """All rules by ID, in the order of their IDs: those that the modules of the package `rules` define."""
    found = []
    for entry in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        module = importlib.import_module(entry.name)
        found += [
            replace(value, docstring=module.__doc__ or "") for value in vars(module).values() if isinstance(value, Rule)
        ]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


@cache
def bandit_rules() -> Mapping[str, Rule]:
    """The rules that are Bandit's, by ID."""
    return {id: rule for id, rule in all_rules().items() if not rule.is_own}


@cache
def own_rules() -> Mapping[str, Rule]:
    """Posse's own rules, by ID, which run where data is followed."""
    return {id: rule for id, rule in all_rules().items() if rule.is_own}


@cache
def ids_by_name() -> Mapping[str, str]:
    """The ID for each name that Bandit's options and `# nosec` accept: names of its rules and the IDs themselves."""
    known = {rule.name: rule.id for rule in bandit_rules().values()}
    return known | {id: id for id in (*bandit_rules(), "B001")}


@cache
def own_ids_by_name() -> Mapping[str, str]:
    """The ID for each name that `# posse: ignore[...]` accepts: names of Posse's own rules and the IDs themselves."""
    return {name: rule.id for rule in own_rules().values() for name in (rule.name, rule.id)}


@dataclass(frozen=True, slots=True)
class CheckIds:
    """The IDs that are known besides those of Bandit and Posse."""

    project: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the project's own checks, whether they run or not."""
    foreign: tuple[str, ...] = ()
    """IDs of checks that other tools run, such as plug-ins of Bandit's; one may end in `*`."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """The ID for each name and ID of the plug-ins of Bandit's that run here."""

    @classmethod
    def of(cls, rules: Iterable[Rule], foreign: tuple[str, ...]) -> CheckIds:
        """Returns the IDs of the project's own checks, and the foreign ones."""
        return cls({name: rule.id for rule in rules for name in (rule.name, rule.id)}, foreign)

    def is_foreign(self, word: str) -> bool:
        """Whether a word is the ID of a check that another tool runs, and of none that is known here."""
        if any(word in known for known in (ids_by_name(), own_ids_by_name(), self.project, self.plugins)):
            return False
        return matches_foreign(word, self.foreign)

    def in_nosec(self, word: str) -> str | None:
        """The ID that a word in a `# nosec` stands for; None if it is unknown, so that Bandit drops it."""
        known = ids_by_name().get(word) or self.plugins.get(word) or self.project.get(word)
        return known or (word if self.foreign and self.is_foreign(word) else None)

    def in_ignore(self, word: str) -> str | None:
        """The ID that a word in a `# posse: ignore[...]` stands for; None if it is unknown there."""
        return own_ids_by_name().get(word) or self.project.get(word)

    def takes_ignore(self, id: str) -> bool:
        """Whether Bandit does not know an ID, so that a `# posse: ignore[...]` is the comment for it."""
        return id in own_rules() or id in self.project.values()


NO_OTHER_IDS = CheckIds()
"""Knows the IDs of Bandit and Posse alone."""


def matches_foreign(word: str, patterns: Iterable[str]) -> bool:
    """Whether a word is one of the IDs, or begins as one that ends in `*`."""
    return any(word.startswith(one[:-1]) if one.endswith("*") else word == one for one in patterns)


MOST_NAMES = 20_000
"""Limit for the names in a table."""
MOST_CHARACTERS = 200
"""Limit, in characters, for a string that a table keeps; a longer one is matched each time."""


class DispatchTable(dict[str, tuple[Rule, ...]]):
    """A cache from names to the rules for them: computed once per name, since programs repeat their names."""

    def __init__(self, choose: Callable[[str], tuple[Rule, ...]], most_characters: int | None = None) -> None:
        super().__init__()
        self._choose = choose
        self._most_characters = most_characters

    def __missing__(self, name: str) -> tuple[Rule, ...]:
        if self._most_characters is not None and len(name) > self._most_characters:
            return self._choose(name)
        if len(self) >= MOST_NAMES:  # a server runs for long, and sees names that are still being typed
            self.clear()
        chosen = self[name] = self._choose(name)
        return chosen


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MENTIONING: Mapping[Place, tuple[type[ast.AST], ...]] = {
    Place.DECORATOR: _DEFINITIONS,
    Place.BASE: (ast.ClassDef,),
    Place.ASSIGNED: (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr),
}
"""The classes of nodes that mention names in a place; those in the other places are found where they are walked."""


class Catalogue:
    """A selection of rules with their options, compiled into dispatch tables.

    `calls`, `keywords`, `blocked` and `imports` map a name to the rules for it, `kinds` maps a class of node to them;
    `prefixes` are those of the strings that some rule checks, `texts` maps a string to the rules for it, and `places`
    has a table of names for each place in which some rule wants them. The rules need no other part of a program.
    """

    def __init__(
        self,
        selected: Iterable[Rule],
        options: Mapping[str, Options] | None = None,
        ids: CheckIds = NO_OTHER_IDS,
    ) -> None:
        self.rules = tuple(selected)
        self.ids = ids
        """The IDs in comments that are known besides those of Bandit and Posse."""
        self._given = options or {}
        self.failures = 0
        """Number of times that a rule, or following the data, has failed."""
        self._failed: set[str] = set()
        self._has_failed_to_follow = False
        on_calls, on_imports = self._on(Call), self._on(Import)
        self.calls = self._table([(rule, rule.called) for rule in on_calls])
        self.keywords = self._table([(rule, rule.keyword) for rule in on_calls])
        # If several rules block a name, the one with the lowest ID counts: it is inserted last.
        blocking = {name: (rule,) for rule in reversed(on_calls) for name in rule.blocked or ()}
        self.blocked = DispatchTable(lambda name: blocking.get(name, ()))
        self.imports = DispatchTable(lambda name: tuple(r for r in on_imports if name.startswith(r.blocked or ()))[:1])
        self.prefixes = tuple(prefix for rule in self.on_strings for prefix in self.prefixes_of(rule))
        on_texts = tuple(rule for rule in self._on(String) if rule.text is not None)
        self.texts = DispatchTable(lambda text: tuple(r for r in on_texts if r.text and r.text(text)), MOST_CHARACTERS)
        self.has_texts = bool(on_texts)
        self.places = {place: table for place in Place if (table := self._place(place)) is not None}
        self.attributes = frozenset(_last_parts(rule.named.get(Place.ATTRIBUTE) for rule in self.rules))
        self.kinds: Mapping[type[ast.AST], tuple[Rule, ...]] = self._by_kind()

    def options(self, rule: Rule) -> Options:
        """The options of a rule: the whole section of the configuration if there is one, else the defaults."""
        given = self._given.get(rule.section) if rule.section else None
        return rule.defaults if given is None else given

    def only(self, rule: Rule) -> Catalogue:
        """Returns a catalogue of one rule, with the same options."""
        return type(self)([rule], self._given, self.ids)

    @cached_property
    def on_strings(self) -> tuple[Rule, ...]:
        """The rules for string literals by their prefixes."""
        return tuple(rule for rule in self._on(String) if rule.text is None)

    @cached_property
    def reportable_characters(self) -> re.Pattern[str] | None:
        """Matches any character that a rule for whole files needs to report anything; None without such rules."""
        characters = "".join(rule.characters for rule in self.on_files)
        return re.compile(f"[{re.escape(characters)}]") if characters else None

    @cached_property
    def on_files(self) -> tuple[Rule, ...]:
        """The rules for whole files."""
        return self._on(File)

    @cached_property
    def on_flows(self) -> Mapping[str, Rule]:
        """The rules for flows, by ID."""
        return {rule.id: rule for rule in self._on(Flow)}

    def prefixes_of(self, rule: Rule) -> tuple[str, ...]:
        """The prefixes of the strings that a string rule checks; none, and a log entry, if computing them fails."""
        try:
            prefixes = tuple(rule.prefixes(self.options(rule))) if rule.prefixes else ("",)
        except Exception as error:
            self.note_failure(rule, error)
            return ()
        return tuple(prefix for prefix in prefixes if isinstance(prefix, str))

    def note_failure(self, rule: Rule, error: Exception) -> None:
        """Log that a rule failed and reports nothing there. Logs only the first failure of each rule."""
        self.failures += 1
        if rule.id not in self._failed:
            self._failed.add(rule.id)
            LOG.warning("%s failed on a node and reports nothing there: %r", rule.id, error)
            LOG.debug("%s failed with the options %r", rule.id, self.options(rule), exc_info=error)

    def note_failure_to_follow(self, error: Exception) -> None:
        """Log that data could not be followed, so that nothing is known of a file's flows. Logs the first failure."""
        self.failures += 1
        if not self._has_failed_to_follow:
            self._has_failed_to_follow = True
            LOG.warning("following data failed, so nothing is known of the flows of a file: %r", error)
            LOG.debug("following data failed", exc_info=error)

    def _on(self, view: type) -> tuple[Rule, ...]:
        """The rules that subscribe to a class of view or node, in the order of the selection."""
        return tuple(rule for rule in self.rules if view in rule.subscription)

    def _by_kind(self) -> dict[type[ast.AST], tuple[Rule, ...]]:
        """The rules for each class of node that some rule subscribes to."""
        kinds = {kind for rule in self.rules for kind in rule.subscription if issubclass(kind, ast.AST)}
        mentioning = {kind for place in self.places for kind in MENTIONING.get(place, ())}
        return {kind: self._on(kind) for kind in kinds | mentioning}

    def _place(self, place: Place) -> DispatchTable | None:
        """The table of names in a place; None if no rule asks for them."""
        matchers = [(rule, rule.named.get(place)) for rule in self._on(Mention)]
        return self._table(matchers) if any(matcher is not None for _, matcher in matchers) else None

    def _table(self, matchers: Iterable[tuple[Rule, Matcher | None]]) -> DispatchTable:
        """The table of the rules whose matcher a name passes, in the order of the rules."""
        index = Index((matcher, rule) for rule, matcher in matchers if matcher is not None)
        return DispatchTable(
            lambda name: tuple(
                dict.fromkeys(rule for rule, left in index.candidates(name) if self._holds(rule, left, name))
            )
        )

    def _holds(self, rule: Rule, condition: Condition | None, name: str) -> bool:
        """Whether a name passes the condition of a rule; False, and a log entry, if that fails."""
        try:
            return condition is None or condition(name, self.options(rule))
        except Exception as error:
            self.note_failure(rule, error)
            return False


def _last_parts(matchers: Iterable[Matcher | None]) -> Iterator[str]:
    """Yields the last parts of the names that matchers have as keys."""
    for matcher in matchers:
        for case in matcher.cases if matcher is not None else ():
            yield from (key.rpartition(".")[2] for key in case.keys)
