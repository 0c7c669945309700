"""Evidence on a finding: whether data from outside gets there, with the steps of its path, or why it is harmless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

VERDICTS = SHOWN, NONE, NOT_KNOWN = "shown", "none", "unknown"
"""The verdicts: a path exists, the finding is harmless, or nothing is known."""


class Step(NamedTuple):
    """One step of a path: its position (line from 1, column in UTF-8 bytes from 0) and what happens there.

    `file` is the path of the file that it is in, if that is another one than the finding's.
    """

    line: int
    column: int
    what: str
    file: str = ""

    def shifted(self, lines: int) -> Step:
        """Returns the step moved down by a number of lines, unless it is in another file."""
        return self if self.file else self._replace(line=self.line + lines)


def controller(*, is_local: bool) -> str:
    """Returns who controls the data of a path, in words."""
    return "the user who starts the program" if is_local else "an outside user"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence on a finding: `verdict` is `shown`, `none` or `unknown`, `reason` one line."""

    verdict: str
    reason: str = ""
    steps: tuple[Step, ...] = ()

    @classmethod
    def of_path(cls, source: str, steps: tuple[Step, ...], *, is_local: bool) -> Evidence:
        """Returns the evidence that a path is, from a source such as `request.args`."""
        return cls(SHOWN, f"{controller(is_local=is_local)} controls the data: {source}", steps)

    def shifted(self, lines: int) -> Evidence:
        """Returns the evidence with its steps moved down by a number of lines."""
        steps = tuple([step.shifted(lines) for step in self.steps])
        return Evidence(self.verdict, self.reason, steps)


NOTHING_KNOWN = Evidence(NOT_KNOWN)
