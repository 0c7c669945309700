"""Lints `# nosec` comments: those that do not do what they appear to, that are unused, or that lack IDs or a reason.

Bandit reports none of this: a typo in an ID makes a comment suppress everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from posse_checks.analysis.registry import CheckIds, ids_by_name
from posse_checks.analysis.suppression import COMMENT, TEST, named_in
from posse_checks.nosec.comment_text import CommentText, has_reason, with_nosec
from posse_checks.nosec.names import ID_LIKE, Word, meant_by_bandits
from posse_checks.nosec.remark import Correction, Flaw, Remark
from posse_checks.python.text import Replacement

_KEYWORD = re.compile(r"#\s*nosec:?")


@dataclass(frozen=True, slots=True)
class NosecComment:
    """A `# nosec` comment, with its effect. Offsets are in code points from its `#`."""

    comment: CommentText
    ids: frozenset[str]
    """The IDs that it names; empty for a blanket comment."""
    used: frozenset[str]
    """The IDs of the findings that it suppresses."""
    running: frozenset[str]
    """The IDs of the rules that run."""
    known: CheckIds
    """The IDs that are known besides those of Bandit and Posse."""

    def remarks(self) -> Iterator[Remark]:
        """Yields all its flaws, whatever the policy."""
        text, ids = self.comment.text, self.ids
        match = COMMENT.search(text)
        assert match is not None, "this is what made it a `# nosec`"
        first, last = match.span("tests") if match["tests"] else (match.end(), match.end())
        end = len(text[: last if match["tests"] else match.end()].rstrip(" #"))
        counted = list(self._counted(first, last))
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
        if not has_reason(text[first:], {word.text for word in counted if word.bandits}):
            promise = self.comment.promise(end)
            room = Correction("Add a TODO for the reason", promise, keeps_meaning=True) if promise else None
            message = "This comment gives no reason. Add one after the IDs."
            yield self._remark(Flaw.NO_REASON, message, match.start(), end, room)

    def _unknown(self, counted: list[Word], start: int, end: int) -> Iterator[Remark]:
        """Yields a remark for each word that looks like an ID, or nearly is a known name, and is unknown."""
        with_own: Correction | None = None
        for word in counted:
            meant = None if word.bandits else meant_by_bandits(word.text)
            if word.bandits or not (meant or ID_LIKE.fullmatch(word.text)):
                continue
            effect = "Bandit ignores it" if self.ids else "this comment suppresses every finding on the line"
            message = f"Unknown test ID {word.shown}: {effect}."
            if word.own:
                message = f"Bandit does not know {word.text}: {effect}."
                correction = with_own = with_own or self._with_own(counted, start, end)
            elif meant:
                edit = self.comment.edit(word.begin, word.end, meant)
                correction = Correction(f"Replace {word.shown} with {meant}", edit)
            elif self.ids:
                correction = Correction(f"Remove {word.shown}", self._taken_out(word), keeps_meaning=True)
            elif self.used:
                correction = self._naming(self.used, word.begin, word.end, end)
            else:
                correction = self._removal(start, end)
            yield self._remark(Flaw.UNKNOWN_ID, message, word.begin, word.end, correction)

    def _lost(self, first: int, last: int) -> Iterator[Remark]:
        """Yields a remark for each chain of IDs without spaces, of which Bandit reads only the last."""
        for chain in TEST.finditer(self.comment.text, first, last):
            words = [word for word in chain[0].split(",") if word]
            lost = [word for word in words[:-1] if word in ids_by_name()]
            if lost and not {ids_by_name()[word] for word in lost} <= self.ids:
                end = chain.start() + len(chain[0].rstrip(","))
                joined = ", ".join(words)
                remedy = f"Add a space after the comma to suppress {', '.join(lost)} too."
                message = f"Bandit reads only {words[-1]} here. {remedy}"
                correction = Correction(f"Write {joined}", self.comment.edit(chain.start(), end, joined))
                yield self._remark(Flaw.LOST_ID, message, chain.start(), end, correction)

    def _repeated(self, start: int, end: int) -> Iterator[Remark]:
        """Yields a remark for a second `nosec` in the same comment, which Bandit does not read."""
        text = self.comment.text
        second = COMMENT.search(text, start + 1)
        if second is None:
            return
        begin = second.start()
        until = len(text[: second.end()].rstrip(" #")) if second["tests"] else second.end()
        ids = named_in(text[begin:until], self.known) or frozenset()
        more = ", ".join(sorted(ids - self.ids))
        if self.ids and more:
            listed = max(word.end for word in self._counted(start, end) if word.bandits)
            new = f"{text[start:listed]}, {more}{text[listed:end]}"
            correction = Correction("Merge the comments", self.comment.edit(start, until, new))
        else:
            correction = Correction("Remove the unread part", self.comment.removed(begin, until))
        message = "Bandit reads only the first `nosec` of a comment and ignores this one."
        yield self._remark(Flaw.REPEATED, message, begin, until, correction)

    def _unused(self, counted: list[Word]) -> Iterator[Remark]:
        """Yields a remark for each ID of a rule that runs, but has no finding that the comment suppresses."""
        named = [word for word in counted if word.bandits]
        for index, word in enumerate(named):
            if word.bandits not in self.running or word.bandits in self.used:
                continue
            before = named[index - 1].end if index else word.begin
            after = word.end if index or len(named) == 1 else named[1].begin
            correction = Correction(f"Remove {word.shown}", self.comment.edit(before, after, ""), keeps_meaning=True)
            message = f"{word.shown} suppresses nothing here."
            yield self._remark(Flaw.UNUSED, message, word.begin, word.end, correction)

    def _blanket(self, start: int, end: int) -> Remark:
        """The remark for a comment without IDs; its correction names the IDs that it suppresses, if any."""
        correction = self._removal(start, end)
        keyword = _KEYWORD.match(self.comment.text, start)
        if self.used and keyword is not None:
            correction = self._naming(self.used, keyword.end(), keyword.end(), end)
        return self._remark(
            Flaw.BLANKET,
            "This comment names no ID, so it suppresses every finding on the line.",
            start,
            end,
            correction,
        )

    def _naming(self, used: frozenset[str], begin: int, until: int, end: int) -> Correction:
        """Writes the IDs that a blanket comment suppresses in place of a part of it; own ones in a comment of theirs.

        Offsets are those of the part, and the end of the `# nosec` with its reason.
        """
        text = self.comment.text
        own = sorted(filter(self.known.takes_ignore, used))
        bandits = ", ".join(sorted(used.difference(own)))
        start = text.rindex("#", 0, begin)
        title, rest = f"Name the suppressed IDs: {', '.join(sorted(used))}", text[until:end]
        ignore = f"# posse: ignore[{', '.join(own)}]"
        if not bandits:
            return Correction(title, self.comment.edit(start, end, f"{ignore}{rest}"), keeps_meaning=True)
        space = "" if text[:begin].endswith(" ") else " "
        if not own:
            return Correction(title, self.comment.edit(begin, until, f"{space}{bandits}"), keeps_meaning=begin == until)
        new = f"{space}{bandits}{rest}  {ignore}"
        return Correction(title, self.comment.edit(begin, end, new), keeps_meaning=True)

    def _with_own(self, counted: list[Word], start: int, end: int) -> Correction:
        """Moves the ID of an own check to a `# posse: ignore`, with the others in the comment.

        Names the IDs of Bandit's that the comment suppresses, since it may do so for want of one that is known.
        """
        left = self.comment.text[start:end]
        own_words = [word for word in counted if word.own]
        for word in reversed(own_words):
            before, after = left[: word.begin - start].rstrip(" ,"), left[word.end - start :]
            left = before + (f" {after.lstrip(' ,')}" if before.endswith(("nosec", ":")) else after)
        own = sorted({word.own for word in own_words if word.own} | set(filter(self.known.takes_ignore, self.used)))
        ignore = f"# posse: ignore[{', '.join(own)}]"
        named = named_in(left, self.known) or frozenset()
        missing = ", ".join(sorted(id for id in self.used - named if not self.known.takes_ignore(id)))
        keyword = _KEYWORD.match(left)
        assert keyword is not None, "a `# nosec` begins with it"
        if missing:
            at, new = (named and with_nosec(left, missing, self.known)) or (keyword.end(), f" {missing}")
            left = f"{left[:at]}{new}{left[at:]}"
        left = left.rstrip()
        new = f"{left}  {ignore}" if named or missing else ignore + left[keyword.end() :]
        return Correction(f"Write {ignore}", self.comment.edit(start, end, new))

    def _remark(self, flaw: Flaw, message: str, begin: int, end: int, correction: Correction | None) -> Remark:
        return Remark(flaw, message, self.comment.span(begin, end), correction)

    def _taken_out(self, word: Word) -> Replacement:
        is_first = self.comment.text[: word.begin].rstrip(" ,").endswith(("nosec", ":"))
        return self.comment.taken_out(word.begin, word.end, is_first=is_first)

    def _removal(self, begin: int, end: int) -> Correction:
        return Correction("Remove the # nosec comment", self.comment.removed(begin, end), keeps_meaning=True)

    def _counted(self, first: int, last: int) -> Iterator[Word]:
        """Yields the words that Bandit reads as IDs: of words joined by commas without a space, the last."""
        for chain in TEST.finditer(self.comment.text, first, last):
            yield Word(chain[1], *chain.span(1), self.known)
