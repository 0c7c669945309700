"""The baseline that a file's findings go to."""

from __future__ import annotations

from posse_server.baselines.read import BaselineFile, MisplacedBaselineError
from posse_server.baselines.write import BaselineWriteError
from posse_server.project.effective import EffectiveConfig


def target_of(config: EffectiveConfig) -> BaselineFile:
    """Returns the baseline for the findings of a file.

    Raises BaselineWriteError for a file in no workspace folder, or a refused path.
    """
    if config.root is None or config.location is None:
        raise BaselineWriteError(
            "A baseline belongs to a workspace folder, and this file is in none. Open its folder first."
        )
    try:
        return BaselineFile.of(config.configuration.policy, config.root)
    except MisplacedBaselineError as error:
        raise BaselineWriteError(str(error)) from None
