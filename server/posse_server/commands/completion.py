"""The command `posse completion`: prints a script with which a shell completes the command line."""

from __future__ import annotations

import argparse

from posse_server.system.console import CommandError, opened, tell

SHELLS = ("bash", "zsh", "fish")
ERROR_STATUS = 2
"""Exit status if the library that writes the script is not installed."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Print a script with which a shell completes the command line of posse."
    parser.add_argument("shell", choices=SHELLS, help="shell to complete the command line in")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command for the parser of the whole command line. Returns its exit status."""
    try:
        import shtab
    except ImportError:
        tell("cannot write the script: shtab is not installed; install it with: pip install 'posse-lsp[completion]'")
        return ERROR_STATUS
    parser: argparse.ArgumentParser = arguments.parser
    _complete_files(parser, shtab.FILE)
    try:
        opened(None).document([shtab.complete(parser, arguments.shell), "\n"])
    except CommandError as stop:
        tell(str(stop))
        return ERROR_STATUS
    return 0


def _complete_files(parser: argparse.ArgumentParser, complete: object) -> None:
    """Have the arguments that name files completed with the names of files."""
    for action in parser._actions:  # noqa: SLF001  # argparse has no other way to read them
        if action.metavar in ("FILE", "TARGET", "FOLDER"):
            action.complete = complete  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                _complete_files(command, complete)
