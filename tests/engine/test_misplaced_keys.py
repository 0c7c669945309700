"""`config/misplaced_keys.py`: keys without effect at the top level of a configuration."""

from __future__ import annotations

import pytest

from posse_checks.config.misplaced_keys import no_effect, unknown_key


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("exclude", "use `exclude_dirs` instead."),
        ("skip", "use `skips` instead."),
        ("level", "set `minimum_severity` under `posse`."),
        ("run", "it belongs under `posse`."),
        ("targets", "it is an option of `.bandit` files and of the command line."),
        ("B101", "put IDs in the lists `tests` and `skips`."),
        ("exec_used", "B102 has no options."),
        ("start_process_with_a_shell", "B605 takes its options from the section `shell_injection`."),
    ],
)
def test_a_key_that_belongs_elsewhere_has_a_remedy(key: str, remedy: str) -> None:
    assert no_effect(key) == f"`{key}` has no effect here: {remedy}"


@pytest.mark.parametrize("key", ["x", "extensions", "", "B999"])
def test_a_key_of_nobody_has_none(key: str) -> None:
    assert no_effect(key) is None


def test_an_unknown_key_gets_a_suggestion() -> None:
    assert unknown_key("skipz", ["skips"]) == "Neither Bandit nor Posse knows the key `skipz`. Did you mean skips?"
