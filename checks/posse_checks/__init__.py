"""Posse's engine: Bandit's checks over text that changes, as a library without protocol.

`check_source`, `check_file` and `fixes_for` are its face, which docs/api.md describes. A module is loaded when one of
its names is used for the first time, so that importing this package costs nothing.
"""

__version__ = "0.1.0"
"""The version of everything: the distribution, the server, the extension for VS Code."""

TYPE_CHECKING = False
"""True for type checkers; importing it from `typing` would be most of what importing this package costs."""

if TYPE_CHECKING:
    from posse_checks.api.checking import BaselineError, CheckResult, SyntaxProblem, check_file, check_source
    from posse_checks.api.configuring import ConfigurationError, parse_configuration
    from posse_checks.api.fixing import apply_fix, fixes_for
    from posse_checks.api.reading import UnreadableFileError
    from posse_checks.config.configuration import Configuration
    from posse_checks.rule.declaration import Rule
    from posse_checks.rule.finding import Finding, Level
    from posse_checks.rule.fix import Fix, Safety

__all__ = [
    "BaselineError",
    "CheckResult",
    "Configuration",
    "ConfigurationError",
    "Finding",
    "Fix",
    "Level",
    "Rule",
    "Safety",
    "SyntaxProblem",
    "UnreadableFileError",
    "apply_fix",
    "check_file",
    "check_source",
    "fixes_for",
    "parse_configuration",
]

if not TYPE_CHECKING:
    _MODULES = {
        "posse_checks.api.checking": ("BaselineError", "CheckResult", "SyntaxProblem", "check_file", "check_source"),
        "posse_checks.api.configuring": ("ConfigurationError", "parse_configuration"),
        "posse_checks.api.fixing": ("apply_fix", "fixes_for"),
        "posse_checks.api.reading": ("UnreadableFileError",),
        "posse_checks.config.configuration": ("Configuration",),
        "posse_checks.rule.declaration": ("Rule",),
        "posse_checks.rule.finding": ("Finding", "Level"),
        "posse_checks.rule.fix": ("Fix", "Safety"),
    }

    def __getattr__(name):  # noqa: ANN001, ANN202
        """Loads one of the library's names."""
        from importlib import import_module

        for module, names in _MODULES.items():
            if name in names:
                return getattr(import_module(module), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():  # noqa: ANN202
        return sorted({*globals(), *__all__})
