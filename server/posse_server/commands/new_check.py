"""The command `posse new-check`: writes a check of one's own with its examples, and the line in the configuration."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from posse_checks.analysis.registry import all_rules
from posse_checks.config.check_file import read_check_file
from posse_server.project.check_files import CHECKS_FOLDER, paths_of
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import ConfigurationFinder
from posse_server.system.console import CommandError, opened, shown, tell
from posse_server.system.reading import leads_elsewhere

ERROR_STATUS = 2
"""Exit status if nothing was written."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
CONFIGURATION = """# Configuration of Bandit and Posse. Bandit ignores the section `posse`.
posse:
  check_files: [.posse/checks/*.yaml]
"""
CHECK = """# A check of your own; docs/own-checks.md of Posse lists all keys. `posse checks test` runs the examples,
# and so does the editor while this file is open.
- id: {id}
  name: {name}
  call: [yaml.load, yaml.load_all]     # or import:, string:, decorated_by:, class_of:, attribute:, assigned:
  without: [Loader, 1]
  message: "{{name}} without a loader can construct any object."
  severity: high
  confidence: medium
  cwe: 502
  why: Whoever writes the document decides which Python objects it creates.
  fix:
    set: {{Loader: {{name: yaml.SafeLoader}}}}
    safety: review
  bad:
    - |
      import yaml
      yaml.load(document)
  good:
    - |
      import yaml
      yaml.load(document, Loader=yaml.SafeLoader)
"""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Write a check of your own, with examples, below .posse/checks. Nothing is overwritten."
    parser.add_argument("name", metavar="NAME", help="a name in lower case, such as jwt_unverified")
    parser.add_argument("--id", metavar="ID", help="the ID; without it, the first of X901, X902 ... that is free")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    try:
        _write(arguments.name.replace("-", "_"), arguments.id)
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def _write(name: str, id: str | None) -> None:
    """Write the files. Raises CommandError if one exists, if a name is taken, or if a link leads out of the folder."""
    here = Path.cwd()
    if not _NAME.fullmatch(name):
        raise CommandError(f"{name!r} is not a name: use lower-case letters, digits and `_`, such as jwt_unverified")
    file = ConfigurationFinder(here).nearest(here)
    taken = _taken(file)
    if name in taken:
        raise CommandError(f"there is a check {name!r} already. Choose another name")
    id = id or next(free for number in range(901, 10_000) if (free := f"X{number}") not in taken)
    text = CHECK.format(id=id, name=name)
    if problems := read_check_file(text).problems:
        raise CommandError(f"{shown(id)} cannot be the ID: {problems[0].message}")
    if id in taken:
        raise CommandError(f"there is a check {id} already. Choose another ID")
    folder = here if file is None else file.path.parent
    path = folder / ".posse" / "checks" / f"{name}.yaml"
    configuration = folder / "bandit.yaml" if file is None or file.path.name == CHECKS_FOLDER[0] else None
    for target in filter(None, (path, configuration)):
        _require_new(target, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot create {_shown(path.parent)}: {error.strerror}") from None
    opened(str(path)).document([text])
    tell(f"wrote {_shown(path)}")
    if configuration is not None:
        opened(str(configuration)).document([CONFIGURATION])
        tell(f"wrote {_shown(configuration)}")
    elif file is not None and path not in paths_of(folder, file.parsed.policy_options):
        added = path.relative_to(folder).as_posix()
        tell(f"{_shown(file.path)} does not read it: add `{added}` to `check_files` under `posse`")
    tell("edit its keys and examples, then run: posse checks test")


def _require_new(path: Path, folder: Path) -> None:
    """Raises CommandError if a file exists, or if it is reached through a link."""
    if os.path.lexists(path):
        raise CommandError(f"{_shown(path)} already exists and was not replaced")
    below = path.relative_to(folder).parents
    if any((folder / one).is_symlink() for one in below if one.parts) or leads_elsewhere(path, folder):
        raise CommandError(f"{_shown(path)} is behind a link, so nothing was written")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return shown(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _taken(file: ConfigurationFile | None) -> set[str]:
    """Returns the IDs and names that are in use."""
    rules = file.base.known_rules if file is not None and file.base is not None else all_rules()
    return {word for rule in rules.values() for word in (rule.id, rule.name)}
