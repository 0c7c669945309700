"""The command `posse server`."""

from __future__ import annotations

import argparse
import gc
import logging
import os
from typing import TYPE_CHECKING

from posse_server.system.console import tell, why

if TYPE_CHECKING:
    from posse_server.transport.streams import Stream

LOOPBACK = "127.0.0.1"


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = run.__doc__
    transport = parser.add_mutually_exclusive_group()
    transport.add_argument("--stdio", action="store_true", help="use standard input and output (the default)")
    transport.add_argument(
        "--tcp",
        metavar="[HOST:]PORT",
        type=_address,
        help=f"accept one client over TCP; default host: {LOOPBACK}; port 0: any free port",
    )
    parser.add_argument(
        "--allow-remote", action="store_true", help="let --tcp listen on an address that other machines can connect to"
    )
    parser.add_argument(
        "--client-trust",
        action="store_true",
        help="for extensions: the editor says whether the workspace is trusted, so that code of the project may run",
    )
    parser.add_argument(
        "--project-python",
        metavar="FILE",
        help="the Python in which the project's plug-ins for Bandit are installed (default: as in a scan)",
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the language server until its client leaves. The log goes to standard error and to the client."""
    gc.disable()  # until `initialize`: what is loaded stays, and collecting garbage takes a tenth of the loading time
    from posse_server.transport.logs import log_to_standard_error

    level = arguments.log_level.upper()
    log = log_to_standard_error(level)
    logging.getLogger("posse_server").setLevel(logging.INFO if level != "DEBUG" else level)
    if arguments.tcp is not None:
        stream = _accepted(*arguments.tcp, is_remote_allowed=arguments.allow_remote)
        if stream is None:
            return 2
    else:
        from posse_server.transport.streams import StandardStream

        stream = StandardStream()
    import attrs

    attrs.validators.set_disabled(True)  # `transport.messages` validates messages, and versions may be of any size
    from posse_server.lsp.app import make_server
    from posse_server.lsp.serving import serve

    server = make_server(
        is_editor_near=arguments.tcp is None,
        client_decides_on_trust=arguments.client_trust,
        project_python=arguments.project_python,
    )
    status = serve(server, stream)
    log.finish()
    os._exit(status)  # Python's own shutdown would wait for threads that work for a client that is gone


def _accepted(host: str, port: int, *, is_remote_allowed: bool) -> Stream | None:
    """Wait for a client on TCP. Returns None, after reporting the reason, if that is not possible."""
    from posse_server.transport import tcp
    from posse_server.transport.streams import SocketStream

    try:
        found = tcp.addresses(host, port)
        if not tcp.is_loopback(found):
            if not is_remote_allowed:
                tell(f"other machines could connect to {host}. Use {LOOPBACK}, or allow it with --allow-remote.")
                return None
            tell(f"other machines can connect to {host}; the first one that does can read and change your files.")
        listeners = tcp.listen(found)
    except (OSError, UnicodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "it is not a valid host name"
        tell(f"cannot listen on {host}, port {port}: {reason}. Choose another host or port.")
        return None
    for listener in listeners:
        host, port = listener.getsockname()[:2]
        tell(f"listening on {host}, port {port}")
    return SocketStream(*tcp.accept(listeners))


def _address(text: str) -> tuple[str, int]:
    """Returns the host and port of `[HOST:]PORT`. Raises ArgumentTypeError."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form [HOST:]PORT")
    return host.removeprefix("[").removesuffix("]") or LOOPBACK, int(port)
