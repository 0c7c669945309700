"""The documentation of a declared check, in the form of all rules' docstrings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from posse_checks.declared.check import DeclaredCheck, ExampleCode
from posse_checks.rule.documentation import BAD, GOOD, SUPPRESS

_FIELD = re.compile(r"\{([\w.]+)\}")
_LINKING = re.compile(r"[\\<>\[\]!&]")
"""Characters that begin or end a link, an image, a tag or an entity, and the one that escapes them."""
_MARK = re.compile(r"^\s*#\s*\^")


def docstring_of(declared: DeclaredCheck) -> str:
    """Returns the documentation: the message, the reason, and the examples."""
    return "\n".join(_lines(declared))


def _lines(declared: DeclaredCheck) -> Iterator[str]:
    names = declared.pattern.call or declared.pattern.attribute if declared.pattern is not None else ()
    name = names[0] if len(names) == 1 and "*" not in names[0] else "..."
    filled = _FIELD.sub(lambda field: name if field[1] == "name" else "...", declared.message)
    yield _in_one_line(filled) or declared.name
    yield ""
    yield _in_one_line(declared.why) or "The project does not say why."
    for heading, examples in ((BAD, declared.bad), (GOOD, declared.good)):
        if examples:
            yield from ("", f"## {heading}", "")
            yield from _blocks(examples)
    yield from ("", f"## {SUPPRESS}", "", "Where the reason above does not apply; write it into the comment.", "")


def _blocks(examples: Iterable[ExampleCode]) -> Iterator[str]:
    """Yields examples as indented blocks, two blank lines between them and at most one within."""
    for number, example in enumerate(examples):
        if number:
            yield from ("", "")
        lines = [line for line in textwrap.dedent(example.code).strip("\n").splitlines() if not _MARK.match(line)]
        for line, before in zip(lines, ["", *lines], strict=False):
            if line.strip() or before.strip():
                yield f"    {line}".rstrip().replace("```", "'''")


def _in_one_line(text: str) -> str:
    """A text as Markdown in one line: code in backquotes stays code, but nothing links, loads or begins a heading."""
    parts = " ".join(text.split()).lstrip("#").strip().split("`")
    is_balanced = len(parts) % 2 == 1
    literal = [_LINKING.sub(r"\\\g<0>", part) for part in parts]
    return "`".join([literal[n] if n % 2 == 0 else part for n, part in enumerate(parts)] if is_balanced else literal)
