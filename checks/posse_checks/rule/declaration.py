"""Rules: a check declares its identity, the nodes that it subscribes to, and its options."""

from __future__ import annotations

import ast
import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from posse_checks.rule.dispatch import refusal
from posse_checks.rule.finding import Cwe, Finding, Level
from posse_checks.rule.fix import Fixer, Safety, Write
from posse_checks.rule.flow import Flow
from posse_checks.rule.matchers import Matcher, Options, exact
from posse_checks.rule.views import Call, File, Import, Place, String, View

LOW, MEDIUM, HIGH = Level.LOW, Level.MEDIUM, Level.HIGH

BANDIT = "1.9.4"
"""The version of Bandit whose findings Posse has."""

Check = Callable[..., Iterable[Finding]]


class Origin(enum.Enum):
    """Whose check a rule is."""

    BANDIT = "Bandit"
    POSSE = "Posse"
    PROJECT = "project"
    """The user's own, which only Posse runs."""
    PLUGIN = "plug-in"
    """That of a plug-in of Bandit's."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rule:
    """A check with its ID, and its trigger as compiled from the declaration.

    The `subscription` decides which fields of the trigger apply: `called` or `keyword` to calls, `prefixes` to strings,
    `characters` to files, `blocked` to imports and blocked calls, `when` to other nodes.
    """

    id: str
    """Bandit's ID, such as B602, or one of Posse's own, such as P101."""
    name: str
    """The name that configuration and `# nosec` accept besides the ID."""
    reported_as: str
    """The `test_name` in a report, which differs from `name` for some of Bandit's checks."""
    severity: Level
    confidence: Level
    cwe: Cwe
    check: Check
    subscription: tuple[type, ...]
    """View classes, or classes of `ast` for rules that take a plain `View`."""
    called: Matcher | None = None
    keyword: Matcher | None = None
    prefixes: Callable[[Options], Sequence[str]] | None = None
    characters: str = ""
    when: Callable[[Any], bool] | None = None
    blocked: tuple[str, ...] | None = None
    section: str | None = None
    """The section of the configuration with this rule's options."""
    defaults: Options = field(default_factory=dict)
    """The options if the configuration has no such section; a section replaces all of them, as in Bandit."""
    skipped_files: str | None = None
    """The option that lists patterns of files for which this rule is off."""
    optional: bool = False
    """Whether the rule runs only if the configuration selects it by ID."""

    fixers: list[Fixer] = field(default_factory=list)
    """The fixes for a finding, in the order in which they are offered; complete once the rule's module is loaded."""
    unfixable: str = ""
    """Why a finding may have no fix, if no fix says so itself: a clause without a capital and a full stop."""

    docstring: str = ""
    """The docstring of the rule's module: its documentation, see `documentation.py`."""

    origin: Origin = Origin.BANDIT
    named: Mapping[Place, Matcher] = field(default_factory=dict)
    """The names in other places than calls for which it runs, if it subscribes to `Mention`."""
    own_link: str = ""
    """The address of a page on it, if it is not Bandit's."""
    definition: Any = None
    """The value that it was compiled from, which can be sent between processes; None for rules in Python."""
    text: Callable[[str], bool] | None = None
    """The strings for which it runs, in place of `prefixes`."""

    def __repr__(self) -> str:
        return f"<Rule {self.id} {self.name}>"

    def fix(
        self,
        title: str,
        safety: Safety,
        *,
        may_introduce: Iterable[str] = (),
        one_by_one: bool = False,
        keeps_finding: bool = False,
    ) -> Callable[[Write], Write]:
        """Declare the decorated function a fix of this rule's findings.

        The function takes the view on which the check reported the finding and the `Source` around it. It returns the
        replacements; if it does not apply, it returns none or raises UnfixableError. A fix is verified before it is
        offered: it may cause a finding only of a rule in `may_introduce`, which is a collection of IDs. With
        `one_by_one` or `keeps_finding`, it is offered for one finding at a time only; with the latter, the check may
        still report the result.
        """

        def declare(write: Write) -> Write:
            self.fixers.append(Fixer(title, safety, write, frozenset(may_introduce), one_by_one, keeps_finding))
            return write

        return declare

    @property
    def is_own(self) -> bool:
        """Whether it is one of Posse's own, which Bandit does not have."""
        return self.origin is Origin.POSSE

    @property
    def takes_nosec(self) -> bool:
        """Whether Bandit knows its ID, so that a `# nosec` suppresses it in both; others take `# posse: ignore`."""
        return self.origin in (Origin.BANDIT, Origin.PLUGIN)

    @property
    def link(self) -> str:
        """The address of Bandit's page on this check; for others, of their own page or MITRE's on their weakness.

        A plug-in without a weakness class gets that of Bandit's pages; for a check of the project, it may be empty.
        """
        base = f"https://bandit.readthedocs.io/en/{BANDIT}/"
        if self.origin is not Origin.BANDIT:
            return self.own_link or self.cwe.link or (base if self.origin is Origin.PLUGIN else "")
        if self.blocked is None:
            return f"{base}plugins/{self.id.lower()}_{self.reported_as}.html"
        kind = "imports" if Import in self.subscription else "calls"
        return f"{base}blacklists/blacklist_{kind}.html#{_anchor(self)}"


def rule(
    id: str,
    name: str,
    severity: Level,
    confidence: Level,
    cwe: Cwe,
    *,
    reported_as: str | None = None,
    called: Iterable[str] | Matcher | None = None,
    keyword: Iterable[str] | Matcher | None = None,
    prefixes: Sequence[str] | Callable[[Options], Sequence[str]] | None = None,
    characters: str = "",
    when: Callable[[Any], bool] | None = None,
    section: str | None = None,
    defaults: Options | None = None,
    skipped_files: str | None = None,
    optional: bool = False,
    unfixable: str = "",
) -> Callable[[Check], Rule]:
    """Make the decorated function a rule.

    The annotation of its first parameter is its subscription: `Call`, `Import`, `String`, `File`, `Flow`, or
    `View[ast.X]` for other nodes (`View[ast.X | ast.Y]` for several), or several of these. If it has options, it takes
    them as its second parameter. It yields findings. It is run for calls if `called` matches the qualified name, or
    `keyword` the name of a keyword: each is a collection of names, or a matcher such as `last("run")`. It is run for
    strings that have one of the `prefixes`, and for files that contain one of the `characters`.

    Raises TypeError for a rule that would never run, or has a trigger that does not apply to its subscription.
    """
    triggers = {
        "called": called is not None,
        "keyword": keyword is not None,
        "prefixes": prefixes is not None,
        "characters": bool(characters),
        "when": when is not None,
    }

    def declare(check: Check) -> Rule:
        subscription = _subscription(check)
        _require_that_it_runs(check, subscription, {name for name, is_given in triggers.items() if is_given})
        return Rule(
            id=id,
            name=name,
            reported_as=reported_as or name,
            severity=severity,
            confidence=confidence,
            cwe=cwe,
            check=check if len(inspect.signature(check).parameters) > 1 else _without_options(check),
            subscription=subscription,
            called=_matcher(called),
            keyword=_matcher(keyword),
            prefixes=prefixes if prefixes is None or callable(prefixes) else _constant(tuple(prefixes)),
            characters=characters,
            when=when,
            section=section,
            defaults=defaults or {},
            skipped_files=skipped_files,
            optional=optional,
            origin=Origin.POSSE if id.startswith("P") else Origin.BANDIT,
            unfixable=unfixable,
        )

    return declare


def _without_options(check: Check) -> Check:
    """Returns a check that takes options and ignores them, so that all checks are called alike."""

    def run(view: object, options: Options) -> Iterable[Finding]:
        return check(view)

    return run


def _subscription(check: Check) -> tuple[type, ...]:
    """The view class, or the classes of `ast`, in a check's annotation. Raises TypeError for any other annotation."""
    annotation = next(iter(typing.get_type_hints(check).values()), None)
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        return tuple(view for part in typing.get_args(annotation) for view in _views(check, part))
    return _views(check, annotation)


def _views(check: Check, annotation: object) -> tuple[type, ...]:
    """The view class, or the classes of `ast`, in one part of an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, (Call, Import, String, File, Flow)):
        return (annotation,)
    if typing.get_origin(annotation) is View:
        (nodes,) = typing.get_args(annotation)
        classes = typing.get_args(nodes) or (nodes,)
        if all(isinstance(node, type) and issubclass(node, ast.AST) for node in classes):
            for node in classes:
                if why := refusal(node):
                    raise TypeError(f"{check.__module__}.{check.__qualname__}: {why}")
            return classes
    raise TypeError(f"{check.__module__}.{check.__qualname__}: no rule can subscribe to {annotation}")


_TRIGGERS: Mapping[type, frozenset[str]] = {
    Call: frozenset({"called", "keyword"}),
    Import: frozenset(),
    String: frozenset({"prefixes"}),
    File: frozenset({"characters"}),
    Flow: frozenset(),
}
"""The triggers that apply to each view; `when` alone applies to nodes."""


def _require_that_it_runs(check: Check, subscription: tuple[type, ...], given: set[str]) -> None:
    """Raises TypeError for triggers that do not apply to the subscription, and for calls without any."""
    name, views = f"{check.__module__}.{check.__qualname__}", " | ".join(view.__name__ for view in subscription)
    allowed = frozenset[str]().union(*(_TRIGGERS.get(view, {"when"}) for view in subscription))
    if surplus := sorted(given - allowed):
        raise TypeError(f"{name}: {', '.join(surplus)} does not apply to {views} and would be ignored")
    if Call in subscription and not given & _TRIGGERS[Call]:
        raise TypeError(f"{name} would never run: say which calls with `called` or `keyword`")


def _matcher(names: Iterable[str] | Matcher | None) -> Matcher | None:
    return names if names is None or isinstance(names, Matcher) else exact(*names)


def _constant(value: Sequence[str]) -> Callable[[Options], Sequence[str]]:
    return lambda options: value


def _anchor(rule: Rule) -> str:
    """The anchor of a rule on Bandit's page about its blocklist."""
    number = int(rule.id[1:])
    if number in (304, 305):
        return "b304-b305-ciphers-and-modes"
    name = rule.name.replace("_", "-").lower()
    return f"b313-b320-{name}" if 313 <= number <= 320 else f"{rule.id.lower()}-{name}"
