"""The baseline for a file's findings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posse_checks.config.policy import Matching
from posse_server.baselines.entries import Outcome
from posse_server.baselines.read import MisplacedBaselineError, baseline_path
from posse_server.baselines.write import BaselineWriteError
from posse_server.project.effective import EffectiveConfig


@dataclass(frozen=True, slots=True)
class Target:
    """A baseline: its file, the folder that its file names are relative to and it must be in, how it hides findings."""

    path: Path
    root: Path
    matching: Matching

    @classmethod
    def of(cls, config: EffectiveConfig) -> Target:
        """Returns the baseline for a file.

        Raises BaselineWriteError for a file in no workspace folder, or a refused path.
        """
        if config.root is None or config.location is None:
            raise BaselineWriteError("There is no baseline for a file that lies in no folder of the workspace.")
        policy = config.configuration.policy
        try:
            path = baseline_path(policy, config.root)
        except MisplacedBaselineError as error:
            raise BaselineWriteError(str(error)) from None
        return cls(path, config.root, policy.matching)

    def outcome(self) -> Outcome:
        """Returns an empty outcome for this baseline."""
        return Outcome(self.root, self.matching)
