"""The command `posse new-check`: writes a check of one's own with its examples, and the line in the configuration."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from pathlib import Path

from posse_checks.analysis.registry import all_rules
from posse_checks.config.check_file import read_check_file
from posse_server.commands.new_check_files import plugin_files, python_files
from posse_server.project.check_files import CHECKS_FOLDER, paths_of
from posse_server.project.configuration_file import ConfigurationFile
from posse_server.project.discovery import ConfigurationFinder
from posse_server.system.console import CommandError, opened, shown, tell
from posse_server.system.reading import leads_elsewhere

ERROR_STATUS = 2
"""Exit status if nothing was written."""
PYTHON_PATTERN = ".posse/checks/*.py"
_ID = re.compile(r"[A-Z][A-Z0-9]{1,19}")
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
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--python", action="store_true", help="write it in Python, with the same `rule` as Posse's checks"
    )
    kinds.add_argument("--bandit", action="store_true", help="write a package with a plug-in of Bandit's")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command. Returns its exit status."""
    try:
        name = arguments.name.replace("-", "_")
        if arguments.python:
            _write_python(name, arguments.id)
        elif arguments.bandit:
            _write_plugin(name, arguments.id)
        else:
            _write(name, arguments.id)
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def _write(name: str, id: str | None) -> None:
    """Write the files. Raises CommandError if one exists, if a name is taken, or if a link leads out of the folder."""
    file, id = _unused(name, id)
    text = CHECK.format(id=id, name=name)
    if problems := read_check_file(text).problems:
        raise CommandError(f"{shown(id)} cannot be the ID: {problems[0].message}")
    folder = Path.cwd() if file is None else file.path.parent
    path = folder / ".posse" / "checks" / f"{name}.yaml"
    is_new = file is None or file.path.name == CHECKS_FOLDER[0]
    _write_all({path: text} | ({folder / "bandit.yaml": CONFIGURATION} if is_new else {}), folder)
    if not is_new and file is not None and path not in paths_of(folder, file.parsed.policy_options):
        _tell_missing(file, path.relative_to(folder).as_posix())
    tell("edit its keys and examples, then run: posse checks test")


def _write_python(name: str, id: str | None) -> None:
    """Write a check in Python. Raises CommandError as `_write` does."""
    file, id = _unused(name, id)
    folder = Path.cwd() if file is None else file.path.parent
    texts = {folder / path: text for path, text in python_files(name, id).items()}
    is_new = file is None or file.path.name == CHECKS_FOLDER[0]
    if is_new:
        texts[folder / "bandit.yaml"] = CONFIGURATION.replace("*.yaml]", f"*.yaml, {PYTHON_PATTERN}]")
    _write_all(texts, folder)
    if not is_new and file is not None and PYTHON_PATTERN not in file.parsed.policy_options.get("check_files", ()):
        _tell_missing(file, PYTHON_PATTERN)
    tell("it is code: the editor asks whether it may run, and a scan runs it with --allow-project-code")


def _write_plugin(name: str, id: str | None) -> None:
    """Write a package with a plug-in of Bandit's. Raises CommandError as `_write` does."""
    _, id = _unused(name, id)
    here = Path.cwd()
    _write_all({here / path: text for path, text in plugin_files(name, id).items()}, here)
    tell(f"install it beside Bandit in the project's Python: .venv/bin/pip install ./bandit_{name}")
    tell("it is code: the editor asks whether it may run, and a scan runs it with --allow-project-code")


def _unused(name: str, id: str | None) -> tuple[ConfigurationFile | None, str]:
    """Returns the configuration that applies here, and the ID of a check with this name. Raises CommandError."""
    if not _NAME.fullmatch(name):
        raise CommandError(f"{name!r} is not a name: use lower-case letters, digits and `_`, such as jwt_unverified")
    file = ConfigurationFinder(Path.cwd()).nearest(Path.cwd())
    taken = _taken(file)
    if name in taken:
        raise CommandError(f"there is a check {name!r} already. Choose another name")
    id = id or next(free for number in range(901, 10_000) if (free := f"X{number}") not in taken)
    if not _ID.fullmatch(id):
        raise CommandError(f"{shown(id)} is not an ID: use capital letters and digits, such as X901")
    if id in taken:
        raise CommandError(f"there is a check {id} already. Choose another ID")
    return file, id


def _write_all(texts: Mapping[Path, str], folder: Path) -> None:
    """Write new files. Raises CommandError if one exists, or is reached through a link."""
    for path in texts:
        _require_new(path, folder)
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"cannot create {_shown(path.parent)}: {error.strerror}") from None
        opened(str(path)).document([text])
        tell(f"wrote {_shown(path)}")


def _tell_missing(file: ConfigurationFile, pattern: str) -> None:
    tell(f"{_shown(file.path)} does not read it: add `{pattern}` to `check_files` under `posse`")


def _require_new(path: Path, folder: Path) -> None:
    """Raises CommandError if a file exists, or if it is reached through a link."""
    if os.path.lexists(path):
        raise CommandError(f"{_shown(path)} already exists and was not replaced")
    below = path.relative_to(folder).parents
    if any((folder / one).is_symlink() for one in below if one.parts) or leads_elsewhere(path, folder):
        raise CommandError(f"{_shown(path)} is reached through a link, so nothing was written")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return shown(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _taken(file: ConfigurationFile | None) -> set[str]:
    """Returns the IDs and names that are in use."""
    rules = file.base.known_rules if file is not None and file.base is not None else all_rules()
    return {word for rule in rules.values() for word in (rule.id, rule.name)}
