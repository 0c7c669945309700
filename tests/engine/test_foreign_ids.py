"""`foreign_ids`: IDs of other tools' checks are known and harmless, and silence nothing of Posse's."""

from __future__ import annotations

import pytest

from posse_checks.analysis.comments import comments_in
from posse_checks.config.configuration import EMPTY_SELECTION, Configuration
from posse_checks.config.reader import read_toml, read_yaml
from posse_checks.config.selection import select
from posse_checks.incremental.check_file import check_module
from posse_checks.incremental.document import Document
from posse_checks.nosec.lint import remarks_in
from posse_checks.nosec.write import suppressing_edit

FOREIGN = "posse: {foreign_ids: [C100, 'TBT*', hardcoded_aws_key]}\n"
SHELL = "import subprocess\nsubprocess.run(command, shell=True)  # nosec "


def configured(text: str) -> Configuration:
    parsed = read_yaml(text)
    assert parsed.configuration is not None and not parsed.problems, parsed.problems
    return parsed.configuration


def shown(comment: str, configuration: Configuration) -> set[str]:
    """The IDs of the findings that a comment leaves, which are the same in a scan and in an editor."""
    source = f"{SHELL}{comment}\n"
    catalogue = configuration.catalogue_for("./a.py")
    checked = check_module(source.encode(), catalogue)
    assert isinstance(checked, list)
    document = Document.opened(source, catalogue)
    ids = {item.finding.rule.id for item in checked if item.suppressed_by is None and item.finding.line == 2}
    assert ids == {found.rule.id for found in document.findings() if found.line == 2}
    return ids


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("C100", {"B602"}),
        ("TBT001", {"B602"}),
        ("hardcoded_aws_key", {"B602"}),
        ("C100, TBT001", {"B602"}),
        ("C100, B602", set()),
        ("B602 C100", set()),
        ("C100 since the key is a sample", {"B602"}),
        ("C101", set()),
        ("", set()),
        ("C100,B602", set()),
    ],
)
def test_comment_with_foreign_ids_silences_nothing_of_posses(comment: str, left: set[str]) -> None:
    assert shown(comment, configured(FOREIGN)) == left


def test_without_the_option_comments_are_read_as_bandit_reads_them() -> None:
    assert shown("C100", Configuration()) == set()
    assert comments_in("x  # nosec C100\n").nosecs[1].ids == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        f"{FOREIGN}skips: [C100, TBT001]\n",
        f"{FOREIGN}tests: [B602, C100]\n",
        f"{FOREIGN}tests: [C100]\n",
        f"{FOREIGN}hardcoded_aws_key: {{keys: [one]}}\nTBT001: 3\n",
        "posse: {foreign_ids: [C100], per_file_ignores: {'tests/*': [C100]}, severity_map: {C100: low}}\n",
    ],
)
def test_configuration_may_name_foreign_ids(text: str) -> None:
    configuration = configured(text)
    assert select(configuration, EMPTY_SELECTION).rules == configuration.rules


def test_foreign_ids_in_toml() -> None:
    parsed = read_toml('[tool.bandit]\nskips = ["C100"]\n[tool.bandit.posse]\nforeign_ids = ["C100"]\n')
    assert parsed.configuration is not None and not parsed.problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("posse: {foreign_ids: ['*']}", "must contain IDs such as C100"),
        ("posse: {foreign_ids: [C-100]}", "must contain IDs such as C100"),
        ("posse: {foreign_ids: C100}", "must be a list"),
        ("posse: {foreign_ids: ['B*']}", "a check of Bandit, which stays on"),
        ("posse: {foreign_ids: [P101]}", "a check of Posse, which stays on"),
        ("posse: {foreign_ids: [C100]}\nskips: [D100]", "Unknown test ID `D100`."),
    ],
)
def test_mistakes_are_told_where_they_are(text: str, message: str) -> None:
    (problem,) = read_yaml(text).problems
    assert message in problem.message


def test_known_id_stays_known_whatever_pattern_includes_it() -> None:
    parsed = read_yaml("posse: {foreign_ids: ['B*']}")
    assert parsed.configuration is not None
    assert shown("B602", parsed.configuration) == set()
    assert shown("B9", parsed.configuration) == {"B602"}


def test_suppression_joins_a_comment_with_a_foreign_id() -> None:
    document = Document.opened(f"{SHELL}C100\n", configured(FOREIGN).catalogue_for("./a.py"))
    (finding,) = [found for found in document.findings() if found.rule.id == "B602"]
    edit = suppressing_edit(document, finding)
    assert str(document.replaced([edit]).text).endswith("# nosec C100, B602\n")


def test_foreign_id_is_neither_unknown_nor_unused() -> None:
    configuration = configured(FOREIGN)
    document = Document.opened("x = 1  # nosec C100 a sample\n", configuration.catalogue_for("./a.py"))
    assert remarks_in(document, configuration.policy.nosec) == []
    without = Document.opened("x = 1  # nosec C100 a sample\n", Configuration().catalogue_for("./a.py"))
    assert remarks_in(without, configuration.policy.nosec) != []
