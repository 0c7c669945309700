"""Invisible characters that make source code look different from what it does.

Characters that control bidirectional text change the order in which an editor shows the code, but not the order in
which Python reads it. A comment can look like code, or a string can seem to end early, and a reviewer approves code
that is not there.

## Bad

    def is_allowed(user):
        if user != "guest\u202e\u2066# only staff\u2069\u2066":
    #                    ^ A Python source file contains bidirectional control characters
            return True
        return False

## Good

    def is_allowed(user):
        if user != "guest\\u202e":
            return True
        return False

## When to suppress

In text that really contains both directions, though escapes such as `\\u202e` are easier to review. Bandit honors a
comment on the line itself or on the first line of the file.

## References

- https://trojansource.codes
- https://www.unicode.org/reports/tr9/
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, File, Finding, rule

CHARACTERS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"
"""Embeddings, overrides, isolates, the characters that end them, and the right-to-left mark."""


@rule(
    "B613",
    "trojansource",
    HIGH,
    MEDIUM,
    Cwe.INAPPROPRIATE_ENCODING_FOR_OUTPUT_CONTEXT,
    characters=CHARACTERS,
    unfixable="only a person can say whether the text is meant to run from right to left",
)
def check(file: File) -> Iterator[Finding]:
    """Report the first line with such a character; among several in it, the one that is first in the list."""
    offset = 0
    # As in Bandit, lines also end at form feeds and at Unicode line separators here.
    for number, line in enumerate(file.source.splitlines(keepends=True), start=1):
        for character in CHARACTERS:
            at = line.find(character)
            if at >= 0:
                message = f"A Python source file contains bidirectional control characters ({character!r})."
                yield file.finding(message, line=number, column=at + 1, offset=offset + at)
                return
        offset += len(line)
