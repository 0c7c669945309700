"""The command `posse`. The modules of a subcommand are loaded only when it runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from posse_checks import __version__
from posse_server.system.console import Parser, finished

COMMANDS = {
    "server": ("run the language server", "posse_server.commands.server"),
    "scan": ("scan files (drop-in replacement for bandit)", "posse_server.commands.scan"),
    "config": ("show or generate a configuration, or print its schema", "posse_server.commands.config"),
    "baseline": ("create and update a baseline of known findings", "posse_server.commands.baseline"),
    "explain": ("explain what is known about the values in a line", "posse_server.commands.explain"),
    "rules": ("list the checks, or explain some of them", "posse_server.commands.rules"),
}
"""The subcommands: the description of each, and the module that registers it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit status."""
    return finished(lambda: _run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(given: Sequence[str]) -> int:
    parser = Parser(
        prog="posse", description="See Bandit's security findings in your Python code as you type, and in CI."
    )
    parser.add_argument("--version", action="version", version=f"posse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    chosen = next((argument for argument in given if not argument.startswith("-")), None)
    for name, (purpose, module) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if name == chosen:
            importlib.import_module(module).register(command)
    parsed = parser.parse_args(given)
    status: int = parsed.run(parsed)
    return status


if __name__ == "__main__":
    sys.exit(main())
