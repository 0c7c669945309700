"""Remarks about `# nosec` comments: which do not mean what they seem to, which silence nothing, which say too little.

Bandit says nothing about any of this: an ID with a typo turns a comment into one that silences everything.
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
"""What somebody who wrote it will have meant as an ID: `B9999`, `b101`, `S602`."""
_KEYWORD = re.compile(r"#\s*nosec:?")
_TO_TOOLS = re.compile(r"(?:noqa|(?-i:TODO)|type:|pragma|pylint|ruff|mypy|pyright|fmt:|nosec)\b.*", re.IGNORECASE)
"""What a comment may hold beside a reason: words to other tools, and the promise of one."""
_PROMISE = " # TODO: say why"


class Flaw(enum.Enum):
    """What a remark is about; the values are the codes that editors show."""

    UNKNOWN_ID = "nosec-unknown-id"
    LOST_ID = "nosec-lost-id"
    REPEATED = "nosec-repeated"
    UNUSED = "nosec-unused"
    BLANKET = "nosec-blanket"
    NO_REASON = "nosec-no-reason"

    @classmethod
    def shown_by(cls, policy: NosecPolicy, *displays: Display) -> frozenset[Flaw]:
        """The flaws that a policy wants shown in one of these ways."""
        return frozenset(flaw for flaw in cls if flaw.display(policy) in displays)

    def display(self, policy: NosecPolicy) -> Display:
        """How a policy wants it shown."""
        if self is Flaw.UNUSED:
            return policy.report_unused
        if self is Flaw.BLANKET:
            return policy.require_ids
        return policy.require_reason if self is Flaw.NO_REASON else policy.report_mistakes


@dataclass(frozen=True, slots=True)
class Correction:
    """What can be done about a flaw."""

    title: str
    edit: Replacement
    keeps_meaning: bool = False
    """Whether it must leave the findings as they are."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One flaw of one comment."""

    flaw: Flaw
    message: str
    span: Span
    correction: Correction | None


def remarks_in(document: Document, policy: NosecPolicy) -> list[Remark]:
    """The remarks that a policy asks for, by the lines of the comments; nothing but the comments is looked at."""
    if not document.nosecs:
        return []
    wanted = {flaw for flaw in Flaw if flaw.display(policy) is not Display.OFF}
    running = frozenset(rule.id for rule in document.catalogue.rules)
    remarks: list[Remark] = []
    for line, nosec in sorted(document.nosecs.items()):
        lines = document.text.lines
        # Carriage returns alone end lines here but not for the tokenizer, which then counts others than we do.
        if line <= len(lines) and lines[line - 1].startswith(nosec.text, nosec.column):
            used = frozenset(finding.rule.id for finding in document.silenced.get(line, ()))
            comment = _Comment(line, lines[line - 1], nosec, used, running)
            remarks += [remark for remark in comment.remarks() if remark.flaw in wanted]
    return remarks


@dataclass(frozen=True, slots=True)
class _Word:
    """What is taken for an ID or the name of a rule, with its place in the comment."""

    text: str
    begin: int
    end: int

    @property
    def id(self) -> str | None:
        """The ID that it means, if it is known."""
        return ids_by_name().get(self.text)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A `# nosec` comment, and what it does."""

    line: int
    source: str
    """The whole line."""
    nosec: Nosec
    used: frozenset[str]
    """The IDs of what it silences."""
    running: frozenset[str]
    """The IDs of the rules that run."""

    def remarks(self) -> Iterator[Remark]:
        """All its flaws."""
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
            yield self._remark(Flaw.UNUSED, "This comment silences nothing.", match.start(), end, correction)
        else:
            yield from self._unused(counted)
        if not ids:
            yield self._blanket(match.start(), end)
        if not _has_reason(text[first:], {word.text for word in counted if word.id}):
            room = Correction("Leave room for a reason", self._edit(end, end, _PROMISE), keeps_meaning=True)
            offered = None if "TODO" in text else room
            yield self._remark(Flaw.NO_REASON, "This comment gives no reason.", match.start(), end, offered)

    def _unknown(self, counted: list[_Word], start: int, end: int) -> Iterator[Remark]:
        for word in counted:
            meant = None if word.id else _meant(word.text)
            if word.id or not (meant or _ID_LIKE.fullmatch(word.text)):
                continue
            so = "is ignored" if self.nosec.ids else "the comment silences everything"
            message = f"`{word.text}` is no ID or name of a check, so {'it ' if self.nosec.ids else ''}{so}."
            if meant:
                edit = self._edit(word.begin, word.end, meant)
                correction = Correction(f"Write {meant} instead of {word.text}", edit)
            elif self.nosec.ids:
                correction = Correction(f"Remove {word.text}", self._taken_out(word), keeps_meaning=True)
            elif self.used:
                ids = ", ".join(sorted(self.used))
                correction = Correction(f"Name what it silences: {ids}", self._edit(word.begin, word.end, ids))
            else:
                correction = self._removal(start, end)
            yield self._remark(Flaw.UNKNOWN_ID, message, word.begin, word.end, correction)

    def _lost(self, first: int, last: int) -> Iterator[Remark]:
        for chain in TEST.finditer(self.nosec.text, first, last):
            words = [word for word in chain[0].split(",") if word]
            lost = [word for word in words[:-1] if word in ids_by_name()]
            if lost and not {ids_by_name()[word] for word in lost} <= self.nosec.ids:
                end = chain.start() + len(chain[0].rstrip(","))
                joined = ", ".join(words)
                message = f"Without a space after the comma, only `{words[-1]}` counts: {', '.join(lost)} is lost."
                correction = Correction(f"Write {joined}", self._edit(chain.start(), end, joined))
                yield self._remark(Flaw.LOST_ID, message, chain.start(), end, correction)

    def _repeated(self, start: int, end: int) -> Iterator[Remark]:
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
            correction = Correction("Merge the two comments", self._edit(start, until, new))
        else:
            correction = Correction("Remove what is never read", self._removed(begin, until))
        message = "Only the first `nosec` of a comment is read, so this one is not."
        yield self._remark(Flaw.REPEATED, message, begin, until, correction)

    def _unused(self, counted: list[_Word]) -> Iterator[Remark]:
        named = [word for word in counted if word.id]
        for index, word in enumerate(named):
            if word.id not in self.running or word.id in self.used:
                continue
            before = named[index - 1].end if index else word.begin
            after = word.end if index or len(named) == 1 else named[1].begin
            correction = Correction(f"Remove {word.text}", self._edit(before, after, ""), keeps_meaning=True)
            message = f"`{word.text}` silences nothing here."
            yield self._remark(Flaw.UNUSED, message, word.begin, word.end, correction)

    def _blanket(self, start: int, end: int) -> Remark:
        ids, correction = ", ".join(sorted(self.used)), self._removal(start, end)
        keyword = _KEYWORD.match(self.nosec.text, start)
        if ids and keyword is not None:
            edit = self._edit(keyword.end(), keyword.end(), f" {ids}")
            correction = Correction(f"Name what it silences: {ids}", edit, keeps_meaning=True)
        return self._remark(
            Flaw.BLANKET, "This comment names no ID, so it silences everything.", start, end, correction
        )

    def _remark(self, flaw: Flaw, message: str, begin: int, end: int, correction: Correction | None) -> Remark:
        columns = [self.nosec.column + at for at in (begin, end)]
        if not self.source.isascii():
            columns = [len(self.source[:column].encode(errors="surrogatepass")) for column in columns]
        return Remark(flaw, message, Span(self.line, columns[0], self.line, columns[1]), correction)

    def _removal(self, begin: int, end: int) -> Correction:
        return Correction("Remove the # nosec comment", self._removed(begin, end), keeps_meaning=True)

    def _taken_out(self, word: _Word) -> Replacement:
        """The edit that takes an ID away, with what separates it from the others."""
        text = self.nosec.text
        before, after = len(text[: word.begin].rstrip(" ,")), len(text) - len(text[word.end :].lstrip(" ,"))
        is_first = text[:before].endswith(("nosec", ":"))
        return self._edit(word.begin, after, "") if is_first else self._edit(before, word.end, "")

    def _removed(self, begin: int, end: int) -> Replacement:
        """The edit that takes a part of the comment away, and the blanks or the line that would be left of it."""
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
        column, line = self.nosec.column, self.line - 1
        return Replacement(Position(line, column + begin), Position(line, column + end), new)


def correction_of(document: Document, remark: Remark) -> Correction | None:
    """What can be done about a remark, tried out: what leaves the meaning alone must leave the findings alone.

    Without a comment that silences nothing, the next one in its statement may be the one that Bandit reads.
    """
    correction = remark.correction
    if correction is None or not correction.keeps_meaning:
        return correction
    document = document.settled()
    same = _standing(document) == _standing(document.replaced([correction.edit]))
    return correction if same else None


def _standing(document: Document) -> Counter[tuple[str, str]]:
    return Counter((finding.rule.id, finding.message) for finding in document.findings())


def _counted(text: str, first: int, last: int) -> Iterator[_Word]:
    """What Bandit takes for IDs: of each chain of words that commas alone join, the last."""
    for chain in TEST.finditer(text, first, last):
        yield _Word(chain[1], *chain.span(1))


@lru_cache(maxsize=1024)
def _meant(word: str) -> str | None:
    """The ID or name that a word that is none will have been meant as."""
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
    """Whether words are left when the IDs and what is said to other tools are taken away."""
    parts = (_TO_TOOLS.sub("", part.strip(" :,;-")) for part in rest.split("#"))
    return any(word not in names for part in parts for word in re.findall(r"[^\W\d_]\w+", part))
