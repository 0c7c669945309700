"""Which of Bandit's unit tests no command can answer, and why. docs/deviations.md has the same."""

from __future__ import annotations

from collections.abc import Mapping

CALLS_FUNCTIONS = "call functions inside Bandit, most of them with parts replaced by mocks"
FORMATTERS = "call Bandit's formatters with issues that they make up"
PLUG_INS = "are about the Python interface of Bandit's plug-ins"

LEFT_OUT: Mapping[str, tuple[str, int]] = {
    "unit/cli/test_baseline.py": (CALLS_FUNCTIONS, 9),
    "unit/cli/test_config_generator.py": (CALLS_FUNCTIONS, 6),
    "unit/cli/test_main.py": (CALLS_FUNCTIONS, 16),
    "unit/core/test_blacklisting.py": (PLUG_INS, 2),
    "unit/core/test_config.py": (CALLS_FUNCTIONS, 26),
    "unit/core/test_context.py": (PLUG_INS, 19),
    "unit/core/test_docs_util.py": (CALLS_FUNCTIONS, 3),
    "unit/core/test_issue.py": (PLUG_INS, 7),
    "unit/core/test_manager.py": (CALLS_FUNCTIONS, 20),
    "unit/core/test_meta_ast.py": (CALLS_FUNCTIONS, 2),
    "unit/core/test_test_set.py": (PLUG_INS, 14),
    "unit/core/test_util.py": (PLUG_INS, 30),
    "unit/formatters/test_csv.py": (FORMATTERS, 1),
    "unit/formatters/test_custom.py": (FORMATTERS, 1),
    "unit/formatters/test_html.py": (FORMATTERS, 3),
    "unit/formatters/test_json.py": (FORMATTERS, 1),
    "unit/formatters/test_sarif.py": (FORMATTERS, 1),
    "unit/formatters/test_screen.py": (FORMATTERS, 4),
    "unit/formatters/test_text.py": (FORMATTERS, 4),
    "unit/formatters/test_xml.py": (FORMATTERS, 1),
    "unit/formatters/test_yaml.py": (FORMATTERS, 1),
}
"""For each file of unit tests, why tests in it are left out, and how many."""

ANSWERED: Mapping[str, frozenset[str]] = {
    "unit/cli/test_baseline.py": frozenset(
        {"test_bandit_baseline", "test_main_no_parent_commit", "test_main_non_repo"}
    ),
    "unit/cli/test_main.py": frozenset(
        {
            "test_main_config_unopenable",
            "test_main_invalid_config",
            "test_main_invalid_output_format",
            "test_main_profile_not_found",
        }
    ),
    "unit/core/test_manager.py": frozenset({"test_run_tests_ioerror"}),
}
"""The unit tests that a command answers. All functional tests are answered."""
