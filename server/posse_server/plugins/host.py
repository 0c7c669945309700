"""Runs a project's own checks safely: a check that hangs or ends its process loses only its own findings.

If a process ends, another one runs each check on its own, which shows the one to blame. A check that does so again and
again is left out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from posse_server.plugins.process import Order, Process, ProcessError
from posse_server.plugins.question import Answer, Imported, LoadedCheck, ProposedEdits, Question, Trouble

START_SECONDS = 30.0
"""Time in which the checks must be loaded."""
CHECK_SECONDS = 20.0
"""Time that all checks together may take on one request, by default; each alone may take as much."""
MOST_DEATHS = 3
"""Number of times that a check may end its process before it is left out."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 60.0
"""The pause before a second attempt to start; it doubles up to the longest."""


class Host:
    """The checks of one project. Not for several threads at once."""

    def __init__(self, order: Order, seconds: float = CHECK_SECONDS) -> None:
        self._order = order
        self._seconds = seconds
        self._process: Process | None = None
        self._deaths = Counter[str]()
        self._left_out: dict[str, str] = {}
        """The checks that are not loaded any more, with the reason."""
        self._refused: ProcessError | None = None
        self._next_attempt = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self.checks: Sequence[LoadedCheck] = ()
        self.bandit = ""
        """The version of Bandit that runs them."""
        self._problems: Sequence[Trouble] = ()
        self._is_closed = False

    @property
    def troubles(self) -> Sequence[Trouble]:
        """The failures of the checks when they were loaded."""
        return [*self._problems, *(Trouble(name, why) for name, why in self._left_out.items())]

    def start(self) -> None:
        """Load the checks, unless they are. Raises ProcessError if that is not possible, soon after a failure too."""
        if self._is_closed:
            raise ProcessError("has been stopped")
        if self._process is not None:
            return
        if self._refused is not None and time.monotonic() < self._next_attempt:
            raise self._refused
        try:
            self._process = self._loaded()
        except ProcessError as error:
            self._refused = error
            self._next_attempt = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
            raise
        self._refused, self._pause = None, FIRST_PAUSE_SECONDS

    def _loaded(self) -> Process:
        """Start a process that has loaded all checks but those that end it when they are loaded."""
        while True:
            process, loading = Process(self._order), None
            try:
                process.begin([*self._left_out])
                ends = time.monotonic() + START_SECONDS
                while True:
                    answer = process.receive(max(0.1, ends - time.monotonic()))
                    if answer.get("kind") == "loading":
                        loading = str(answer.get("name"))
                    elif answer.get("kind") == "ready":
                        self._take(answer)
                        return process
                    else:
                        raise _Unusable(str(answer.get("why"))[:500])
            except ProcessError as error:
                process.stop()
                if isinstance(error, _Unusable) or loading is None:
                    raise
                self._left_out[loading] = f"is left out: loading it {error}"

    def _take(self, answer: Mapping[str, Any]) -> None:
        """Record the loaded checks."""
        self.bandit = str(answer.get("bandit"))
        self.checks = [
            LoadedCheck(
                str(item["id"]),
                str(item["name"]),
                str(item["function"]),
                str(item["doc"]),
                str(item["section"]),
                str(item["file"]) if item.get("file") else None,
                item["whole"] is True,
            )
            for item in answer.get("checks", ())
        ]
        self._problems = [Trouble(str(item["name"]), str(item["why"])) for item in answer.get("problems", ())]

    def check(self, question: Question) -> Answer:
        """Run the checks. Raises ProcessError if they cannot be loaded.

        If the process ends meanwhile, each check runs on its own, and the findings of all that can be run count.
        """
        self.start()
        try:
            return self._asked(question)
        except ProcessError:
            return self._one_by_one(question)

    def fixes_of(self, question: Question, id: str, line: int, message: str) -> Sequence[ProposedEdits]:
        """Returns the fixes of a finding of the project's own checks in a whole text. Raises ProcessError."""
        self.start()
        try:
            answer = self._received({**self._request(question), "fixes_of": {"id": id, "line": line, "text": message}})
            return [
                ProposedEdits(str(item["title"]), str(item["safety"]), [_edit(edit) for edit in item["edits"]])
                for item in answer["fixes"]
            ]
        except (KeyError, TypeError, ValueError):
            self.stop()
            raise ProcessError("sent something other than an answer") from None
        except BaseException:
            self.stop()
            raise

    def _received(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process is not None, "it was started"
        self._process.send(request)
        return self._process.receive(self._seconds)

    @staticmethod
    def _request(question: Question, only: str | None = None) -> dict[str, Any]:
        imported = dict[Imported, int]()
        parts = [part.request(imported) for part in question.parts]
        return {
            "name": question.name,
            "include": sorted(question.include),
            "own_include": sorted(question.own_include),
            "exclude": sorted(question.exclude),
            "options": question.options,
            "parts": parts,
            "names": [{"modules": list(one.modules), "aliases": dict(one.aliases)} for one in imported],
            "only": None if only is None else [only],
        }

    def _asked(self, question: Question, only: str | None = None) -> Answer:
        """Ask the process. Raises ProcessError, and stops it, if it does not answer as it should."""
        try:
            answer = self._received(self._request(question, only))
            if answer.get("kind") != "checked":
                raise ProcessError(f"failed: {answer.get('why')}")
            findings = answer["findings"]
            if len(findings) != len(question.parts):
                raise ProcessError("sent something other than an answer")
            troubles = [Trouble(str(item["name"]), _raised(item)) for item in answer["failures"]]
            return Answer(findings, troubles)
        except (KeyError, TypeError):
            self.stop()
            raise ProcessError("sent something other than an answer") from None
        except BaseException:  # also the end of the time for a file: the answer is still to come
            self.stop()
            raise

    def _one_by_one(self, question: Question) -> Answer:
        """Run each check on its own, in a new process after one that has ended."""
        findings: list[list[Mapping[str, Any]] | None] = [[] for _ in question.parts]
        troubles: list[Trouble] = []
        for name in dict.fromkeys(check.name for check in self.checks):
            if name in self._left_out:
                continue
            self.start()
            try:
                answer = self._asked(question, name)
            except ProcessError as error:
                troubles.append(self._blamed(name, error))
                continue
            troubles += answer.troubles
            for index, found in enumerate(answer.findings):
                mine = findings[index]
                findings[index] = None if found is None or mine is None else [*mine, *found]
        return Answer(findings, troubles)

    def _blamed(self, name: str, error: ProcessError) -> Trouble:
        """Note that a check has ended its process. Returns what to tell."""
        self._deaths[name] += 1
        if self._deaths[name] >= MOST_DEATHS:
            self._left_out[name] = f"is left out after {MOST_DEATHS} failures: it {error}"
        return Trouble(name, f"{error} and reports nothing")

    def close(self) -> None:
        """End the process for good. Called from any thread, also while another one waits for an answer."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """End the process. The next call starts another."""
        if self._process is not None:
            self._process.stop()
            self._process = None


class _Unusable(ProcessError):
    """Bandit itself cannot be loaded."""


def _raised(failure: Mapping[str, Any]) -> str:
    count = failure.get("count", 1)
    times = "" if count == 1 else f", {count} times"
    return f"raised {failure.get('why')}{times} and reports nothing there"


def _edit(edit: Sequence[Any]) -> tuple[int, int, int, int, str]:
    """Returns an edit. Raises ValueError if it is malformed."""
    line, column, end_line, end_column, new = edit
    if not all(type(number) is int and number >= 0 for number in (line, column, end_line, end_column)):
        raise ValueError
    return line, column, end_line, end_column, str(new)
