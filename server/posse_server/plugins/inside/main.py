"""The loop of the process that runs the project's own checks: reads requests, writes answers.

A message is its length, in 4 bytes, and JSON. Standard input and output are moved away before any check is loaded, so
what a check prints or reads never touches the messages.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Any

LENGTH_BYTES = 4


class Channel:
    """The pipes to the server, under descriptors of their own."""

    def __init__(self) -> None:
        self._requests: IO[bytes] = os.fdopen(os.dup(0), "rb")
        self._answers: IO[bytes] = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os.close(nothing)
        self._process = os.getpid()

        self._frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read_all, daemon=True).start()

    def read(self) -> Any:
        """Returns the next request."""
        return json.loads(self._frames.get())

    def _read_all(self) -> None:
        """Read requests in a thread, and end the process when the server has closed the pipe, even if a check runs."""
        while len(head := self._requests.read(LENGTH_BYTES)) == LENGTH_BYTES:
            self._frames.put(self._requests.read(int.from_bytes(head, "big")))
        os._exit(0)

    def write(self, answer: Mapping[str, Any]) -> None:
        """Write an answer. A process that a check forked off ends here instead."""
        if os.getpid() != self._process:
            os._exit(0)
        body = json.dumps(answer).encode()
        self._answers.write(len(body).to_bytes(LENGTH_BYTES, "big") + body)
        self._answers.flush()


def main() -> None:
    """Answer requests until the server closes the pipe. The first one names the checks to load."""
    channel = Channel()
    logging.disable(logging.CRITICAL)
    begin = channel.read()
    _limit_memory(begin["memory"])
    try:
        kinds = _loaded(begin, channel)
        described = [kind.described() for kind in kinds]
        channel.write({"kind": "ready", **_joined(described, ("checks", "problems"))})
    except BaseException as error:
        channel.write({"kind": "unusable", "why": f"{type(error).__name__}: {error}"})
        return
    while True:
        try:
            answer = _answered(channel.read(), kinds)
        except BaseException as error:
            answer = {"kind": "failed", "why": f"{type(error).__name__}: {error}"}
        channel.write(answer)


def _loaded(begin: Mapping[str, Any], channel: Channel) -> list[Any]:
    """Load the requested checks. Each kind is imported only then, since the project may have no Bandit."""
    kinds: list[Any] = []
    without = frozenset(begin["without"])
    if begin["files"]:  # first, so that no plug-in replaces a module that it imports
        from posse_server.plugins.inside.python_checks import PythonChecks

        kinds.append(PythonChecks(begin["files"], without, channel.write))
    if begin["plugins"]:
        from posse_server.plugins.inside.bandit_checks import BanditChecks

        kinds.append(BanditChecks(without, channel.write))
    return kinds


def _answered(request: Mapping[str, Any], kinds: Sequence[Any]) -> Mapping[str, Any]:
    """Returns the answer of all kinds of checks together. The findings of a part are None if one cannot parse it."""
    if "fixes_of" in request:
        return dict(kinds[0].answer(request))
    answers = [kind.answer(request) for kind in kinds]
    findings = [
        None if any(one is None for one in part) else [item for one in part for item in one]
        for part in zip(*(answer["findings"] for answer in answers), strict=True)
    ]
    return {"kind": "checked", **_joined(answers, ("failures",)), "findings": findings}


def _joined(answers: Sequence[Mapping[str, Any]], lists: Sequence[str]) -> dict[str, Any]:
    """Returns answers as one, with the items of all in these lists."""
    joined: dict[str, Any] = {}
    for answer in answers:
        joined |= answer
    return joined | {name: [item for answer in answers for item in answer[name]] for name in lists}


def _limit_memory(size: int) -> None:
    """Limit the memory of the process, where the system can do that, and write no core files."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in ((resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(OSError, ValueError):
            _, most = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


if sys.flags.isolated:  # in its own process; elsewhere it must not be run
    main()
