"""The looks of a report for people: plain, or in the colors of a terminal, which are Bandit's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from posse_checks.rule.finding import Level
from posse_server.system.console import Line, Painted


@dataclass(frozen=True, slots=True)
class Style:
    """The control sequences around headings and findings; empty in plain text."""

    heading: str = ""
    levels: Mapping[Level, str] = field(default_factory=dict)
    end: str = ""

    def headed(self, text: str) -> Painted:
        """Returns a heading."""
        return Painted(text, self.heading, self.end)

    def headed_after_blank(self, text: str) -> Iterator[Line]:
        """Yields a blank line and a heading."""
        yield Painted("", self.heading)
        yield Painted(text, after=self.end)


PLAIN = Style()
COLORED = Style(
    heading="\033[95m",
    levels={Level.LOW: "\033[94m", Level.MEDIUM: "\033[93m", Level.HIGH: "\033[91m"},
    end="\033[0m",
)
