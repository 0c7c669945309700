"""The command `posse doctor`: a report about this machine and this project, to paste into a bug report."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from posse_server.system.console import opened


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "Print the facts for a bug report: versions, configuration, cache. Paths are shortened, and your name is "
        "not in them. Nothing of the project is run, and nothing is sent."
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="app.py",
        help="Python file to report on; by default, any in this folder",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from posse_server.doctor import sections
    from posse_server.doctor.report import report_lines
    from posse_server.project.workspace import Workspace

    path, here = Path(os.path.abspath(arguments.file)), Path.cwd()
    top = here if path.is_relative_to(here) else path.parent
    parts = [
        sections.program(),
        sections.machine(),
        sections.configuration(Workspace([top]).resolve(path), arguments.file),
        sections.project_code(here),
        sections.cache(),
    ]
    opened(None).lines(report_lines(parts))
    return 0
