"""Gathers the sections that do not depend on an editor. Nothing of the project is run."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import posse_server
from posse_checks import __version__
from posse_checks.analysis.registry import all_rules
from posse_server.doctor.report import Section, pairs
from posse_server.plugins.environment import find_environment
from posse_server.plugins.trust import state_folder
from posse_server.project.effective import EffectiveConfig
from posse_server.project.explain import DEFAULT, explanation_of
from posse_server.results.cache import FOLDER_VARIABLE, CacheError, cache_folder

NEEDED = ("pygls", "lsprotocol", "attrs", "cattrs", "platformdirs", "PyYAML")
OPTIONAL = ("distributed", "shtab")


def program() -> Section:
    """Posse, its interpreter, and the libraries that it uses."""
    rules = all_rules().values()
    own = sum(rule.is_own for rule in rules)
    python = f"{platform.python_version()} ({platform.python_implementation()})"
    kind = "virtual environment" if sys.prefix != sys.base_prefix else "no virtual environment"
    return Section(
        "Posse",
        pairs(
            [
                ("version", __version__),
                ("folder", Path(posse_server.__file__).parent),
                ("rules", f"{len(rules) - own} of Bandit, {own} of its own"),
                ("Python", f"{python}, {sys.executable}, {kind}"),
                ("libraries", ", ".join(f"{name} {_version(name)}" for name in NEEDED)),
                ("extras", ", ".join(f"{name} {_version(name)}" for name in OPTIONAL)),
            ]
        ),
    )


def machine() -> Section:
    """The system, and the parts of its environment that matter to Posse."""
    moved = os.environ.get(FOLDER_VARIABLE)
    encodings = f"files {sys.getfilesystemencoding()}, output {getattr(sys.stdout, 'encoding', None)}"
    return Section(
        "Machine",
        pairs(
            [
                ("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
                ("processors", os.cpu_count()),
                ("encodings", f"{encodings}, locale {locale.getlocale()[0]}"),
                ("Git", shutil.which("git") or "not found"),
                (FOLDER_VARIABLE, moved or "not set"),
            ]
        ),
    )


def configuration(config: EffectiveConfig, name: str) -> Section:
    """The settings in effect for a file, with their origins, without those at their defaults."""
    explained = explanation_of(config, name)
    chosen = [f"{row.key} {row.value}  ({row.origin})" for row in explained.rows if row.origin != DEFAULT]
    off = ", ".join(rule.id for rule, _ in explained.rules_off)
    rules = f"{explained.rules_on} rules are on, {len(explained.rules_off)} are off: {off or 'none'}"
    return Section("Configuration", [*explained.head, *chosen, rules])


def project_code(folder: Path) -> Section:
    """What could run of the project's Python, and where the user's decisions about that are kept."""
    environment = find_environment(folder)
    if environment is None:
        found = [("Bandit's plug-ins", "no Python of this project has Bandit")]
    else:
        names = ", ".join(environment.plugin_names()) or "none"
        found = [("Python with Bandit", str(environment.python)), ("Bandit's plug-ins", names)]
    return Section("Code of the project", pairs([*found, ("decisions", state_folder() or "cannot be kept")]))


def cache() -> Section:
    """Where results are kept, and how much they take."""
    try:
        folder = cache_folder()
    except CacheError as error:
        return Section("Cache", pairs([("folder", f"none: {error}")]))
    return Section("Cache", pairs([("folder", folder), *_cache_state(folder)]))


def _cache_state(folder: Path) -> Iterator[tuple[str, object]]:
    try:
        sizes = [entry.stat(follow_symlinks=False).st_size for entry in os.scandir(folder) if not entry.is_dir()]
    except FileNotFoundError:
        yield "state", "empty: nothing was kept yet"
    except OSError as error:
        yield "state", f"cannot be read: {error.strerror}"
    else:
        writable = "" if os.access(folder, os.W_OK) else ", not writable"
        yield "state", f"{sum(sizes) / (1 << 20):.1f} MB, number of files: {len(sizes)}{writable}"


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
