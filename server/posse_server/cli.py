"""The command `posse`. The modules of a subcommand are loaded only when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Collection, Sequence

from posse_checks import __version__
from posse_server.system.collector import without_collector
from posse_server.system.console import Parser, finished

COMMANDS = {
    "server": ("run the language server", "posse_server.commands.server"),
    "scan": ("scan files, with Bandit's flags", "posse_server.commands.scan"),
    "cache": ("delete the results that are kept for the next scan", "posse_server.commands.cache"),
    "config": ("show or generate a configuration, or print its schema", "posse_server.commands.config"),
    "baseline": ("create and update a baseline of known findings", "posse_server.commands.baseline"),
    "explain": ("explain what is known about the values in a line", "posse_server.commands.explain"),
    "rules": ("list the checks, or explain some of them", "posse_server.commands.rules"),
    "doctor": ("print the facts for a bug report about this machine", "posse_server.commands.doctor"),
    "checks": ("list, test and import checks of your own", "posse_server.commands.checks"),
    "new-check": ("write a first check of your own", "posse_server.commands.new_check"),
    "completion": ("print a script that completes the command line in a shell", "posse_server.commands.completion"),
}
"""The subcommands: the description of each, and the module that registers it."""
DROP_IN = {
    "bandit": ("scan files exactly like bandit", "posse_server.commands.bandit"),
    "bandit-baseline": ("compare two commits exactly like bandit-baseline", "posse_server.commands.bandit_baseline"),
    "bandit-config-generator": (
        "write a configuration exactly like bandit-config-generator",
        "posse_server.commands.bandit_config_generator",
    ),
}
"""The subcommands that parse their own arguments: the description of each, and the module with its function `main`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit status."""
    return finished(lambda: _run(sys.argv[1:] if arguments is None else list(arguments)))


def _run(given: Sequence[str]) -> int:
    given = given[1:] if given and given[0] == "--" else given
    if given and given[0] in DROP_IN:
        done: int = importlib.import_module(DROP_IN[given[0]][1]).main(given[1:])
        return done
    chosen = next((argument for argument in given if not argument.startswith("-")), "")
    parser = parser_for(COMMANDS if chosen == "completion" else [chosen])
    parsed = parser.parse_args(given, argparse.Namespace(parser=parser))
    status: int = parsed.run(parsed)
    return status


def parser_for(chosen: Collection[str]) -> Parser:
    """Returns the parser of the command line, with the arguments of these subcommands."""
    parser = Parser(
        prog="posse", description="See Bandit's security findings in your Python code as you type, and in CI."
    )
    parser.add_argument("--version", action="version", version=f"posse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (purpose, module) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        if name in chosen:
            with without_collector():
                importlib.import_module(module).register(command)
    for name, (purpose, _) in DROP_IN.items():
        commands.add_parser(name, help=purpose)
    return parser


if __name__ == "__main__":
    sys.exit(main())
