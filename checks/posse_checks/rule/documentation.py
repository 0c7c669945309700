"""Parses a rule's documentation: one docstring is the source of the hover, the rule pages and the tests."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

BAD, FIXED, GOOD, SUPPRESS, REFERENCES = "Bad", "Fixed", "Good", "When to suppress", "References"
HEADINGS = (BAD, FIXED, GOOD, SUPPRESS, REFERENCES)
"""The headings of every rule's documentation, in order; the second only if the rule has fixes."""

_MARKER = re.compile(r"\s*#\s*(?P<carets>\^+)\s?(?P<message>.*)")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding that an example's marker announces: its span on a line, and the start of its message.

    The line counts from 1 in the example without its markers; the columns are code points from 0, the end exclusive.
    """

    line: int
    column: int
    end_column: int
    message: str


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code in the documentation, with its markers moved to `expected`."""

    code: str
    expected: tuple[Expectation, ...]


class FixedExample(NamedTuple):
    """The bad example after a fix, under the fix's title."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's documentation: a one-line summary, paragraphs about why it matters, and the text under each heading."""

    summary: str
    why: str
    sections: Mapping[str, str]

    def examples(self, heading: str) -> list[Example]:
        """The examples under a heading: one for each indented block."""
        return [_example(block) for block in _code_blocks(self.sections.get(heading, ""))]

    @property
    def reason(self) -> str:
        """At most two sentences about why it matters, in one line."""
        return " ".join(_sentences(self.why)[:2])

    @property
    def fixed(self) -> list[FixedExample]:
        """The result of each fix of the example, under the line before the code."""
        blocks = re.split(r"^(\S.*):$", self.sections.get(FIXED, ""), flags=re.MULTILINE)
        return [
            FixedExample(title, "".join(_code_blocks(body)))
            for title, body in zip(blocks[1::2], blocks[2::2], strict=True)
        ]

    @property
    def references(self) -> Sequence[str]:
        """The URLs under the last heading."""
        lines = self.sections.get(REFERENCES, "").splitlines()
        return [line.removeprefix("- ") for line in lines if line.startswith("- ")]


@cache
def documentation_of(docstring: str) -> Documentation:
    """Parses the docstring of a rule's module, which is split at its headings."""
    head, *rest = re.split(r"^## (.+)$", docstring.strip(), flags=re.MULTILINE)
    summary, _, why = head.strip().partition("\n")
    sections = {title.strip(): body.strip("\n") for title, body in zip(rest[::2], rest[1::2], strict=True)}
    return Documentation(summary, why.strip(), sections)


def first_sentence(text: str) -> str:
    """Returns the first sentence of a text, in one line."""
    return _sentences(text)[0]


def _sentences(text: str) -> Sequence[str]:
    """Returns the sentences of the first paragraph of a text, each in one line."""
    return _SENTENCE_END.split(" ".join(text.strip().partition("\n\n")[0].split()))


def _code_blocks(section: str) -> Iterator[str]:
    """Yields the indented blocks of a section, dedented. A line at the margin or two blank lines end a block."""
    for part in re.split(r"\n\n\n+|^\S.*$", section, flags=re.MULTILINE):
        block = textwrap.dedent(part).strip("\n")
        if block:
            yield block + "\n"


def _example(block: str) -> Example:
    """Separates the markers of a block from its code. A marker is about the last line of code before it."""
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
