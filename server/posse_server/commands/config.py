"""The command `posse config`: explains a file's configuration, generates a configuration, prints the schema."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from posse_server.system.console import CommandError, opened, shown, tell

ERROR_STATUS = 2
"""Exit status after an error."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Show or generate a configuration, or print its schema."
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser(
        "show", help="show the settings in effect for a file, their origins, and which rules are off"
    )
    show.add_argument("file", metavar="FILE", help="a Python file; it need not exist")
    show.set_defaults(run=_show)
    generate = actions.add_parser("generate", help="write a first configuration in YAML, for Bandit and Posse")
    generate.add_argument("-t", "--tests", metavar="IDS", help="IDs of the checks to run, separated by commas")
    generate.add_argument(
        "-s", "--skip", dest="skips", metavar="IDS", help="IDs of the checks not to run, separated by commas"
    )
    generate.add_argument("--show-defaults", action="store_true", help="write only the options of all rules")
    generate.add_argument("-o", "--out", metavar="FILE", help="file to write; an existing file is not replaced")
    generate.set_defaults(run=_generate)
    schema = actions.add_parser("schema", help="print the JSON Schema of configuration files")
    schema.set_defaults(run=_schema)
    parser.set_defaults(run=None)


def _show(arguments: argparse.Namespace) -> int:
    from posse_server.project.explain import explanation_lines
    from posse_server.project.workspace import Workspace

    path = Path(os.path.abspath(arguments.file))
    here = Path.cwd()
    # As in a scan, the search goes up to the working folder. Outside of it, only the file's folder is searched.
    top = here if path.is_relative_to(here) else path.parent
    config = Workspace([top]).resolve(path)
    opened(None).lines(explanation_lines(config, arguments.file))
    files = config.file.files() if config.file else ()
    return ERROR_STATUS if any(problem.fatal for file in files for problem in file.parsed.problems) else 0


def _generate(arguments: argparse.Namespace) -> int:
    from posse_checks.config.generate import defaults, generated
    from posse_checks.config.selection import SelectionError

    ids = [tuple(given.split(",")) if given else () for given in (arguments.tests, arguments.skips)]
    try:
        text = generated(*ids)
        if arguments.show_defaults:
            opened(None).document([defaults()])
        if arguments.out is not None:
            _write_new(arguments.out, text)
        elif not arguments.show_defaults:
            opened(None).document([text])
    except (CommandError, SelectionError) as error:
        tell(str(error))
        return ERROR_STATUS
    return 0


def _write_new(path: str, text: str) -> None:
    """Write a file. Raises CommandError if it exists."""
    if os.path.lexists(path):
        raise CommandError(f"{shown(path)} already exists and was not replaced. Name another file, or delete it")
    opened(path).document([text])
    tell(f"wrote {shown(path)}")


def _schema(arguments: argparse.Namespace) -> int:
    from posse_checks.config.schema import schema

    opened(None).document([json.dumps(schema(), indent=2) + "\n"])
    return 0
