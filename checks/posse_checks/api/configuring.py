"""The configuration that a caller of the library gives, as text or as a value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from posse_checks.config.configuration import CatalogueCache, Configuration
from posse_checks.config.problem import Problem
from posse_checks.config.reader import read_toml, read_yaml

MAXIMUM_CHARACTERS = 1 << 16
"""Limit for a configuration: YAML is slow to parse."""
TEXTS_KEPT = 8
"""Number of texts whose configurations are kept, so that checking many files under one parses it once."""


class ConfigurationError(ValueError):
    """A configuration has mistakes; `problems` has each of them with its position."""

    def __init__(self, filename: str, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{filename}:{problem.line + 1}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


def parse_configuration(text: str, *, filename: str = "bandit.yaml") -> Configuration:
    """Parses a configuration in YAML or, if the file name ends in `.toml`, in the table `tool.bandit` of a TOML file.

    Raises ConfigurationError for any mistake in it. A key that Posse does not know is not one: it may be for a plugin.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        message = f"The configuration has more than {MAXIMUM_CHARACTERS:,} characters."
        raise ConfigurationError(filename, [Problem(0, 0, 0, 0, message)])
    reading = read_toml(text) if filename.endswith(".toml") else read_yaml(text)
    problems = [problem for problem in reading.problems if not problem.is_hint]
    if problems or reading.configuration is None:
        raise ConfigurationError(filename, problems)
    return reading.configuration


class Setup:
    """A configuration, with its rules compiled."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.catalogues = CatalogueCache(configuration)


def setup_for(configuration: Configuration | str | None) -> Setup:
    """Returns the setup for what a caller gave. Raises ConfigurationError if it is a text with mistakes."""
    if configuration is None:
        return _default()
    return _parsed(configuration) if isinstance(configuration, str) else Setup(configuration)


@cache
def _default() -> Setup:
    """All rules but the optional ones, for any file: without a configuration, no one has excluded the file."""
    return Setup(Configuration(excluded=()))


@lru_cache(maxsize=TEXTS_KEPT)
def _parsed(text: str) -> Setup:
    return Setup(parse_configuration(text))
