"""A command line, loaded once and forked for each run: a process for each, without the time for loading.

Takes the name of the command, by default Bandit's. Reads one JSON request per line (`arguments`, `folder`, `stdin` in
Latin-1), and answers each with `status`, `out`, `err`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "bandit": ("bandit.cli.main",),
    "bandit-config-generator": ("bandit.cli.config_generator",),
    "posse": ("posse_server.cli", "posse_server.bandit.run", "posse_server.bandit.generate"),
}
"""The module of each command's function `main`, and others that are loaded beforehand."""


def run(name: str, main: Callable[[], int | None], request: dict[str, Any], streams: list[BinaryIO]) -> int:
    """Run the command in this process, which exits afterwards, with these three as its standard streams."""
    os.chdir(request["folder"])
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    sys.argv = [name, *request["arguments"]]
    try:
        return main() or 0
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0
    except BaseException:
        traceback.print_exc()
    return 1


def answer(name: str, main: Callable[[], int | None], request: dict[str, Any]) -> dict[str, Any]:
    """Run the command in a fork."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(request["stdin"].encode("latin-1"))
        stdin.flush()
        stdin.seek(0)
        child = os.fork()
        if child == 0:
            status = run(name, main, request, [stdin, out, err])
            for stream in (sys.stdout, sys.stderr):
                if not stream.closed:
                    stream.flush()
            os._exit(status)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {
            "status": os.waitstatus_to_exitcode(status),
            "out": out.read().decode(errors="backslashreplace"),
            "err": err.read().decode(errors="backslashreplace"),
        }


def serve(name: str) -> None:
    """Answer requests to run a command until there are no more."""
    module, *_ = [importlib.import_module(module) for module in COMMANDS[name]]
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(name, module.main, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else "bandit")
