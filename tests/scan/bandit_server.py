"""Bandit's command line, started once and forked for each run: a process of its own, without the time it takes to load.

Reads one request in JSON a line (`arguments`, `folder`, `stdin` in Latin-1), answers each with `status`, `out`, `err`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from typing import Any, BinaryIO

from bandit.cli.main import main


def run(request: dict[str, Any], streams: list[BinaryIO]) -> int:
    """Run Bandit in this process, which is done for afterwards, with these three as its standard streams."""
    os.chdir(request["folder"])
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    sys.argv = ["bandit", *request["arguments"]]
    try:
        main()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0
    except BaseException:
        traceback.print_exc()
    return 1


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Run Bandit in a fork."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(request["stdin"].encode("latin-1"))
        stdin.flush()
        stdin.seek(0)
        child = os.fork()
        if child == 0:
            status = run(request, [stdin, out, err])
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


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
