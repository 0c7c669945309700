"""Patterns that match no file: misspelled, or obsolete because a file was deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

from posse_checks.config.configuration import ALWAYS_EXCLUDED
from posse_checks.config.policy import matches
from posse_checks.config.suggestions import clipped
from posse_server.project.effective import EffectiveConfig, Resolver
from posse_server.project.files import FoundFiles
from posse_server.scan.arguments import Arguments
from posse_server.system.console import shown

MAXIMUM_PATTERNS = 100
"""Limit for the patterns of one kind that are tested; each is matched with the paths of all files."""


@dataclass(slots=True)
class _Scope:
    """The files that a configuration applies to, by the paths that its patterns see."""

    config: EffectiveConfig
    """What holds for the first of them."""
    checked: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)


def unmatched(
    discovery: FoundFiles, arguments: Arguments, resolver: Resolver, left_out: Iterable[str] = ()
) -> Iterator[str]:
    """Yields a message for each pattern that matches no file, if all files that it could match were searched.

    One path stands for all files in each folder that was left out.
    """
    folders = [Path(os.path.abspath(target)) for target in arguments.targets if os.path.isdir(target)]
    if not arguments.recursive or not folders:
        return
    unseen = [os.path.join(".", os.path.relpath(folder), "any.py") for folder in left_out]
    discovery = replace(discovery, excluded=[*discovery.excluded, *unseen])
    for pattern in _without(arguments.excluded, discovery.excluded):
        yield f"nothing matches -x {_shown(pattern)}{_guess(pattern, discovery.files)}"
    for scope in _scopes(discovery, resolver):
        top = Path(scope.config.folder or Path.cwd())
        if any(top.is_relative_to(folder) for folder in folders):
            where = "" if top == Path.cwd() else f" below {shown(os.path.relpath(top))}"
            yield from (f"nothing{where} matches {what}" for what in _in_configuration(scope))


def _scopes(discovery: FoundFiles, resolver: Resolver) -> Iterable[_Scope]:
    scopes: dict[int, _Scope] = {}
    for names, is_excluded in ((discovery.files, False), (discovery.excluded, True)):
        for name in names:
            config = resolver(name)
            scope = scopes.setdefault(id(config.configuration), _Scope(config))
            (scope.excluded if is_excluded else scope.checked).append(config.path)
    return scopes.values()


def _in_configuration(scope: _Scope) -> Iterator[str]:
    """Yields the patterns of a configuration that match no file, each with its key."""
    configuration = scope.config.configuration
    for pattern in _without(configuration.exclude_dirs, scope.excluded):
        yield f"{_shown(pattern)} in `exclude_dirs`"
    # A default that is the name of a folder here has become a pattern for everything in it.
    given = [pattern for pattern in configuration.excluded if pattern.removesuffix(f"{os.sep}*") not in ALWAYS_EXCLUDED]
    for pattern in _without(given, scope.excluded):
        yield f"{_shown(pattern)} in `exclude`{_guess(pattern, scope.checked)}"
    for pattern in islice(configuration.policy.per_file_ignores, MAXIMUM_PATTERNS):
        if not any(matches(path, pattern) for path in (*scope.checked, *scope.excluded)):
            yield f"{_shown(pattern)} in `per_file_ignores`"


def _without(patterns: Sequence[str], paths: Sequence[str]) -> Iterator[str]:
    """Yields the patterns that exclude none of the paths."""
    for pattern in patterns[:MAXIMUM_PATTERNS]:
        if pattern and not any(fnmatch(path, pattern) or pattern in path for path in paths):
            yield pattern


def _guess(pattern: str, checked: Sequence[str]) -> str:
    """Returns a suggestion if the pattern lacks the `./` that targets begin with. Empty if that would not help."""
    meant = f"./{pattern}"
    return f"; did you mean {_shown(meant)}?" if any(fnmatch(path, meant) for path in checked) else ""


def _shown(pattern: str) -> str:
    return f"`{shown(clipped(pattern))}`"
