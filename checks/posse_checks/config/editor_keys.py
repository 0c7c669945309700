"""The names of options in an editor's settings, and the options that a project's configuration has at its top.

Editors write names in camel case; the options' own names, which were the only ones once, still work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posse_checks.config.schema_types import SWITCH, TEXT, KeySchema, ListOf, RuleId

EDITOR_KEYS: Mapping[str, KeySchema] = {
    "enable": KeySchema(SWITCH, "Whether Posse checks files.", True),
    "select": KeySchema(
        ListOf(RuleId(own=True)),
        "IDs of the checks to run, such as `B602`. If empty, all but the optional ones run.",
    ),
    "tests": KeySchema(ListOf(RuleId(own=True)), "The same as `select`, by the name that Bandit's configuration has."),
    "skips": KeySchema(ListOf(RuleId(own=True)), "IDs of the checks not to run."),
    "exclude_dirs": KeySchema(
        ListOf(TEXT),
        "Files not to check, besides those that the configuration excludes: patterns, or parts, of their paths.",
    ),
}
"""The settings beside those of the section `posse`."""
_WITH_KEYS = ("nosec",)
"""Options whose values have keys of their own, with names like those of options."""


def setting_name(option: str) -> str:
    """Returns the name of an option in an editor's settings."""
    first, *others = option.split("_")
    return first + "".join(map(str.capitalize, others))


def by_option(settings: Mapping[Any, Any], options: Mapping[str, KeySchema]) -> dict[Any, Any]:
    """Returns settings by the names of these options. If one has both names, the setting's counts."""
    names = {setting_name(option): option for option in options}
    given: dict[Any, Any] = {}
    for name, value in settings.items():
        option = names.get(name, name)
        if given.get(option) is None or (name in names and value is not None):
            given[option] = value
    return given


def with_inner_options(option: str, key: KeySchema, value: Any) -> Any:
    """Returns the value of an option with the keys in it by the names of options, if it has any."""
    inner = getattr(key.value_type, "keys", None)
    if option in _WITH_KEYS and isinstance(value, dict) and isinstance(inner, Mapping):
        return by_option(value, inner)
    return value
