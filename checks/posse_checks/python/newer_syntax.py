"""Distinguishes the syntax of a newer Python from a mistake, and names the Python version that a source needs.

Newer syntax is rewritten as older syntax that is valid in exactly the same places. If the whole source parses then, it
needs the newer Python; if not, nothing is claimed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from posse_checks.python.syntax import Broken, parse
from posse_checks.python.tokens import Token, UnclearError, kind_of, tokens_of

RUNNING: int = sys.version_info[1]
"""Minor version of the Python that parses sources."""
MAXIMUM_CHARACTERS = 1 << 18
"""Limit, in characters, for a source to be examined."""
MAXIMUM_LINES = 400
"""Limit for the tokens of a statement that are examined, and for the lines of a broken statement."""

_VALUE = " 0 .x() "
"""Replacement for a formatted string: like one, it cannot be a target, a pattern or next to another string."""
_SUSPECT = re.compile(r"""\btype\b|\bexcept\b|\blazy\b|\b(?:def|class)\s+\w+\s*\[|[\[{]\s*\*|(?i:\b[rft]{1,2}['"])""")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A rewrite of newer syntax: the range in the source, the older syntax, and the minor version that needs none."""

    start: int
    end: int
    new: str
    version: int


def explained(broken: Broken, source: str) -> Broken:
    """Returns the error with the Python version that the source needs, or else the one that rejected it."""
    needed = needed_version(source)
    if needed is not None:
        return Broken(
            broken.line, f"syntax of Python 3.{needed}; Posse runs on 3.{RUNNING}. Install Posse with a newer Python"
        )
    return Broken(broken.line, f"{broken.message} (Python 3.{RUNNING})")


def explained_at(broken: Broken, lines: Sequence[str], indent: str) -> Broken:
    """Like `explained`, for the lines of statements, or of arms, in a block of this indentation."""
    if len(lines) > MAXIMUM_LINES:
        return explained(broken, "")
    first = next((line.strip() for line in lines if line.strip()), "")
    header = ["if x:\n"] * bool(indent) + [f"{indent}try: x\n"] * first.startswith("except")
    return explained(broken, "".join([*header, *lines]))


def needed_version(source: str) -> int | None:
    """The minor version of the oldest Python 3 that parses a source, which the running one cannot; None if unknown."""
    if len(source) > MAXIMUM_CHARACTERS or _SUSPECT.search(source) is None:
        return None
    try:
        edits = list(_edits(source, 0))
    except (UnclearError, RecursionError):
        return None
    for version in sorted({edit.version for edit in edits if edit.version > RUNNING}):
        if not isinstance(parse(_applied(source, edits, version)), Broken):
            return version
    return None


def _applied(source: str, edits: Sequence[_Edit], version: int) -> str:
    """The source with the syntax rewritten that is newer than the running Python and not newer than `version`."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.version <= version and edit.version > RUNNING and edit.start >= at:
            parts += [source[at : edit.start], edit.new]
            at = edit.end
    return "".join([*parts, source[at:]])


def _edits(source: str, level: int) -> Iterator[_Edit]:
    """Yields the rewrites of all newer syntax in a source. Raises UnclearError if it cannot be read reliably."""
    tokens = [
        token for token in tokens_of(source, level, _is_expression) if token.kind not in ("space", "comment", "joined")
    ]
    yield from _strings(tokens)
    code = [token for token in tokens if token.kind != "newline" or not token.depth]
    starts = True
    for index, token in enumerate(code):
        if token.kind == "newline" or token.text == ";":
            starts = True
            continue

        def rest(index: int = index) -> Sequence[Token]:
            return code[index + 1 : index + MAXIMUM_LINES]

        if token.kind == "name" and starts:
            yield from _statement(token, rest(), source)
        elif token.text in ("def", "class") and token.kind == "name":
            yield from _type_parameters(rest())
        elif token.text in ("[", "{") and code[index + 1 : index + 2] and code[index + 1].text in ("*", "**"):
            yield from _unpacking(token, rest())
        starts = False


def _statement(token: Token, rest: Sequence[Token], source: str) -> Iterator[_Edit]:
    """Rewrites a statement, chosen by its first word."""
    words = [one.text for one in rest[:2]]
    if token.text in ("def", "class"):
        yield from _type_parameters(rest)
    elif token.text == "type" and rest and rest[0].kind == "name" and words[1:] in (["="], ["["]):
        yield _Edit(token.start, rest[0].start, "", 12)
        edits, after = _brackets(rest[1:])
        yield from edits
        if after and after[0].text == "=":
            value = _until(after[1:], (";",))
            if not value or any(one.text == "," and one.depth == token.depth for one in value):
                raise UnclearError
            yield _Edit(value[0].start, value[0].start, "{0: ", 12)
            yield _Edit(value[-1].end, value[-1].end, "}", 12)
    elif token.text == "except" and words[:1] != ["*"]:
        value = _until(rest, (":",))
        plain = [one for one in value if one.depth == token.depth]
        if any(one.text == "," for one in plain) and not any(one.text in ("as", "*", ":=", "yield") for one in plain):
            yield _Edit(value[0].start, value[0].start, "(", 14)
            yield _Edit(value[-1].end, value[-1].end, ")", 14)
    elif token.text == "lazy" and words[:1] in (["import"], ["from"]) and _column(source, token.start) == 0:
        taken = [one.text for one in _until(rest, (";",))]
        if "__future__" not in taken and "*" not in taken:
            yield _Edit(token.start, rest[0].start, "", 15)


def _column(source: str, at: int) -> int:
    return at - max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) - 1


def _until(tokens: Sequence[Token], ends: Sequence[str]) -> list[Token]:
    """The tokens before the first of `ends`, or a line end, outside brackets. Raises UnclearError if there is none."""
    if not tokens:
        return []
    depth, found = tokens[0].depth, list[Token]()
    for token in tokens:
        if token.depth == depth and (token.kind == "newline" or token.text in ends):
            return found
        found.append(token)
    raise UnclearError


def _type_parameters(rest: Sequence[Token]) -> Iterator[_Edit]:
    if len(rest) > 1 and rest[0].kind == "name" and rest[1].text == "[":
        yield from _brackets(rest[1:])[0]


def _brackets(tokens: Sequence[Token]) -> tuple[list[_Edit], Sequence[Token]]:
    """Rewrites a list of type parameters, if one begins here. Returns the rewrites and the tokens after it."""
    if not tokens or tokens[0].text != "[":
        return [], tokens
    depth = tokens[0].depth
    close = next((n for n, one in enumerate(tokens) if one.text == "]" and one.depth == depth), None)
    if close is None:
        raise UnclearError
    version, item, has_default = 12, list[Token](), False
    for one in [*tokens[1:close], None]:
        if one is not None and not (one.text == "," and one.depth == depth + 1):
            item += [one] if one.kind != "newline" else []
            continue
        if not item and one is None and close > 1:
            break  # after a trailing comma
        default = _parameter(item)
        if has_default and not default:
            raise UnclearError
        has_default = has_default or default
        version = 13 if has_default else version
        item = []
    return [_Edit(tokens[0].start, tokens[close].end, "", version)], tokens[close + 1 :]


def _parameter(item: Sequence[Token]) -> bool:
    """Returns whether a type parameter has a default. Raises UnclearError if the tokens are not a type parameter."""
    stars = item[:1] if item and item[0].text in ("*", "**") else []
    if len(item) <= len(stars) or item[len(stars)].kind != "name":
        raise UnclearError
    depth = item[0].depth
    texts = [one.text if one.depth == depth and one.kind == "op" else "" for one in item]
    rest = item[len(stars) + 1 :]
    equals = texts.index("=") if "=" in texts else None
    bound = rest[1 : None if equals is None else equals - len(stars) - 1] if rest and rest[0].text == ":" else []
    default = [] if equals is None else item[equals + 1 :]
    if (rest and rest[0].text not in (":", "=")) or (stars and rest and rest[0].text == ":"):
        raise UnclearError
    for value in ([bound] if rest and rest[0].text == ":" else []) + ([default] if equals is not None else []):
        if not value or isinstance(parse(f"_ = {{0: {' '.join(one.text for one in value)}}}"), Broken):
            raise UnclearError
    return equals is not None


def _unpacking(opening: Token, rest: Sequence[Token]) -> Iterator[_Edit]:
    """Rewrites an unpacking comprehension, `[*x for x in y]`."""
    if not rest or rest[0].text not in (("*",) if opening.text == "[" else ("*", "**")):
        return
    for one in rest[1:]:
        if one.depth <= opening.depth or (one.depth == opening.depth + 1 and one.text in (",", ":")):
            return
        if one.depth == opening.depth + 1 and one.text == "for":
            yield _Edit(rest[0].start, rest[0].end, "", 15)
            return


# ---------------------------------------------------------------- strings


def _strings(tokens: Sequence[Token]) -> Iterator[_Edit]:
    """Rewrites adjacent strings if one of them is a formatted string or all are templates."""
    run: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and token.kind == "newline" and token.depth:
            continue
        if token is not None and token.kind == "string":
            run.append(token)
            continue
        kinds = {kind_of(one.text) for one in run}
        if kinds == {"t"} or ("f" in kinds and kinds <= {"f", ""}):
            yield _Edit(run[0].start, run[-1].end, _VALUE, 14 if "t" in kinds else 12)
        run = []


def _is_expression(source: str, level: int) -> bool:
    """Whether the content of a replacement field is an expression, with the syntax up to Python 3.12 allowed."""
    newest = _applied(source, list(_edits(source, level)), 12)
    return not isinstance(parse(f"(\n{newest}\n)"), Broken)
