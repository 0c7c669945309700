"""The command `posse checks`: lists the project's own checks, tests their examples, imports them from Semgrep."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from posse_checks.config.check_examples import FailingExample, failing_examples
from posse_checks.config.configuration import Configuration
from posse_checks.config.problem import Problem
from posse_checks.declared.check import DeclaredCheck
from posse_checks.declared.examples import program_of
from posse_server.plugins.project import find_code
from posse_server.plugins.trust import Decisions, state_folder
from posse_server.project.check_files import CHECKS_FOLDER, findings_in_example
from posse_server.project.configuration_file import ConfigurationFile, load
from posse_server.project.discovery import ConfigurationFinder
from posse_server.system.console import CommandError, opened, shown, tell
from posse_server.system.reading import YAML_LIMIT, limit_of, read_bytes

FAILED_STATUS, ERROR_STATUS = 1, 2
"""Exit status if an example does not hold or a check has a mistake, and if nothing can be done."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "List, test and import checks of your own; docs/own-checks.md shows how to write them."
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="list the checks of this project, with the file that declares each")
    testing = actions.add_parser("test", help="run the examples of the checks, and show those that do not hold")
    for action, run in ((listing, _list), (testing, _test)):
        action.add_argument(
            "-c", "--configfile", metavar="FILE", help="the configuration; without it, the one for this folder"
        )
        action.set_defaults(run=run)
    importing = actions.add_parser("import-semgrep", help="print Semgrep's rules for Python as checks")
    importing.add_argument("file", metavar="FILE", help="a file of rules in YAML")
    importing.set_defaults(run=_import_semgrep)


def _list(arguments: argparse.Namespace) -> int:
    try:
        file = _configuration(arguments.configfile)
        opened(None).lines([*_as_table(file), *_code_of(file)])
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def _test(arguments: argparse.Namespace) -> int:
    try:
        file = _configuration(arguments.configfile)
        problems = [(one.path, problem) for one in file.files() for problem in one.parsed.problems]
        failing = list(_failing(file))
        opened(None).lines(_outcome(_checks_of(file), problems, failing))
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return FAILED_STATUS if failing or problems else 0


def _import_semgrep(arguments: argparse.Namespace) -> int:
    from posse_checks.config.semgrep import imported
    from posse_server.system.console import why

    try:
        source = read_bytes(arguments.file, YAML_LIMIT).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        tell(f"cannot read {shown(arguments.file)}: {why(error)}")
        return ERROR_STATUS
    found = imported(source)
    for refusal in found.refused:
        tell(refusal)
    if not found.text:
        tell("no rule can be imported")
        return ERROR_STATUS
    opened(None).document([found.text])
    return FAILED_STATUS if found.refused else 0


def _configuration(given: str | None) -> ConfigurationFile:
    """Returns the configuration that is named, or that applies to this folder. Raises CommandError without one."""
    if given is not None:
        if not Path(given).is_file():
            raise CommandError(f"cannot read {shown(given)}: there is no such file")
        return load(Path(given).absolute(), None, None)
    found = ConfigurationFinder(Path.cwd()).nearest(Path.cwd())
    if found is None:
        raise CommandError("there is no configuration here; `posse new-check NAME` writes a first check and one")
    return found


def _checks_of(file: ConfigurationFile) -> Sequence[DeclaredCheck]:
    """Returns the declared checks of a configuration."""
    return (file.base or Configuration()).policy.checks


def _as_table(file: ConfigurationFile) -> Iterator[str]:
    """Yields a line for each check, in columns."""
    configuration = file.base or Configuration()
    running = {rule.id for rule in configuration.rules}
    rows = [("ID", "NAME", "SEVERITY", "RUNS", "DECLARED IN")]
    for check in _checks_of(file):
        where = f"{_declared_in(file, check)}:{check.line + 1}"
        is_on = "yes" if check.id in running else "with --flow" if check.flow else "no"
        rows.append((check.id, check.name, check.severity.name.lower(), is_on, where))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _code_of(file: ConfigurationFile) -> Iterator[str]:
    """Yields a line for each file of checks in Python and each plug-in, with whether the user lets it run."""
    folder = file.path.parent.resolve()
    policy = (file.base or Configuration()).policy
    found = find_code(folder, patterns=policy.check_files, has_plugins=policy.plugins is not False)
    if found is None:
        return
    decision = Decisions(state_folder(), [folder]).made_on(folder, found.fingerprint)
    trust = {True: "you let it run in editors", False: "you do not let it run", None: "editors ask whether it may run"}
    yield ""
    yield f"Code of this project ({trust[decision]}; a scan needs --allow-project-code):"
    for path in found.files:
        yield f"  {shown(path.relative_to(folder).as_posix())}"
    for name in found.plugins:
        yield f"  {shown(name)}, a plug-in of Bandit's in {shown(str(found.environment.python))}"


def _declared_in(file: ConfigurationFile, check: DeclaredCheck) -> str:
    return check.path or file.path.name


def _failing(file: ConfigurationFile) -> Iterator[tuple[Path, FailingExample]]:
    """Yields the examples that do not hold, each with its file."""
    for one in file.files():
        if not one.lines or one.path.name == CHECKS_FOLDER[0]:
            continue
        limit = limit_of(one.path.name)
        source = read_bytes(one.path, limit, within=file.project).decode("utf-8-sig")
        is_configuration = one is file or one is file.named
        for failing in failing_examples(
            source, one.path.name, holds_checks=not is_configuration, find=findings_in_example
        ):
            yield one.path, failing


def _outcome(
    checks: Sequence[DeclaredCheck],
    problems: Sequence[tuple[Path, Problem]],
    failing: Sequence[tuple[Path, FailingExample]],
) -> Iterator[str]:
    """Yields mistakes, then each example that does not hold as a drawing, then a summary."""
    for path, problem in problems:
        yield f"{_shown_path(path)}:{problem.line + 1}: {problem.message}"
    for path, (line, _, failure) in failing:
        yield f"{_shown_path(path)}:{line + 1}: {failure.reason}"
        yield ""
        code = program_of(failure.example).split("\n")[:-1]
        for number, text in enumerate(code, start=1):
            yield f"    {text}"
            for finding in failure.findings:
                span = finding.span
                if span.line == number:
                    before = text.encode()[: span.column].decode(errors="replace")
                    end = span.end_column if span.end_line == number else len(text.encode())
                    width = len(text.encode()[span.column : end].decode(errors="replace"))
                    yield f"    {' ' * len(before)}{'^' * max(width, 1)} {finding.message}"
        yield ""
    examples = sum(len(check.bad) + len(check.good) for check in checks)
    counted = f"{len(checks)} check{'s' if len(checks) != 1 else ''}, {examples} example{'s' if examples != 1 else ''}"
    yield f"{counted}: {f'{len(failing)} do not hold' if failing else 'all hold'}"
    for check in checks:
        if not check.bad:
            yield f"{check.id} has no example under `bad`, so nothing shows that it reports anything"


def _shown_path(path: Path) -> str:
    here = Path.cwd()
    return shown(str(path.relative_to(here)) if path.is_relative_to(here) else str(path))
