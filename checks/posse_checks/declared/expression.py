"""Regular expressions of strangers: parsed to a program that `automaton.py` runs in linear time.

Python's `re` backtracks, so a pattern of a few characters can take forever. What cannot be searched in linear time,
such as a back-reference, is refused here. The syntax is otherwise that of `re`.
"""

from __future__ import annotations

import re

from posse_checks.declared.program import (
    Assertion,
    Either,
    ExpressionError,
    Instruction,
    Item,
    Program,
    Repeated,
    Sequence,
    Test,
    write,
)

MAXIMUM_CHARACTERS = 500
"""Limit, in characters, for a pattern."""
MAXIMUM_DEPTH = 20
"""Limit for nested groups."""
_COUNT = re.compile(r"\{(\d{1,4})?(,(\d{1,4})?)?\}")
_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
"""The escapes of a character by its number, with how many hexadecimal digits follow."""

_CLASSES: dict[str, Test] = {"d": str.isdecimal, "s": str.isspace, "w": lambda c: c.isalnum() or c == "_"}
_ASSERTIONS = {
    "b": Assertion.BOUNDARY,
    "B": Assertion.NO_BOUNDARY,
    "A": Assertion.START,
    "Z": Assertion.END,
}


def compiled(pattern: str) -> Program:
    """Returns the program of a pattern. Raises ExpressionError."""
    if len(pattern) > MAXIMUM_CHARACTERS:
        raise ExpressionError(f"it has more than {MAXIMUM_CHARACTERS} characters")
    program: list[Instruction] = []
    parser = _Parser(pattern)
    write(parser.whole(), program)
    return Program((*program, Instruction(is_match=True)), tuple(sorted(parser.bounds)), parser.ignores_case)


class _Parser:
    """Parses a pattern."""

    def __init__(self, pattern: str) -> None:
        self.ignores_case = pattern.startswith("(?i)")
        self.bounds = set[int]()
        self._pattern = pattern
        self._at = 4 if self.ignores_case else 0

    def whole(self) -> Item:
        """Returns the whole pattern."""
        item = self._either(0)
        if self._at < len(self._pattern):
            raise ExpressionError("a closing parenthesis has no opening one")
        return item

    def _either(self, depth: int) -> Item:
        """Parses alternatives, up to the end or to a closing parenthesis."""
        if depth > MAXIMUM_DEPTH:
            raise ExpressionError(f"its groups are nested more than {MAXIMUM_DEPTH} deep")
        alternatives = [self._sequence(depth)]
        while self._take("|"):
            alternatives.append(self._sequence(depth))
        return alternatives[0] if len(alternatives) == 1 else Either(tuple(alternatives))

    def _sequence(self, depth: int) -> Item:
        items: list[Item] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            items.append(self._repeated(self._atom(depth)))
        return Sequence(tuple(items))

    def _repeated(self, item: Item) -> Item:
        """Adds the repetition that follows an item, if one does."""
        count = _COUNT.match(self._pattern, self._at)
        is_repeated = self._rest().startswith(("*", "+", "?")) or (count is not None and bool(count[1] or count[3]))
        if is_repeated and isinstance(item, Instruction) and item.assertion is not None:
            raise ExpressionError("a condition such as ^ or \\b is repeated")
        if self._take("*"):
            item = Repeated(item, 0, None)
        elif self._take("+"):
            item = Repeated(item, 1, None)
        elif self._take("?"):
            item = Repeated(item, 0, 1)
        elif is_repeated and count is not None:
            self._at = count.end()
            least = int(count[1] or 0)
            most = least if not count[2] else int(count[3]) if count[3] else None
            if most is not None and most < least:
                raise ExpressionError(f"in {count[0]}, the second number is less than the first")
            item = Repeated(item, least, most)
        else:
            return item
        self._take("?")  # whether as few or as many as possible makes no difference to a search
        if self._rest().startswith(("*", "+", "?")):
            raise ExpressionError("a repetition is repeated; use a group")
        return item

    def _atom(self, depth: int) -> Item:
        """Parses a character, a class, a group or a condition."""
        character = self._pattern[self._at]
        self._at += 1
        match character:
            case "(":
                self._group_start()
                item = self._either(depth + 1)
                if not self._take(")"):
                    raise ExpressionError("an opening parenthesis is not closed")
                return item
            case "[":
                return Instruction(self._set())
            case ".":
                self._tells_apart("\n", "\n")
                return Instruction(lambda c: c != "\n")
            case "^":
                return Instruction(assertion=Assertion.START)
            case "$":
                return Instruction(assertion=Assertion.END)
            case "*" | "+" | "?":
                raise ExpressionError(f"there is nothing to repeat before {character}")
            case "\\":
                escaped = self._rest()[:1]
                if escaped in _ASSERTIONS and escaped:
                    self._at += 1
                    return Instruction(assertion=_ASSERTIONS[escaped])
                return Instruction(self._folded(self._escape()))
        self._tells_apart(character, character)
        return Instruction(self._folded(character.__eq__))

    def _group_start(self) -> None:
        """Reads the start of a group, after its parenthesis. Raises ExpressionError unless it is a plain group."""
        if not self._take("?"):
            return
        if self._take(":"):
            return
        if named := re.compile(r"P<[^\W\d]\w*>").match(self._pattern, self._at):
            self._at = named.end()
            return
        raise ExpressionError(f"(?{self._rest()[:2]} is not supported")

    def _escape(self) -> Test:
        """Parses an escape after its backslash."""
        letter, self._at = self._rest()[:1], self._at + 1
        if not letter:
            raise ExpressionError("it ends in a backslash")
        if letter.lower() in _CLASSES:
            inside = _CLASSES[letter.lower()]
            return inside if letter.islower() else lambda c: not inside(c)
        literal = self._literal(letter)
        self._tells_apart(literal, literal)
        return literal.__eq__

    def _literal(self, letter: str) -> str:
        """The character that an escape stands for."""
        if letter in _DIGITS:
            number = self._rest()[: _DIGITS[letter]]
            if not re.fullmatch(f"[0-9a-fA-F]{{{_DIGITS[letter]}}}", number) or int(number, 16) > 0x10FFFF:
                raise ExpressionError(f"\\{letter} needs {_DIGITS[letter]} hexadecimal digits")
            self._at += len(number)
            return chr(int(number, 16))
        if letter in _CHARACTERS:
            return _CHARACTERS[letter]
        if letter.isalnum():
            reason = "references are not" if letter.isdecimal() else "no such escape is"
            raise ExpressionError(f"\\{letter} is not supported: {reason}")
        return letter

    def _set(self) -> Test:
        """Parses a set of characters after its bracket."""
        is_negated, tests, ranges, first = self._take("^"), list[Test](), list[tuple[str, str]](), True
        while first or not self._rest().startswith("]"):
            first = False
            if self._at >= len(self._pattern):
                raise ExpressionError("a set is not closed")
            low = self._member()
            if not isinstance(low, str):
                tests.append(low)
                continue
            high = low
            if self._rest().startswith("-") and not self._rest().startswith("-]"):
                self._at += 1
                upper = self._member() if self._at < len(self._pattern) else ""
                if not isinstance(upper, str) or upper < low:
                    raise ExpressionError("a range in a set is reversed or has no end")
                high = upper
            self._tells_apart(low, high)
            ranges.append((low, high))
        self._at += 1
        inside = self._folded(lambda c: any(low <= c <= high for low, high in ranges) or any(t(c) for t in tests))
        return lambda c: is_negated != inside(c)

    def _member(self) -> str | Test:
        """Parses a character of a set, or a class in it."""
        character, self._at = self._pattern[self._at], self._at + 1
        if character != "\\":
            return character
        letter = self._rest()[:1]
        if letter.lower() in _CLASSES or not letter:
            return self._escape()
        self._at += 1
        return "\b" if letter == "b" else self._literal(letter)

    def _folded(self, test: Test) -> Test:
        """The same test for characters in any case, if the pattern ignores it."""
        return (lambda c: test(c) or test(c.lower()) or test(c.upper())) if self.ignores_case else test

    def _tells_apart(self, low: str, high: str) -> None:
        self.bounds.update((ord(low), ord(high) + 1))

    def _take(self, character: str) -> bool:
        taken = self._rest().startswith(character)
        self._at += taken
        return taken

    def _rest(self) -> str:
        return self._pattern[self._at : self._at + 20]
