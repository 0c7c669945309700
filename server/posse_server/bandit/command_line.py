"""Bandit's command line. Scripts read its help and its errors, so their texts are Bandit's."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence

from posse_checks.config.configuration import ALWAYS_EXCLUDED
from posse_checks.rule.declaration import BANDIT
from posse_server.bandit.formats.every import FORMATS
from posse_server.bandit.tests_of_bandit import names_by_id
from posse_server.system.console import Parser
from posse_server.system.writing import descriptor_of

EXCLUDED = ",".join(ALWAYS_EXCLUDED)
LEVELS = ("all", "low", "medium", "high")
STDOUT = "<stdout>"
"""The name of standard output in the log."""

_LEVEL_HELP = (
    'report only issues of a given {0} level or higher. "all" and "low" are likely to produce the same results, but it '
    'is possible for rules to be undefined which will not be listed in "low".'
)
_COUNT_HELP = "report only issues of a given {0} level or higher ({1} for LOW, {1}{2} for MEDIUM, {1}{2}{2} for HIGH)"
_EXCLUDE_HELP = (
    "comma-separated list of paths (glob patterns supported) to exclude from scan (note that these are in addition to "
    f"the excluded paths provided in the config file) (default: {EXCLUDED})"
)
_EPILOG = """
CUSTOM FORMATTING
-----------------

Available tags:

    {abspath}, {relpath}, {line}, {col}, {test_id},
    {severity}, {msg}, {confidence}, {range}

Example usage:

    Default template:
    bandit -r examples/ --format custom --msg-template \\
    "{abspath}:{line}: {test_id}[bandit]: {severity}: {msg}"

    Provides same output as:
    bandit -r examples/ --format custom

    Tags can also be formatted in python string.format() style:
    bandit -r examples/ --format custom --msg-template \\
    "{relpath:20.20s}: {line:03}: {test_id:^8}: DEFECT: {msg:>20}"

    See python documentation for more information about formatting style:
    https://docs.python.org/3/library/string.html

The following tests were discovered and loaded:
-----------------------------------------------
"""


def parser_of(
    prog: str, description: str, formatter: type[argparse.HelpFormatter], epilog: str | None = None
) -> Parser:
    """Returns an empty parser of one of Bandit's commands."""
    parser = Parser(prog=prog, description=description, formatter_class=formatter, epilog=epilog)
    if sys.version_info >= (3, 14):
        parser.suggest_on_error = True
        parser.color = False
    return parser


def bandit_parser() -> Parser:
    """Returns the parser of `bandit`."""
    tests = "\n\t".join(sorted(f"{id}\t{name}" for id, name in names_by_id().items()))
    parser = parser_of(
        "bandit",
        "Bandit - a Python source code security analyzer",
        argparse.RawDescriptionHelpFormatter,
        f"{_EPILOG}\t{tests}",
    )
    parser.add_argument("targets", metavar="targets", nargs="*", help="source file(s) or directory(s) to be tested")
    _add_selection(parser)
    _add_report(parser)
    parser.add_argument(
        "--ignore-nosec", action="store_true", help="do not skip lines with # nosec comments", default=False
    )
    parser.add_argument("-x", "--exclude", dest="excluded_paths", default=EXCLUDED, help=_EXCLUDE_HELP)
    parser.add_argument(
        "-b",
        "--baseline",
        help="path of a baseline report to compare against (only JSON-formatted files are accepted)",
    )
    parser.add_argument("--ini", dest="ini_path", help="path to a .bandit file that supplies command line arguments")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0, even with results found")
    python = sys.version.replace("\n", "")
    parser.add_argument("--version", action="version", version=f"%(prog)s {BANDIT}\n  python version = {python}")
    return parser


def _add_selection(parser: Parser) -> None:
    parser.add_argument("-r", "--recursive", action="store_true", help="find and process files in subdirectories")
    parser.add_argument(
        "-a",
        "--aggregate",
        dest="agg_type",
        default="file",
        choices=["file", "vuln"],
        help="aggregate output by vulnerability (default) or by filename",
    )
    parser.add_argument(
        "-n",
        "--number",
        dest="context_lines",
        default=3,
        type=int,
        help="maximum number of code lines to output for each issue",
    )
    configfile = "optional config file to use for selecting plugins and overriding defaults"
    parser.add_argument("-c", "--configfile", dest="config_file", help=configfile)
    parser.add_argument("-p", "--profile", help="profile to use (defaults to executing all tests)")
    parser.add_argument("-t", "--tests", help="comma-separated list of test IDs to run")
    parser.add_argument("-s", "--skip", dest="skips", help="comma-separated list of test IDs to skip")
    for short, long, name in (("-l", "--level", "severity"), ("-i", "--confidence", "confidence")):
        group = parser.add_mutually_exclusive_group(required=False)
        count_help = _COUNT_HELP.format(name, short, short[1])
        group.add_argument(short, long, dest=name, action="count", default=1, help=count_help)
        word_help = _LEVEL_HELP.format(name)
        group.add_argument(f"--{name}-level", dest=f"{name}_string", help=word_help, choices=list(LEVELS))


def _add_report(parser: Parser) -> None:
    parser.add_argument(
        "-f",
        "--format",
        dest="output_format",
        default=default_format(),
        help="specify output format",
        choices=sorted(FORMATS),
    )
    parser.add_argument(
        "--msg-template",
        help="specify output message template (only usable with --format custom), "
        "see CUSTOM FORMAT section for list of available values",
    )
    parser.add_argument(
        "-o", "--output", dest="output_file", nargs="?", type=_writable, default=STDOUT, help="write report to filename"
    )
    loudness = parser.add_mutually_exclusive_group(required=False)
    loudness.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="output extra information like excluded and included files",
    )
    parser.add_argument("-d", "--debug", action="store_true", help="turn on debug mode")
    loudness.add_argument(
        "-q", "--quiet", "--silent", action="store_true", help="only show output in the case of an error"
    )


def default_format() -> str:
    """Returns the format of a report if the command line names none: in colors where these are wanted."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return "screen" if is_terminal and os.getenv("NO_COLOR") is None and os.getenv("TERM") != "dumb" else "txt"


def parsed(parser: Parser, words: Sequence[str]) -> argparse.Namespace:
    """Parse a command line of `bandit`. Ends the process, with Bandit's message, if it is wrong."""
    arguments = parser.parse_args(words)
    if arguments.output_format != "custom" and arguments.msg_template is not None:
        parser.error("--msg-template can only be used with --format=custom")
    for name in ("severity", "confidence"):
        word = getattr(arguments, f"{name}_string")
        if word is not None:
            setattr(arguments, name, LEVELS.index(word) + 1)
    return arguments


def _writable(path: str) -> str:
    """Returns the name of an output. Raises ArgumentTypeError if it cannot be opened, in argparse's words."""
    if path == "-":
        return STDOUT
    number = None if descriptor_of(path) is not None else _obstacle(path)
    if number is not None:
        raise argparse.ArgumentTypeError(f"can't open '{path}': {OSError(number, os.strerror(number), path)}")
    return path


def _obstacle(path: str) -> int | None:
    """Returns the number of the error that opening a file for writing would meet, as far as that can be told."""
    folder = os.path.dirname(path) or "."
    if not path or not os.path.exists(folder):
        return errno.ENOENT
    if os.path.isdir(path):
        return errno.EISDIR
    if not os.path.isdir(folder):
        return errno.ENOTDIR
    return None if os.access(path if os.path.exists(path) else folder, os.W_OK) else errno.EACCES
