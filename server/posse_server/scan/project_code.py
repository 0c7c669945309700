"""The project's own code in a scan: whether it runs, in which Python, and what went wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from posse_server.plugins.environment import find_environment
from posse_server.plugins.host import Host, LoadedCheck, Trouble, names_of
from posse_server.plugins.process import Order, ProcessError
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

    @property
    def names(self) -> Mapping[str, str]:
        """The names by which comments and configurations may mention them: see `names_of`."""
        return names_of(self.checks)


NO_PROJECT_CODE = ProjectCode()


def project_code(arguments: Arguments) -> ProjectCode:
    """Load the plug-ins once, if the user has allowed that, and report what is wrong with them.

    Raises CommandError if they cannot be loaded: a scan without them would be green for the wrong reason.
    """
    if not arguments.allows_project_code:
        return NO_PROJECT_CODE
    if arguments.scheduler is not None:
        raise CommandError("--allow-project-code does not go with --scheduler: plug-ins run on this machine only")
    here = Path.cwd()
    environment = find_environment(here, arguments.project_python)
    if environment is None:
        raise CommandError(
            "found no Python with Bandit for --allow-project-code; install Bandit in .venv, or name a Python "
            "with --project-python"
        )
    order = Order(str(environment.python), str(here), compiled_folder())
    host = Host(order)
    try:
        host.start()
    except ProcessError as error:
        raise CommandError(f"the plug-ins of {shown(order.python)} cannot be loaded: {shown(str(error))}") from None
    finally:
        host.stop()
    _tell(host.troubles, "")
    return ProjectCode(order, host.checks)


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
        who = "the plug-ins" if trouble.name is None else f"the plug-in {shown(trouble.name)}"
        tell(f"{who} {shown(trouble.why)}{where}")
