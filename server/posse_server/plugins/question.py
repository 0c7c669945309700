"""Questions to the project's own checks, and the answers: plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class LoadedCheck:
    """A check that was loaded."""

    id: str
    name: str
    """The name by which comments may mention it, too."""
    function: str = ""
    """The name of its function, which Bandit's reports have."""
    documentation: str = ""
    section: str = ""
    """The section of the configuration that it reads; empty if it reads none."""
    file: str | None = None
    """The project's file that declares it; None for a plug-in of Bandit's."""
    reads_whole_files: bool = False
    """Whether it looks at the text of a file as a whole, and so says nothing of a single statement."""


def names_of(checks: Iterable[LoadedCheck]) -> Mapping[str, str]:
    """Returns the ID for each name and ID of checks, and an empty one for each section that they read."""
    checks = [check for check in checks if check.file is None]
    sections = {check.section: "" for check in checks if check.section}
    return sections | {name: check.id for check in checks for name in (check.name, check.id)}


def own_names_of(checks: Iterable[LoadedCheck]) -> Mapping[str, str]:
    """Returns the ID for each name and ID of the project's own checks."""
    return {name: check.id for check in checks if check.file is not None for name in (check.name, check.id)}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure of a check, or of all of them. The reason is the rest of a sentence."""

    name: str | None
    """The check; None for all of them."""
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What a program has imported before a statement."""

    modules: Sequence[str]
    aliases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A text to check: a whole file, as text or bytes, or a statement with the imports before it."""

    text: str | bytes
    names: Imported | None = None
    """The imports before it; None for a whole file."""

    def request(self, known: dict[Imported, int]) -> dict[str, Any]:
        """Returns it as JSON. `known` numbers the imports before earlier parts; new ones are added to it."""
        if isinstance(self.text, bytes):
            return {"bytes": self.text.decode("latin-1")}
        names = None if self.names is None else known.setdefault(self.names, len(known))
        return {"text": self.text, "names": names}


@dataclass(frozen=True, slots=True)
class Question:
    """Parts of a file to check with the checks that a configuration selects."""

    name: str
    """The file's name, as Bandit would report it."""
    parts: Sequence[Part]
    include: frozenset[str] = frozenset()
    """The IDs to run; all if empty."""
    own_include: frozenset[str] = frozenset()
    """The IDs to run of the project's own checks; all if empty."""
    exclude: frozenset[str] = frozenset()
    options: Mapping[str, Any] = field(default_factory=dict)
    """The configuration as the user wrote it, in which plug-ins have sections."""


@dataclass(frozen=True, slots=True)
class ProposedEdits:
    """A fix: lines and columns of its edits count from 0, in code points."""

    title: str
    safety: str
    edits: Sequence[tuple[int, int, int, int, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings of the checks."""

    findings: Sequence[Sequence[Mapping[str, Any]] | None]
    """The findings in each part; None where Python cannot parse it."""
    troubles: Sequence[Trouble] = ()
