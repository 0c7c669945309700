"""Declared checks as rules of the engine, which run in the same dispatch tables as all others."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_

from posse_checks.declared.automaton import Expression
from posse_checks.declared.check import DeclaredCheck, Pattern
from posse_checks.declared.documentation import docstring_of
from posse_checks.declared.fixing import fixer_of
from posse_checks.declared.matching import fits
from posse_checks.declared.message import filled, filled_from
from posse_checks.declared.names import modules_matcher, names_matcher
from posse_checks.rule.declaration import Origin, Rule
from posse_checks.rule.finding import Cwe, Finding
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Matcher, Options
from posse_checks.rule.views import Call, Mention, Place, String, View

_MOST_RULES = 4_000


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a pattern is about: the names and strings for which its rule has to run."""

    called: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    strings: tuple[Expression, ...] = ()
    named: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.called or self.imports or self.strings or self.named)

    def __or__(self, other: Subjects) -> Subjects:
        """Returns those of both."""
        places = {**self.named, **other.named}
        named = {place: self.named.get(place, ()) + other.named.get(place, ()) for place in places}
        return Subjects(self.called + other.called, self.imports + other.imports, self.strings + other.strings, named)


def subjects_of(pattern: Pattern) -> Subjects:
    """The subjects of a pattern: its own, else those of all alternatives, else the first of the combined patterns.

    Returns none for a pattern that only has conditions, or that has an alternative of that kind.
    """
    own = Subjects(
        pattern.call,
        pattern.imports,
        (pattern.string,) if pattern.string is not None else (),
        {
            place: names
            for place, names in (
                (Place.DECORATOR, pattern.decorated_by),
                (Place.BASE, pattern.class_of),
                (Place.ATTRIBUTE, pattern.attribute),
                (Place.ASSIGNED, pattern.assigned),
            )
            if names
        },
    )
    if own:
        return own
    alternatives = [subjects_of(one) for one in pattern.any]
    if alternatives and all(alternatives):
        return reduce(or_, alternatives)
    return next((found for one in pattern.all if (found := subjects_of(one))), Subjects())


@lru_cache(_MOST_RULES)
def rule_of(declared: DeclaredCheck) -> Rule:
    """Returns the rule of a check: the same one for equal checks."""
    subjects = Subjects() if declared.pattern is None else subjects_of(declared.pattern)
    kinds = {Call: subjects.called, String: subjects.strings, Mention: subjects.named or subjects.imports}
    subscription: tuple[type, ...] = tuple(kind for kind, wanted in kinds.items() if wanted)
    rule = Rule(
        id=declared.id,
        name=declared.name,
        reported_as=declared.name,
        severity=declared.severity,
        confidence=declared.confidence,
        cwe=Cwe(declared.cwe),
        check=_flow_check(declared) if declared.pattern is None else _check(declared, declared.pattern),
        subscription=subscription or (Flow,),
        called=names_matcher(subjects.called) if subjects.called else None,
        named=_named(subjects),
        text=_any_occurs(subjects.strings) if subjects.strings else None,
        docstring=docstring_of(declared),
        origin=Origin.PROJECT,
        own_link=declared.link,
        definition=declared,
    )
    if declared.fix is not None:
        rule.fixers.append(fixer_of(declared.fix))
    return rule


def _named(subjects: Subjects) -> Mapping[Place, Matcher]:
    named = {place: names_matcher(names) for place, names in subjects.named.items()}
    return named | ({Place.IMPORT: modules_matcher(subjects.imports)} if subjects.imports else {})


def _any_occurs(expressions: tuple[Expression, ...]) -> Callable[[str], bool]:
    return lambda text: any(expression.search(text) for expression in expressions)


def _check(declared: DeclaredCheck, pattern: Pattern) -> Callable[[View[ast.AST], Options], Iterator[Finding]]:
    """The check of a pattern: reports the function of a call, the name that is mentioned, or the string."""

    def check(view: View[ast.AST], options: Options) -> Iterator[Finding]:
        if not fits(pattern, view):
            return
        message = filled(declared.message, view)
        if isinstance(view, Call):
            yield view.finding(message, span=view.span)
        elif isinstance(view, Mention):
            yield view.finding(message, at=view.at)
        else:
            yield view.finding(message)

    return check


def _flow_check(declared: DeclaredCheck) -> Callable[[Flow, Options], Iterator[Finding]]:
    def check(flow: Flow, options: Options) -> Iterator[Finding]:
        yield flow.finding(filled_from(declared.message, {"source": flow.source, "sink": flow.sink}))

    return check
