"""Suggestions for unknown words, and how messages show such a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from posse_checks.analysis.registry import ids_by_name, own_rules

MAXIMUM_SHOWN_CHARACTERS = 60
"""Limit, in characters, for a file's text in a message, and for a word to get a suggestion."""
POSSE_KEYS_BY_BANDIT_OPTION: Mapping[str, str] = {
    "level": "minimum_severity",
    "severity": "minimum_severity",
    "severity_level": "minimum_severity",
    "severity-level": "minimum_severity",
    "confidence": "minimum_confidence",
    "confidence_level": "minimum_confidence",
    "confidence-level": "minimum_confidence",
}
"""The names in `.bandit` files and on command lines for keys of the section `posse`."""


def clipped(text: str) -> str:
    """Shortens a word from a file for a message."""
    return text if len(text) <= MAXIMUM_SHOWN_CHARACTERS else f"{text[:MAXIMUM_SHOWN_CHARACTERS]}..."


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A suggestion, as a sentence after a space; empty if no known word is close."""
    if len(given) > MAXIMUM_SHOWN_CHARACTERS:
        return ""
    import difflib  # loaded with the first mistake

    close = difflib.get_close_matches(given, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def unknown_id(given: str) -> str:
    """The message for an unknown ID, with a suggestion."""
    names = ids_by_name()
    if given in own_rules():
        return f"Bandit rejects `{given}` here, which is Posse's own check. Name it under `posse` instead."
    if given in names:
        return f"`{given}` is a test's name. Use its ID here: {names[given]}."
    close = similar_id(given)
    return f"Unknown test ID `{clipped(given)}`." + (f" Did you mean {close}?" if close else "")


def similar_id(given: str) -> str | None:
    """The known ID that is closest to an unknown one; None if none is close."""
    if len(given) > MAXIMUM_SHOWN_CHARACTERS:
        return None
    digits = given.upper().translate(str.maketrans("OIL", "011"))
    import difflib

    return next(iter(difflib.get_close_matches(digits, sorted(set(ids_by_name().values())), n=1)), None)
