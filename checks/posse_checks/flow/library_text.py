"""Models of functions of the standard library that take text: paths, addresses, patterns."""

from __future__ import annotations

from posse_checks.flow import containers, kinds, text
from posse_checks.flow.machine import Machine
from posse_checks.flow.patterns import clean_if_matched, clean_if_removed
from posse_checks.flow.site import CallSite
from posse_checks.flow.values import ANYTHING, NOTHING, Value, constant


def join_model(machine: Machine, site: CallSite) -> Value:
    """Parts of a path, joined."""
    values = list(site.arguments.positional)
    step = machine.step(site.at, "`os.path.join()`")
    if values and all(value.text is not None and not value.taints for value in values):
        return constant("/".join(value.text or "" for value in values))
    mixed = text.mixed(values, site.state, step, type="str")
    first = values[0] if values else ANYTHING
    if not site.state.contents(first) and (first.text or first.prefix):
        mixed = mixed.but(prefix=first.text or first.prefix)
    return mixed


def resolve_model(machine: Machine, site: CallSite) -> Value:
    """A path made absolute."""
    mixed = text.mixed(site.arguments.every(), site.state, type="str")
    if site.qualified.endswith("abspath") or site.qualified.endswith("realpath"):
        return mixed.cleaned(kinds.RESOLVED)
    return mixed


def path_model(machine: Machine, site: CallSite) -> Value:
    """A path as an object."""
    values = site.arguments.positional
    prefix = (values[0].text or values[0].prefix) if values else ""
    return text.mixed(values, site.state, type="pathlib.Path").but(
        prefix=prefix, identity=values[0].identity if len(values) == 1 else 0
    )


def urlparse_model(machine: Machine, site: CallSite) -> Value | None:
    """The parts of an address."""
    values = site.arguments.positional
    if not values:
        return None
    value = values[0]
    return Value(site.state.contents(value), type="urllib.parse.ParseResult", origin=value.identity or value.origin)


def compile_model(machine: Machine, site: CallSite) -> Value | None:
    """A compiled pattern."""
    values = site.arguments.positional
    if not values or values[0].text is None:
        return Value(site.state.contents(values[0]) if values else (), type="re.Pattern")
    return Value((), NOTHING, "re.Pattern", prefix=values[0].text)


def regex_call(machine: Machine, site: CallSite, pattern: str | None, rest: list[Value], function: str) -> Value | None:
    """The result of a function of `re`, or of a method of a compiled pattern."""
    state = site.state
    if function in ("fullmatch", "match", "search"):
        if not rest:
            return None
        subject = rest[0]
        facts = 0
        if pattern and function != "search":
            facts = clean_if_matched(pattern, is_full=function == "fullmatch")
        taints = state.contents(subject)
        matched = Value(taints).cleaned(facts).taints
        # Joined values keep what they begin with alike, which ends in a point only if the facts are the same.
        return Value(matched, NOTHING, "re.Match", prefix=f"{facts}.", origin=subject.identity or subject.origin)
    if function == "sub" and len(rest) >= 2:
        replacement, subject = rest[0], rest[1]
        cleaned = subject
        if pattern and replacement.text is not None and len(replacement.text) <= 1:
            cleaned = Value(state.contents(subject)).cleaned(clean_if_removed(pattern))
        return text.mixed([replacement, cleaned], state, type="str")
    if function in ("findall", "split", "finditer") and rest:
        item = Value(state.contents(rest[0]))
        if pattern and function == "findall" and "(" not in pattern:
            item = item.cleaned(clean_if_matched(pattern, is_full=True))
        return containers.make(machine, "list", {}, state, item)
    return None


def re_model(machine: Machine, site: CallSite) -> Value | None:
    """The result of a function of `re`."""
    values = list(site.arguments.positional)
    if not values:
        return None
    return regex_call(machine, site, values[0].text, values[1:], site.qualified.rpartition(".")[2])


def shlex_split_model(machine: Machine, site: CallSite) -> Value | None:
    """The words of a command."""
    values = site.arguments.positional
    if not values:
        return None
    value = values[0]
    if value.text is not None and not value.taints:
        words = value.text.split()
        return containers.make(machine, "list", {index: constant(word) for index, word in enumerate(words)}, site.state)
    rest = Value(site.state.contents(value), type="str")
    first = value.prefix.split(" ") if " " in value.prefix.strip() + " " and value.prefix else []
    entries: dict[object, Value] = {0: constant(first[0])} if len(first) > 1 else {}
    return containers.make(machine, "list", entries, site.state, rest)


def joined_url_model(machine: Machine, site: CallSite) -> Value:
    """An address relative to another."""
    return text.mixed(site.arguments.every(), site.state, machine.step(site.at, "`urljoin()`"), type="str")


def markup_model(machine: Machine, site: CallSite) -> Value:
    """Text that counts as HTML."""
    return text.mixed(site.arguments.positional[:1], site.state, type="markupsafe.Markup")
