"""A rule's documentation, taken apart: one docstring feeds the hover, the rule pages and the tests."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

BAD, FIXED, GOOD, SUPPRESS, REFERENCES = "Bad", "Fixed", "Good", "When to suppress", "References"
HEADINGS = (BAD, FIXED, GOOD, SUPPRESS, REFERENCES)
"""The headings of every rule's documentation, in their order; the second only where findings can be fixed."""

_MARKER = re.compile(r"\s*#\s*(?P<carets>\^+)\s?(?P<message>.*)")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an example's marker says: a finding whose span on this line is this, and the beginning of its message.

    The line counts from 1 in the example without its markers, the columns are code points from 0.
    """

    line: int
    column: int
    end_column: int
    message: str


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code in the documentation, its markers taken out into `expected`."""

    code: str
    expected: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's documentation: a one-line summary, paragraphs that say why it matters, and what each heading holds."""

    summary: str
    why: str
    sections: Mapping[str, str]

    def examples(self, heading: str) -> list[Example]:
        """The code under a heading; each indented block is an example of its own."""
        return [_example(block) for block in _code_blocks(self.sections.get(heading, ""))]

    @property
    def reason(self) -> str:
        """Why it matters, in two sentences at most."""
        return " ".join(_SENTENCE_END.split(self.why.partition("\n\n")[0])[:2])

    @property
    def fixed(self) -> list[tuple[str, str]]:
        """What each fix makes of an example: the line that announces it, without the colon, and the code."""
        blocks = re.split(r"^(\S.*):$", self.sections.get(FIXED, ""), flags=re.MULTILINE)
        return [(title, "".join(_code_blocks(body))) for title, body in zip(blocks[1::2], blocks[2::2], strict=True)]

    @property
    def references(self) -> Sequence[str]:
        """The addresses under the last heading."""
        lines = self.sections.get(REFERENCES, "").splitlines()
        return [line.removeprefix("- ") for line in lines if line.startswith("- ")]


@cache
def documentation_of(docstring: str) -> Documentation:
    """Take a rule module's docstring apart at its headings."""
    head, *rest = re.split(r"^## (.+)$", docstring.strip(), flags=re.MULTILINE)
    summary, _, why = head.strip().partition("\n")
    sections = {title.strip(): body.strip("\n") for title, body in zip(rest[::2], rest[1::2], strict=True)}
    return Documentation(summary, why.strip(), sections)


def _code_blocks(section: str) -> Iterator[str]:
    """The indented blocks of a section: a line at the margin ends one, two blank lines do too."""
    for part in re.split(r"\n\n\n+|^\S.*$", section, flags=re.MULTILINE):
        block = textwrap.dedent(part).strip("\n")
        if block:
            yield block + "\n"


def _example(block: str) -> Example:
    code: list[str] = []
    expected: list[Expectation] = []
    for line in block.splitlines():
        marker = _MARKER.fullmatch(line)
        if marker and code:
            start, end = marker.span("carets")
            expected.append(Expectation(len(code), start, end, marker["message"]))
        else:
            code.append(line)
    return Example("".join(f"{line}\n" for line in code), tuple(expected))
