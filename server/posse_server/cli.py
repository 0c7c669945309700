"""The command `posse`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from posse_checks import __version__

LOOPBACK = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="posse", description="Bandit's findings under your Python code as you type.")
    parser.add_argument("--version", action="version", version=f"posse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("server", help="run the language server", description=_serve.__doc__)
    transport = server.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    transport.add_argument(
        "--tcp",
        metavar="[HOST:]PORT",
        type=_address,
        help=f"wait for one client on TCP; the host is {LOOPBACK} by default",
    )
    server.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    server.set_defaults(run=_serve)
    parsed = parser.parse_args(arguments)
    status: int = parsed.run(parsed)
    return status


def _serve(arguments: argparse.Namespace) -> int:
    """Run the language server until its client leaves. The log goes to standard error and to the client."""
    from posse_server.app import make_server

    level = arguments.log_level.upper()
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("posse_server").setLevel(logging.INFO if level != "DEBUG" else level)
    server = make_server()
    if arguments.tcp:
        server.start_tcp(*arguments.tcp)
    else:
        server.start_io()
    return server.protocol.exit_status


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not [HOST:]PORT")
    return host.strip("[]") or LOOPBACK, int(port)


if __name__ == "__main__":
    sys.exit(main())
