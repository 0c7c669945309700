"""Lints `# posse: ignore` comments: those that suppress nothing, or not what they name, or that lack a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from posse_checks.analysis.ignores import IGNORE, NAME
from posse_checks.analysis.registry import CheckIds, ids_by_name
from posse_checks.analysis.suppression import COMMENT, named_in
from posse_checks.nosec.comment_text import CommentText, has_reason, with_nosec
from posse_checks.nosec.names import ID_LIKE, Word, meant_by_bandits, meant_by_own
from posse_checks.nosec.remark import Correction, Flaw, FlowFindings, Remark

_UNLISTED = re.compile(r"[\s:=(]*(?P<names>P\d+(?:\s*,\s*P\d+)*)\)?", re.IGNORECASE)
"""Matches IDs after `ignore` that should be in brackets."""


@dataclass(frozen=True, slots=True)
class IgnoreComment:
    """A comment with `# posse: ignore`, with its effect. Offsets are in code points from its `#`."""

    comment: CommentText
    used: frozenset[str]
    """The IDs of the findings that it suppresses."""
    possible: frozenset[str]
    """The IDs of findings that it could suppress if it named them."""
    running: frozenset[str]
    """The IDs of the rules that run."""
    ids_on_flows: Collection[str]
    """The IDs of the rules on flows."""
    on_flows: FlowFindings
    known: CheckIds
    """The IDs that are known besides those of Bandit and Posse."""

    def remarks(self) -> Iterator[Remark]:
        """Yields all its flaws, whatever the policy."""
        for match in IGNORE.finditer(self.comment.text):
            yield from self._remarks(match)

    def _remarks(self, match: re.Match[str]) -> Iterator[Remark]:
        start, end = match.start(), match.start() + len(match[0].rstrip())
        words = [
            Word(word[0], word.start(), word.end(), self.known)
            for word in NAME.finditer(self.comment.text, *(match.span("names") if match["names"] else (0, 0)))
        ]
        if match["names"] is not None and not match["close"]:
            yield self._unclosed(words, start, end)
        elif not words:
            yield self._without_id(match, start, end)
        else:
            yield from self._unknown(words, match, end)
            yield from self._unused([word for word in words if word.own], words, start, end)
            if any(word.own for word in words) and not has_reason(self.comment.text[match.end("close") :]):
                promise = self.comment.promise(end)
                room = Correction("Add a TODO for the reason", promise, keeps_meaning=True) if promise else None
                message = "This comment gives no reason. Add one after the list of IDs."
                yield self._remark(Flaw.IGNORE_NO_REASON, message, start, end, room)

    def _unclosed(self, words: Sequence[Word], start: int, end: int) -> Remark:
        """The remark for a list without its closing bracket, which belongs after the last ID."""
        message = "The list of IDs is not closed, so this comment suppresses nothing. Add the closing bracket."
        last = next((word for word in reversed(words) if word.own or ID_LIKE.fullmatch(word.text)), None)
        at = last.end if last else end
        return self._remark(
            Flaw.IGNORE_UNCLOSED, message, start, end, Correction("Close the list", self.comment.edit(at, at, "]"))
        )

    def _without_id(self, match: re.Match[str], start: int, end: int) -> Remark:
        """The remark for a comment that names no ID in brackets: written after it, or those that it could suppress."""
        message = "This comment names no ID in brackets, so it suppresses nothing. Write, for instance, ignore[P101]."
        keyword, after = match.end("keyword"), match.end("close") if match["close"] else match.end("keyword")
        unlisted = _UNLISTED.match(self.comment.text, after, end)
        if unlisted is not None:
            ids, after = ", ".join(NAME.findall(unlisted["names"].upper())), unlisted.end()
        else:
            ids = ", ".join(sorted(self.possible))
        correction = self._removal(start, end)
        if ids:
            correction = Correction(f"Write ignore[{ids}]", self.comment.edit(keyword, after, f"[{ids}]"))
        return self._remark(Flaw.IGNORE_NO_ID, message, start, end, correction)

    def _unknown(self, words: Sequence[Word], match: re.Match[str], end: int) -> Iterator[Remark]:
        """Yields a remark for each word that names no own check. Those that name Bandit's share one correction."""
        as_nosec: Correction | None = None
        for word in words:
            if word.own:
                continue
            if _bandits(word):
                message = f"Bandit does not read this comment, so {word.shown} suppresses nothing here."
                advice = f"Write # nosec {_bandits(word)} to suppress it."
                correction = as_nosec = as_nosec or self._as_nosec(words, match, end)
                yield self._remark(Flaw.IGNORE_BANDIT_ID, f"{message} {advice}", word.begin, word.end, correction)
                continue
            meant = meant_by_own(word.text)
            correction = self._taken_out(word, words, match.start(), end)
            if meant:
                edit = self.comment.edit(word.begin, word.end, meant)
                correction = Correction(f"Replace {word.shown} with {meant}", edit)
            message = f"Unknown check {word.shown}: this comment can suppress P101 and the like, Posse's own checks."
            yield self._remark(Flaw.IGNORE_UNKNOWN_ID, message, word.begin, word.end, correction)

    def _as_nosec(self, words: Sequence[Word], match: re.Match[str], end: int) -> Correction:
        """Moves the IDs of Bandit's checks to a `# nosec`: the one in the comment, else a new one."""
        text, start = self.comment.text, match.start()
        left = [word.text for word in words if word.own or not _bandits(word)]
        rest, own = text[match.end("close") : end], f"{match['keyword']}[{', '.join(left)}]"
        moved = [_bandits(word) or "" for word in words if not word.own and _bandits(word)]
        named = named_in(text, self.known)
        missing = ", ".join(id for id in dict.fromkeys(moved) if named is None or (named and id not in named))
        title = f"Write # nosec {', '.join(dict.fromkeys(moved))}"
        if named is None:  # a new one, in place of this one where nothing else is in it
            new = f"{own}{rest}  # nosec {missing}" if left else f"# nosec {missing}{rest}"
            return Correction(title, self.comment.edit(start, end, new))
        nosec = COMMENT.search(text)
        assert nosec is not None, "it names IDs"
        before, after = text[:start], text[end:]
        kept = f"{own}{rest}" if left else ""
        whole = f"{before}{kept}{after}" if kept else f"{before.rstrip()} {after.lstrip()}".strip()
        at = with_nosec(whole, missing, self.known) if missing else None
        new = whole if at is None else f"{whole[: at[0]]}{at[1]}{whole[at[0] :]}"
        return Correction(title, self.comment.edit(0, len(text), new))

    def _unused(self, named: Sequence[Word], words: Sequence[Word], start: int, end: int) -> Iterator[Remark]:
        """Yields a remark for each ID of a check that runs, but has no finding here that the comment suppresses."""
        unused = [word for word in named if self._is_unused(word)]
        if unused and len(unused) == len(words):
            message = "This comment suppresses nothing."
            yield self._remark(Flaw.IGNORE_UNUSED, message, start, end, self._removal(start, end))
            return
        for word in unused:
            message = f"{word.shown} suppresses nothing here."
            correction = self._taken_out(word, words, start, end)
            yield self._remark(Flaw.IGNORE_UNUSED, message, word.begin, word.end, correction)

    def _is_unused(self, word: Word) -> bool:
        if word.own not in self.running or word.own in self.used:
            return False
        return word.own not in self.ids_on_flows or self.on_flows.are_known_on(self.comment.line)

    def _taken_out(self, word: Word, words: Sequence[Word], start: int, end: int) -> Correction:
        """Removes an ID from the list, or the comment if it is the only one."""
        if len(words) == 1:
            return self._removal(start, end)
        edit = self.comment.taken_out(word.begin, word.end, is_first=word is words[0])
        return Correction(f"Remove {word.shown}", edit, keeps_meaning=True)

    def _remark(self, flaw: Flaw, message: str, begin: int, end: int, correction: Correction | None) -> Remark:
        return Remark(flaw, message, self.comment.span(begin, end), correction)

    def _removal(self, begin: int, end: int) -> Correction:
        edit = self.comment.removed(begin, end)
        return Correction("Remove the # posse: ignore comment", edit, keeps_meaning=True)


def _bandits(word: Word) -> str | None:
    """The ID of a check of Bandit's that a word names or probably means; None if there is none."""
    return word.bandits or ids_by_name().get(meant_by_bandits(word.text) or "")
