"""Which baseline a file's findings go to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posse_checks.config.policy import Matching
from posse_server.baselines.entries import Outcome
from posse_server.baselines.read import Misplaced, baseline_path
from posse_server.baselines.write import Refused
from posse_server.project.workspace import Place


@dataclass(frozen=True, slots=True)
class Target:
    """A baseline: its file, the folder that it names files from and must lie in, how it hides findings."""

    path: Path
    root: Path
    matching: Matching

    @classmethod
    def of(cls, place: Place) -> Target:
        """The baseline for a file. Raises Refused where it is in no workspace folder, or must not be written."""
        if place.root is None or place.location is None:
            raise Refused("There is no baseline for a file that lies in no folder of the workspace.")
        policy = place.configuration.policy
        try:
            path = baseline_path(policy, place.root)
        except Misplaced as error:
            raise Refused(str(error)) from None
        return cls(path, place.root, policy.matching)

    def outcome(self) -> Outcome:
        """What was found for it; nothing yet."""
        return Outcome(self.root, self.matching)
