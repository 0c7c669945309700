"""Searches a text for a regular expression, in time proportional to the text for any expression.

The program of the expression is run on all its paths at once. The sets of instructions that occur are kept as states,
each with the state that follows a class of characters, so that most characters cost one look-up.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from posse_checks.declared.expression import compiled
from posse_checks.declared.program import Assertion, Program

MAXIMUM_SUBJECT_CHARACTERS = 4_096
"""Limit, in characters, for how much of a text is searched."""
MAXIMUM_STATES = 200
"""Limit for the states that one text may need. An expression that needs more does not occur in it."""
_MOST_EXPRESSIONS = 1_000
_BEGIN, _WORD, _OTHER, _END = range(4)
"""What is beside a position: the beginning, a character of a word, another character, the end."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression, as it is written."""

    pattern: str

    def search(self, text: str) -> bool:
        """Whether it occurs in the beginning of a text. Raises ExpressionError if the pattern is not accepted."""
        return automaton_of(self.pattern).search(text[:MAXIMUM_SUBJECT_CHARACTERS])


@lru_cache(_MOST_EXPRESSIONS)
def automaton_of(pattern: str) -> Automaton:
    """Returns the automaton of a pattern. Raises ExpressionError."""
    return Automaton(compiled(pattern))


class _TooManyStatesError(Exception):
    """A text needs more states than are kept."""


class State(dict[object, "State | None"]):
    """The state after each class of characters, as far as it is known; None if the expression has occurred."""

    def __init__(self, positions: frozenset[int], before: int) -> None:
        super().__init__()
        self.positions = positions
        """Where the paths through the program are, before conditions on the position."""
        self.before = before


class Automaton:
    """The states of a program, computed as texts need them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._instructions = program.instructions
        self._states: dict[tuple[frozenset[int], int], State] = {}
        self._classes = [self._class(chr(number)) for number in range(128)]

    def search(self, text: str) -> bool:
        """Whether the expression occurs in a text. The answer depends on the text alone, not on earlier ones."""
        try:
            return self._search(text)
        except _TooManyStatesError:
            self._states.clear()
        try:
            return self._search(text)
        except _TooManyStatesError:
            self._states.clear()
            return False

    def _search(self, text: str) -> bool:
        state, classes = self._state(frozenset([0]), _BEGIN), self._classes
        for character in text:
            number = ord(character)
            kind = classes[number] if number < 128 else self._class(character)
            after = state[kind] if kind in state else self._advanced(state, kind, character)
            if after is None:
                return True
            state = after
        return self._has_matched(self._reached(state, _END))

    def _class(self, character: str) -> object:
        """The class of a character: no instruction tells it from others of the same class."""
        bounds = self._program.bounds
        forms = [character, character.lower(), character.upper()] if self._program.ignores_case else [character]
        # Two characters may be the other case of one, such as `SS`, which no instruction fits.
        places = [bisect_right(bounds, ord(form)) if len(form) == 1 else -1 for form in forms]
        kinds = [(form.isalnum() or form == "_", form.isdecimal(), form.isspace()) for form in forms]
        return (*places, *kinds)

    def _advanced(self, state: State, kind: object, character: str) -> State | None:
        """Computes and keeps the state after a character of a class."""
        before = _WORD if character.isalnum() or character == "_" else _OTHER
        reached = self._reached(state, before)
        after: State | None = None
        if not self._has_matched(reached):
            tests = ((at, self._instructions[at].test) for at in reached)
            fits = (at + 1 for at, test in tests if test is not None and test(character))
            after = self._state(frozenset([0, *fits]), before)
        state[kind] = after
        return after

    def _state(self, positions: frozenset[int], before: int) -> State:
        """Returns the state at these positions. Raises _TooManyStatesError."""
        key = positions, before
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= MAXIMUM_STATES:
                raise _TooManyStatesError
            state = self._states[key] = State(positions, before)
        return state

    def _reached(self, state: State, after: int) -> set[int]:
        """The instructions that the paths reach at a position, given what is after it."""
        reached: set[int] = set()
        pending = list(state.positions)
        while pending:
            at = pending.pop()
            if at in reached:
                continue
            reached.add(at)
            instruction = self._instructions[at]
            if instruction.assertion is None:
                pending += instruction.goes_to
            elif _holds(instruction.assertion, state.before, after):
                pending.append(at + 1)
        return reached

    def _has_matched(self, reached: set[int]) -> bool:
        return len(self._instructions) - 1 in reached


def _holds(assertion: Assertion, before: int, after: int) -> bool:
    """Whether a condition holds between what is before a position and what is after it."""
    match assertion:
        case Assertion.START:
            return before == _BEGIN
        case Assertion.END:
            return after == _END
        case _:
            is_boundary = (before == _WORD) != (after == _WORD)
            return is_boundary == (assertion is Assertion.BOUNDARY)
