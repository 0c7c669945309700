"""The command `posse server`."""

from __future__ import annotations

import argparse
import gc
import logging

from posse_server.console import log_to_stderr

LOOPBACK = "127.0.0.1"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = run.__doc__
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    transport.add_argument(
        "--tcp",
        metavar="[HOST:]PORT",
        type=_address,
        help=f"wait for one client on TCP; the host is {LOOPBACK} by default",
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the language server until its client leaves. The log goes to standard error and to the client."""
    gc.disable()  # until a client is there: what loads stays, and looking for garbage in it takes a tenth of the time
    from posse_server.app import make_server

    level = arguments.log_level.upper()
    log_to_stderr(level, "%(levelname)s %(name)s: %(message)s")
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
