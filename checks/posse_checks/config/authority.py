"""Who may set which option: a configuration found in the project may set less than one that the user names."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache

from posse_checks.analysis.registry import bandit_rules


class Authority(enum.Enum):
    """The sources from which an option is honored. The command line itself may set everything."""

    FOUND = "any configuration, including one found in the project"
    INSIDE = "any configuration; one found in the project may only name a file inside it"
    NAMED = "only a file named on the command line"
    BANDIT = "no configuration: only Bandit has this option"


INI_OPTIONS: Mapping[str, Authority] = {
    "targets": Authority.NAMED,
    "recursive": Authority.FOUND,
    "exclude": Authority.FOUND,
    "configfile": Authority.INSIDE,
    "profile": Authority.FOUND,
    "tests": Authority.FOUND,
    "skips": Authority.FOUND,
    "level": Authority.FOUND,
    "confidence": Authority.FOUND,
    "ignore-nosec": Authority.FOUND,
    "baseline": Authority.INSIDE,
    "format": Authority.NAMED,
    "output": Authority.NAMED,
    "number": Authority.NAMED,
    "aggregate": Authority.NAMED,
    "verbose": Authority.NAMED,
    "quiet": Authority.NAMED,
    "msg-template": Authority.BANDIT,
    "debug": Authority.BANDIT,
}
"""The options of `.bandit` files. `--ini` names such a file; without it, the scan looks for one in the targets."""

_KEYS: dict[str, Authority] = {
    "tests": Authority.FOUND,
    "skips": Authority.FOUND,
    "exclude_dirs": Authority.FOUND,
    "include": Authority.FOUND,
    "profiles": Authority.FOUND,
    "posse.baseline": Authority.INSIDE,
    "posse.matching": Authority.FOUND,
    "posse.per_file_ignores": Authority.FOUND,
    "posse.severity_map": Authority.FOUND,
    "posse.minimum_severity": Authority.FOUND,
    "posse.minimum_confidence": Authority.FOUND,
    "posse.nosec": Authority.FOUND,
    "posse.run": Authority.FOUND,
    "posse.notebooks": Authority.FOUND,
    "posse.show_syntax_errors": Authority.FOUND,
    "posse.flow": Authority.FOUND,
    "posse.flow_local": Authority.FOUND,
    "posse.flow_model": Authority.FOUND,
    "posse.foreign_ids": Authority.FOUND,
    "posse.show": Authority.FOUND,
    "posse.checks": Authority.FOUND,
    "posse.check_files": Authority.INSIDE,
    "posse.plugins": Authority.FOUND,
    "posse.evidence_severity": Authority.FOUND,
}


@cache
def key_authorities() -> Mapping[str, Authority]:
    """The keys of configurations in YAML and TOML, with the sections of rules.

    `-c`, or the editor's setting `configurationPath`, names such a file.
    """
    return _KEYS | {rule.section: Authority.FOUND for rule in bandit_rules().values() if rule.section}


def is_honored(option: str, *, is_named: bool) -> bool:
    """Whether an option of a `.bandit` file is honored; `INSIDE` still limits the path in a file that was found."""
    return is_named or INI_OPTIONS.get(option) in (Authority.FOUND, Authority.INSIDE)
