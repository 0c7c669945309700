"""Lints `# nosec` comments: those that do not do what they appear to, that are unused, or that lack IDs or a reason.

Bandit reports none of this: a typo in an ID makes a comment suppress everything.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from posse_checks.analysis.registry import ids_by_name
from posse_checks.analysis.suppression import COMMENT, TEST, Nosec, named_in
from posse_checks.config.policy import Display, NosecPolicy
from posse_checks.incremental.document import Document
from posse_checks.python.text import Position, Replacement, content_length
from posse_checks.rule.finding import Span

_ID_LIKE = re.compile(r"[a-z]{1,4}\d{2,}", re.IGNORECASE)
"""Matches words that are probably meant as IDs: `B9999`, `b101`, `S602`."""
_KEYWORD = re.compile(r"#\s*nosec:?")
_TO_TOOLS = re.compile(r"(?:noqa|(?-i:TODO)|type:|pragma|pylint|ruff|mypy|pyright|fmt:|nosec)\b.*", re.IGNORECASE)
"""Matches parts of a comment that are not a reason: directives for other tools, and a TODO."""
_PROMISE = " # TODO: say why"


class Flaw(enum.Enum):
    """The kinds of remarks; the values are the codes that editors show."""

    UNKNOWN_ID = "nosec-unknown-id"
    LOST_ID = "nosec-lost-id"
    REPEATED = "nosec-repeated"
    UNUSED = "nosec-unused"
    BLANKET = "nosec-blanket"
    NO_REASON = "nosec-no-reason"

    @classmethod
    def shown_by(cls, policy: NosecPolicy, *displays: Display) -> frozenset[Flaw]:
        """The flaws that a policy shows in one of these ways."""
        return frozenset(flaw for flaw in cls if flaw.display(policy) in displays)

    def display(self, policy: NosecPolicy) -> Display:
        """The way in which a policy shows the flaw."""
        if self is Flaw.UNUSED:
            return policy.report_unused
        if self is Flaw.BLANKET:
            return policy.require_ids
        return policy.require_reason if self is Flaw.NO_REASON else policy.report_mistakes


@dataclass(frozen=True, slots=True)
class Correction:
    """An edit that corrects a flaw."""

    title: str
    edit: Replacement
    keeps_meaning: bool = False
    """Whether it must not change the findings."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A flaw of a comment, with its range and the correction if there is one."""

    flaw: Flaw
    message: str
    span: Span
    correction: Correction | None


def remarks_in(document: Document, policy: NosecPolicy) -> list[Remark]:
    """The remarks that a policy enables, in order of line. Examines the comments only, not the rest of the text."""
    if not document.nosecs:
        return []
    wanted = {flaw for flaw in Flaw if flaw.display(policy) is not Display.OFF}
    running = frozenset(rule.id for rule in document.catalogue.rules)
    remarks: list[Remark] = []
    for line, nosec in sorted(document.nosecs.items()):
        lines = document.text.lines
        # Lone carriage returns end lines here but not for the tokenizer, whose line numbers then differ.
        if line <= len(lines) and lines[line - 1].startswith(nosec.text, nosec.column):
            used = frozenset(finding.rule.id for finding in document.suppressed.get(line, ()))
            comment = _Comment(line, lines[line - 1], nosec, used, running)
            remarks += [remark for remark in comment.remarks() if remark.flaw in wanted]
    return remarks


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that Bandit reads as an ID or the name of a rule, with its offsets in the comment, end exclusive."""

    text: str
    begin: int
    end: int

    @property
    def id(self) -> str | None:
        """The ID that it stands for; None if it is unknown."""
        return ids_by_name().get(self.text)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A `# nosec` comment, with its line (from 1) and its effect. Offsets below are in code points from its `#`."""

    line: int
    source: str
    """The whole line."""
    nosec: Nosec
    used: frozenset[str]
    """The IDs of the findings that it suppresses."""
    running: frozenset[str]
    """The IDs of the rules that run."""

    def remarks(self) -> Iterator[Remark]:
        """Yields all its flaws, whatever the policy."""
        text, ids = self.nosec.text, self.nosec.ids
        match = COMMENT.search(text)
        assert match is not None, "this is what made it a `# nosec`"
        first, last = match.span("tests") if match["tests"] else (match.end(), match.end())
        end = len(text[: last if match["tests"] else match.end()].rstrip(" #"))
        counted = list(_counted(text, first, last))
        yield from self._unknown(counted, match.start(), end)
        yield from self._lost(first, last)
        yield from self._repeated(match.start(), end)
        if not self.used and (not ids or ids & self.running):
            correction = self._removal(match.start(), end)
            yield self._remark(Flaw.UNUSED, "This comment suppresses nothing.", match.start(), end, correction)
        else:
            yield from self._unused(counted)
        if not ids:
            yield self._blanket(match.start(), end)
        if not _has_reason(text[first:], {word.text for word in counted if word.id}):
            room = Correction("Add a TODO for the reason", self._edit(end, end, _PROMISE), keeps_meaning=True)
            message = "This comment gives no reason. Add one after the IDs."
            yield self._remark(Flaw.NO_REASON, message, match.start(), end, None if "TODO" in text else room)

    def _unknown(self, counted: list[_Word], start: int, end: int) -> Iterator[Remark]:
        """Yields a remark for each word that looks like an ID, or nearly is a known name, and is unknown."""
        for word in counted:
            meant = None if word.id else _meant(word.text)
            if word.id or not (meant or _ID_LIKE.fullmatch(word.text)):
                continue
            effect = "Bandit ignores it" if self.nosec.ids else "this comment suppresses every finding on the line"
            message = f"Unknown test ID {word.text}: {effect}."
            if meant:
                edit = self._edit(word.begin, word.end, meant)
                correction = Correction(f"Replace {word.text} with {meant}", edit)
            elif self.nosec.ids:
                correction = Correction(f"Remove {word.text}", self._taken_out(word), keeps_meaning=True)
            elif self.used:
                ids = ", ".join(sorted(self.used))
                correction = Correction(f"Name the suppressed IDs: {ids}", self._edit(word.begin, word.end, ids))
            else:
                correction = self._removal(start, end)
            yield self._remark(Flaw.UNKNOWN_ID, message, word.begin, word.end, correction)

    def _lost(self, first: int, last: int) -> Iterator[Remark]:
        """Yields a remark for each chain of IDs without spaces, of which Bandit reads only the last."""
        for chain in TEST.finditer(self.nosec.text, first, last):
            words = [word for word in chain[0].split(",") if word]
            lost = [word for word in words[:-1] if word in ids_by_name()]
            if lost and not {ids_by_name()[word] for word in lost} <= self.nosec.ids:
                end = chain.start() + len(chain[0].rstrip(","))
                joined = ", ".join(words)
                remedy = f"Add a space after the comma to suppress {', '.join(lost)} too."
                message = f"Bandit reads only {words[-1]} here. {remedy}"
                correction = Correction(f"Write {joined}", self._edit(chain.start(), end, joined))
                yield self._remark(Flaw.LOST_ID, message, chain.start(), end, correction)

    def _repeated(self, start: int, end: int) -> Iterator[Remark]:
        """Yields a remark for a second `nosec` in the same comment, which Bandit does not read."""
        text = self.nosec.text
        second = COMMENT.search(text, start + 1)
        if second is None:
            return
        begin = second.start()
        until = len(text[: second.end()].rstrip(" #")) if second["tests"] else second.end()
        ids = named_in(text[begin:until]) or frozenset()
        more = ", ".join(sorted(ids - self.nosec.ids))
        if self.nosec.ids and more:
            listed = max(word.end for word in _counted(text, start, end) if word.id)
            new = f"{text[start:listed]}, {more}{text[listed:end]}"
            correction = Correction("Merge the comments", self._edit(start, until, new))
        else:
            correction = Correction("Remove the unread part", self._removed(begin, until))
        message = "Bandit reads only the first `nosec` of a comment and ignores this one."
        yield self._remark(Flaw.REPEATED, message, begin, until, correction)

    def _unused(self, counted: list[_Word]) -> Iterator[Remark]:
        """Yields a remark for each ID of a rule that runs, but has no finding that the comment suppresses."""
        named = [word for word in counted if word.id]
        for index, word in enumerate(named):
            if word.id not in self.running or word.id in self.used:
                continue
            before = named[index - 1].end if index else word.begin
            after = word.end if index or len(named) == 1 else named[1].begin
            correction = Correction(f"Remove {word.text}", self._edit(before, after, ""), keeps_meaning=True)
            message = f"{word.text} suppresses nothing here."
            yield self._remark(Flaw.UNUSED, message, word.begin, word.end, correction)

    def _blanket(self, start: int, end: int) -> Remark:
        """The remark for a comment without IDs; its correction names the IDs that it suppresses, if any."""
        ids, correction = ", ".join(sorted(self.used)), self._removal(start, end)
        keyword = _KEYWORD.match(self.nosec.text, start)
        if ids and keyword is not None:
            edit = self._edit(keyword.end(), keyword.end(), f" {ids}")
            correction = Correction(f"Name the suppressed IDs: {ids}", edit, keeps_meaning=True)
        return self._remark(
            Flaw.BLANKET,
            "This comment names no ID, so it suppresses every finding on the line.",
            start,
            end,
            correction,
        )

    def _remark(self, flaw: Flaw, message: str, begin: int, end: int, correction: Correction | None) -> Remark:
        """Returns a remark at a range of the comment, with its columns in UTF-8 bytes of the line."""
        columns = [self.nosec.column + at for at in (begin, end)]
        if not self.source.isascii():
            columns = [len(self.source[:column].encode(errors="surrogatepass")) for column in columns]
        return Remark(flaw, message, Span(self.line, columns[0], self.line, columns[1]), correction)

    def _removal(self, begin: int, end: int) -> Correction:
        return Correction("Remove the # nosec comment", self._removed(begin, end), keeps_meaning=True)

    def _taken_out(self, word: _Word) -> Replacement:
        """The edit that removes an ID and its separator."""
        text = self.nosec.text
        before, after = len(text[: word.begin].rstrip(" ,")), len(text) - len(text[word.end :].lstrip(" ,"))
        is_first = text[:before].endswith(("nosec", ":"))
        return self._edit(word.begin, after, "") if is_first else self._edit(before, word.end, "")

    def _removed(self, begin: int, end: int) -> Replacement:
        """The edit that removes a part of the comment, and the white space or the empty line that would remain."""
        text, column = self.nosec.text, self.nosec.column
        before, after = text[:begin].rstrip(), text[end:].lstrip(" ")
        if before and after:
            return self._edit(len(before), end, "")
        if before or after:
            return self._edit(len(before), len(text) - len(after), "")
        code = self.source[:column].rstrip()
        if not code and len(self.source) > content_length(self.source):
            return Replacement(Position(self.line - 1, 0), Position(self.line, 0), "")
        return Replacement(Position(self.line - 1, len(code)), Position(self.line - 1, content_length(self.source)), "")

    def _edit(self, begin: int, end: int, new: str) -> Replacement:
        """Returns a replacement in the comment."""
        column, line = self.nosec.column, self.line - 1
        return Replacement(Position(line, column + begin), Position(line, column + end), new)


def correction_of(document: Document, remark: Remark) -> Correction | None:
    """The correction of a remark, verified: None if it should keep the findings but would change them.

    After an unused comment is removed, Bandit may read the next one in the statement.
    """
    correction = remark.correction
    if correction is None or not correction.keeps_meaning:
        return correction
    document = document.up_to_date()
    same = _unsuppressed(document) == _unsuppressed(document.replaced([correction.edit]))
    return correction if same else None


def _unsuppressed(document: Document) -> Counter[tuple[str, str]]:
    """The unsuppressed findings by ID and message, whatever their positions."""
    return Counter((finding.rule.id, finding.message) for finding in document.findings())


def _counted(text: str, first: int, last: int) -> Iterator[_Word]:
    """Yields the words that Bandit reads as IDs: the last of each chain of words joined by commas without a space."""
    for chain in TEST.finditer(text, first, last):
        yield _Word(chain[1], *chain.span(1))


@lru_cache(maxsize=1024)
def _meant(word: str) -> str | None:
    """The ID or name that an unknown word probably means; None if there is none."""
    known = ids_by_name()
    if word.upper() in known:
        return word.upper()
    if _ID_LIKE.fullmatch(word):
        id = f"B{word.lstrip('bBsS')}"  # Ruff's `S602` is Bandit's B602
        return id if id in known else None
    if word.lower() in known:
        return word.lower()
    names = [name for name in known if "_" in name]
    return next(iter(get_close_matches(word.lower(), names, 1, 0.85)), None) if "_" in word else None


def _has_reason(rest: str, names: set[str]) -> bool:
    """Whether words remain after the IDs and the directives for other tools are removed."""
    parts = (_TO_TOOLS.sub("", part.strip(" :,;-")) for part in rest.split("#"))
    return any(word not in names for part in parts for word in re.findall(r"[^\W\d_]\w+", part))
