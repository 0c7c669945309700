"""The findings of plug-ins in a file, from the process that runs them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from posse_checks.analysis.assessed import Assessed
from posse_checks.analysis.comments import comments_in
from posse_checks.incremental.check_file import decode
from posse_checks.python.syntax import Broken
from posse_checks.python.text import split_lines
from posse_server.plugins.findings import Reader
from posse_server.plugins.host import CHECK_SECONDS, Host
from posse_server.plugins.process import Order, ProcessError
from posse_server.plugins.question import Part, Question, Trouble
from posse_server.project.effective import EffectiveConfig

PART_OF_TIME_LIMIT = 4
"""The part of the time limit of a file that plug-ins may take: one that hangs is tried once more on its own."""


class PluginFindings(NamedTuple):
    """What plug-ins have found in a file."""

    assessed: Sequence[Assessed] = ()
    troubles: Sequence[Trouble] = ()


class PluginRunner:
    """Runs plug-ins on one file after the other."""

    def __init__(self, order: Order, time_limit: float) -> None:
        self._host = Host(order, min(CHECK_SECONDS, time_limit / PART_OF_TIME_LIMIT))

    def close(self) -> None:
        """End the process."""
        self._host.stop()

    def check(self, name: str, data: bytes, config: EffectiveConfig) -> PluginFindings:
        """Run the plug-ins that a configuration selects on the content of a file that Python can parse."""
        configuration = config.configuration
        source = decode(data)
        if isinstance(source, Broken) or configuration.policy.plugins is False:
            return PluginFindings()
        question = question_for(config, _as_bandit_names(name), [Part(data)])
        try:
            answer = self._host.check(question)
        except ProcessError as error:
            return PluginFindings(troubles=[Trouble(None, str(error))])
        found = Reader(self._host.checks).read(answer.findings[0] or (), split_lines(source))
        policy = configuration.policy
        left = [one for one in found if policy.is_ignored([one.rule.id], config.path) is None]
        comments = comments_in(source, configuration.ids)
        return PluginFindings([Assessed.under(comments, finding) for finding in left], answer.troubles)


def question_for(config: EffectiveConfig, name: str, parts: Sequence[Part]) -> Question:
    """Returns the parts of a file as a question to the checks that its configuration selects."""
    configuration = config.configuration
    return Question(
        name,
        parts,
        configuration.tests,
        own_include=configuration.selects_hosted,
        exclude=configuration.skips,
        options=configuration.written,
    )


def _as_bandit_names(name: str) -> str:
    """Returns the name that Bandit would give a file: the names of files in the working folder begin with a dot."""
    return name if os.path.isabs(name) or name.startswith(("./", "<")) else os.path.join(".", name)
