"""The project's own code in a scan: whether it runs, in which Python, and its failures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.config.configuration import Selection
from posse_server.plugins.environment import find_environment
from posse_server.plugins.host import Host
from posse_server.plugins.process import Order, ProcessError
from posse_server.plugins.project import find_code
from posse_server.plugins.question import LoadedCheck, Trouble, names_of, own_names_of
from posse_server.project.configuration_file import ConfigurationFile, load
from posse_server.project.discovery import ConfigurationFinder
from posse_server.results.cache import compiled_folder
from posse_server.results.result import CheckedFile
from posse_server.scan.arguments import Arguments
from posse_server.system.console import CommandError, shown, tell


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The plug-ins that run in a scan."""

    order: Order | None = None
    """How to run them; None to run none."""
    checks: Sequence[LoadedCheck] = ()

    def selected(self, selection: Selection) -> Selection:
        """Returns the selection of a command line with the names of the checks that run: see `Selection`."""
        return replace(selection, plugins=names_of(self.checks), hosted=own_names_of(self.checks))


NO_PROJECT_CODE = ProjectCode()


def project_code(arguments: Arguments) -> ProjectCode:
    """Load the project's code once, if the user has allowed that, and report its failures.

    Raises CommandError if it cannot be loaded: a scan without it would be green for the wrong reason.
    """
    patterns = _patterns(arguments)
    if not arguments.allows_project_code:
        if any(pattern.endswith(".py") for pattern in patterns) and not arguments.quiet:
            tell("the project's checks in Python do not run; if you trust the project, use --allow-project-code")
        return NO_PROJECT_CODE
    if arguments.scheduler is not None:
        raise CommandError("--allow-project-code does not work with --scheduler: plug-ins run on this machine only")
    here = Path.cwd()
    if arguments.project_python is None and not patterns and find_environment(here) is None:
        raise CommandError(
            "found no Python with Bandit for --allow-project-code; install Bandit in .venv, or name a Python "
            "with --project-python"
        )
    found = find_code(here, arguments.project_python, patterns)
    if found is None and arguments.project_python is None:
        return NO_PROJECT_CODE
    order = Order(str(Path(arguments.project_python or "").absolute()), str(here), compiled=compiled_folder())
    order = order if found is None else found.order(here, compiled_folder())
    host = Host(order)
    try:
        host.start()
    except ProcessError as error:
        raise CommandError(f"the checks run by {shown(order.python)} cannot be loaded: {shown(str(error))}") from None
    finally:
        host.stop()
    _tell(host.troubles, "")
    return ProjectCode(order, host.checks)


def _patterns(arguments: Arguments) -> Sequence[str]:
    """Returns the patterns of files of checks in the configuration that applies to the working folder."""
    if arguments.config_file is not None:
        file: ConfigurationFile | None = load(Path(arguments.config_file).absolute(), None, None)
    else:
        file = ConfigurationFinder(Path.cwd()).nearest(Path.cwd()) if arguments.finds_configuration else None
    return file.base.policy.check_files if file is not None and file.base is not None else ()


def tell_troubles(checked: Iterable[CheckedFile]) -> bool:
    """Report what went wrong with plug-ins in files, each kind once. Returns whether anything did."""
    seen: dict[str | None, int] = {}
    first: dict[str | None, tuple[str, Trouble]] = {}
    for file in checked:
        for trouble in file.troubles:
            seen[trouble.name] = seen.get(trouble.name, 0) + 1
            first.setdefault(trouble.name, (file.name, trouble))
    for name, (file_name, trouble) in first.items():
        more = f" (and in {seen[name] - 1} more)" if seen[name] > 1 else ""
        _tell([trouble], f" in {shown(file_name)}{more}")
    return bool(first)


def _tell(troubles: Iterable[Trouble], where: str) -> None:
    for trouble in troubles:
        who = "the project's checks" if trouble.name is None else f"the check {shown(trouble.name)}"
        tell(f"{who} {shown(trouble.why)}{where}")
