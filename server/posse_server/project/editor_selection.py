"""Applies what the editor's settings select, on top of a configuration: whether, where and with which checks to run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from posse_checks.config.configuration import Configuration, Selection
from posse_checks.config.selection import SelectionError, select
from posse_server.project.editor_settings import EditorSettings, Preference

EVERYTHING = "*"
"""The pattern of excluded files while checking is off."""


def chosen_in_editor(configuration: Configuration, wanted: Selection, settings: EditorSettings) -> Configuration | None:
    """Returns a configuration with its own selection `wanted`, and then that of the editor, applied.

    Of two lists of IDs, the one that the settings' preference names counts. Exclusions add up. Returns None if the
    settings select nothing, or nothing that would leave a check to run.
    """
    if settings.is_enabled and not (settings.tests or settings.skips or settings.exclude_dirs):
        return None
    exclude_dirs = (*configuration.exclude_dirs, *settings.exclude_dirs) if settings.is_enabled else (EVERYTHING,)
    with_paths = replace(configuration, exclude_dirs=exclude_dirs)
    editor_wins = settings.preference is Preference.EDITOR
    selected = frozenset(settings.tests) - frozenset(settings.skips)
    tests = _winning(selected, (*configuration.tests, *wanted.tests), first_wins=editor_wins)
    skips = _winning(settings.skips, (*configuration.skips, *wanted.skips), first_wins=editor_wins)
    left = tests - skips if editor_wins else tests
    if (tests or settings.tests) and not left:
        return select(with_paths, wanted)
    try:
        return select(replace(with_paths, tests=left, skips=skips - left), replace(wanted, tests=(), skips=()))
    except SelectionError:
        return select(with_paths, wanted)


def _winning(editor: Iterable[str], project: Iterable[str], *, first_wins: bool) -> frozenset[str]:
    """Returns the list of IDs that counts; an empty one never does."""
    ours, theirs = frozenset(editor), frozenset(project)
    return (ours or theirs) if first_wins else (theirs or ours)
