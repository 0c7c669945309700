"""Assembled strings: concatenation, formats, join, and the text before data from outside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from posse_checks.flow import kinds
from posse_checks.flow.state import State, beginning
from posse_checks.flow.values import NOTHING, Value, add_step, clean_taints, constant, merge_taints
from posse_checks.rule.evidence import Step

_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#\\@]+[/?#]", re.IGNORECASE)
"""Matches a scheme and a host that the text after it cannot change."""
_LOCAL_LINK = re.compile(r"/[^/\\]|[\w.-]+[?#]|[?#]|/[?#]")
"""Matches the beginning of a link within the site."""
_LONGEST_PREFIX = 256


def concatenate(parts: Sequence[Value], state: State, step: Step | None = None) -> Value:
    """The concatenation of the parts.

    Taints of parts behind a constant scheme and host are clean for redirects and requests; those behind any constant
    text cannot make a path absolute.
    """
    texts = [_text_of(part) for part in parts]
    known = [text for text in texts if text is not None]
    if len(known) == len(parts):
        return constant("".join(known))
    prefix = ""
    is_open = True
    ends_host = False
    groups = []
    for part, text in zip(parts, texts, strict=True):
        if text is not None:
            if is_open:
                prefix += text
            elif any(mark in text for mark in "/?#"):
                ends_host = True  # whatever the host is, it ends here
            continue
        taints = state.contents(part)
        if ends_host and taints:
            taints = clean_taints(taints, kinds.REDIRECT | kinds.SSRF)
        before = prefix if is_open else prefix or "x"  # something unknown stands before it
        if taints and before:
            taints = clean_taints(taints, clean_behind(before))
        groups.append(taints)
        if is_open:
            prefix += beginning(part)
            is_open = False
    merged = merge_taints(*groups)
    if step is not None and merged:
        merged = tuple([add_step(taint, step) for taint in merged])
    return Value(merged, NOTHING, "str", prefix=prefix[:_LONGEST_PREFIX])


def _text_of(part: Value) -> str | None:
    value = part.constant
    if value is NOTHING or part.taints:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, float, type(None))) or (isinstance(value, int) and abs(value) < 1 << 64):
        return str(value)
    return None


def clean_behind(prefix: str) -> int:
    """The kinds for which a value is clean after constant text."""
    clean = 0
    stripped = prefix.strip()
    if stripped.lower().startswith(("http://", "https://")):
        clean |= kinds.WEB_SCHEME
    if _HOST.match(stripped):
        clean |= kinds.REDIRECT | kinds.SSRF
    elif _LOCAL_LINK.match(stripped):
        clean |= kinds.REDIRECT
    elif stripped == "/":
        clean |= kinds.IS_LOCAL_LINK
    if prefix.strip("/\\ "):
        clean |= kinds.NOT_ABSOLUTE
    return clean


def mixed(values: Sequence[Value], state: State, step: Step | None = None, type: str = "") -> Value:
    """A value computed from others in an unknown way, with all their taints."""
    merged = merge_taints(*[state.contents(value) for value in values])
    if step is not None and merged:
        merged = tuple([add_step(taint, step) for taint in merged])
    return Value(merged, NOTHING, type)


def quoted(value: Value) -> Value:
    """A number's format makes this text, so nobody can choose anything with it."""
    return Value((), NOTHING, "str") if value.taints else value
