"""The library returns the results of the editor and the scan, as frozen values, and loses nothing."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest

import posse_checks
from posse_checks import CheckResult, check_file, check_source
from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.config.configuration import Configuration
from posse_checks.incremental.check_file import check_module
from posse_checks.python.syntax import Broken
from posse_checks.rule.documentation import BAD, documentation_of

CHECKS = Path(posse_checks.__file__).parents[1]
PROGRAMS = [
    example.code for rule in bandit_rules().values() for example in documentation_of(rule.docstring).examples(BAD)
]


def ids(findings: tuple[posse_checks.Finding, ...]) -> list[str]:
    return [finding.rule.id for finding in findings]


def test_importing_the_package_loads_nothing_else() -> None:
    script = "import sys; before = set(sys.modules); import posse_checks; print(*set(sys.modules) - before)"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=CHECKS, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == ["posse_checks"]


def test_every_name_of_the_package_is_there_and_no_other() -> None:
    assert all(getattr(posse_checks, name) is not None for name in posse_checks.__all__)
    assert set(posse_checks.__all__) <= set(dir(posse_checks))
    with pytest.raises(AttributeError, match="no attribute 'check_everything'"):
        _ = posse_checks.check_everything  # type: ignore[attr-defined]


def test_findings_are_those_of_a_scan() -> None:
    catalogue = Catalogue(Configuration().rules)
    for program in PROGRAMS:
        scanned = check_module(program.encode(), catalogue)
        assert not isinstance(scanned, Broken)
        result = check_source(program)
        assert result.findings == tuple(item.finding for item in scanned if item.suppressed_by is None)
        assert result.suppressed == tuple(item.finding for item in scanned if item.suppressed_by is not None)
        assert result.is_complete


def test_a_result_is_frozen_and_equal_to_one_of_the_same_source() -> None:
    result = check_source("assert user\n", filename="a.py")
    assert result == check_source(b"assert user\n", filename="a.py")
    assert "document" not in repr(result)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.filename = "b.py"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("source", "found", "broken"),
    [
        ("exec(a)\nif b\nassert c\n", ["B102", "B101"], [2]),
        ("exec(a)\ndef f(:\n    exec(b)\nassert c\n", ["B102", "B102", "B101"], [2]),
        ("x = (\n", [], [1]),
        ("exec(a)\n" + "x = " + "(" * 5000 + "\n", ["B102"], [2]),
        (b"exec(a)\n\xff\n", [], [2]),
        (b"# coding: nonsense\nexec(a)\n", [], [1]),
        ("", [], []),
    ],
)
def test_what_does_not_parse_is_part_of_the_result(source: str | bytes, found: list[str], broken: list[int]) -> None:
    result = check_source(source)
    assert ids(result.findings) == found
    assert [problem.line for problem in result.syntax_problems] == broken
    assert all(problem.message for problem in result.syntax_problems)
    assert result.is_complete == (not broken)


@pytest.mark.parametrize(
    ("configuration", "filename", "found"),
    [
        (None, "a.py", ["B101", "B102"]),
        ("skips: [B101]", "a.py", ["B102"]),
        ("tests: [B101]", "a.py", ["B101"]),
        ("posse:\n  minimum_severity: medium", "a.py", ["B102"]),
        ("posse:\n  per_file_ignores: {'tests/**': [B101]}", "tests/a.py", ["B102"]),
        ("posse:\n  per_file_ignores: {'tests/**': [B101]}", "a.py", ["B101", "B102"]),
        ("posse:\n  per_file_ignores: {'tests/**': [B101]}", "./tests\\a.py", ["B102"]),
        (Configuration(tests=frozenset({"B102"})), "a.py", ["B102"]),
    ],
)
def test_configuration(configuration: Configuration | str | None, filename: str, found: list[str]) -> None:
    result = check_source("assert a\nexec(b)\n", filename=filename, configuration=configuration)
    assert ids(result.findings) == found


def test_comments_are_ignored_on_request() -> None:
    result = check_source("exec(a)  # nosec\n", configuration=Configuration(ignore_nosec=True))
    assert (ids(result.findings), result.suppressed) == (["B102"], ())


def test_patterns_see_paths_as_bandit_does() -> None:
    assert check_source("pass\n", filename="lib/a.py", configuration="exclude_dirs: ['./lib/*']").excluded_by
    assert check_source("pass\n", filename="/lib/a.py", configuration="exclude_dirs: ['/lib/*']").excluded_by
    assert check_source("pass\n", filename="/lib/a.py", configuration="exclude_dirs: ['./lib/*']").is_complete


def test_an_excluded_file_is_not_checked_and_says_so() -> None:
    result = check_source("exec(a)\n", filename="vendor/a.py", configuration="exclude_dirs: [vendor]")
    assert (result.findings, result.excluded_by, result.is_complete) == ((), "vendor", False)
    assert ids(check_source("exec(a)\n", filename="/src/.git-mirror/a.py").findings) == ["B102"]


@pytest.mark.parametrize("text", ["skips: [B999]", "- a list", "skips: [", "skips: [B101]  # " + "long" * 20_000])
def test_a_mistake_in_a_configuration_is_an_error_with_its_position(text: str) -> None:
    with pytest.raises(posse_checks.ConfigurationError, match=r"bandit\.yaml:\d+: ") as caught:
        check_source("pass\n", configuration=text)
    assert caught.value.problems


def test_a_key_that_is_unknown_may_be_for_a_plugin() -> None:
    assert check_source("pass\n", configuration="my_plugin: {a: 1}").is_complete


def baseline_of(result: CheckResult) -> str:
    entries = [
        {
            "filename": result.filename,
            "line_number": finding.line,
            "line_range": list(finding.line_range),
            "code": "",
            "test_id": finding.rule.id,
            "test_name": finding.rule.reported_as,
            "issue_severity": finding.severity.name,
            "issue_confidence": finding.confidence.name,
            "issue_cwe": {"id": finding.rule.cwe.value},
            "issue_text": finding.message,
        }
        for finding in result.findings
    ]
    return json.dumps({"results": entries})


def test_a_baseline_hides_as_many_findings_as_it_has_entries() -> None:
    known = baseline_of(check_source("exec(a)\n", filename="./a.py"))
    result = check_source("pass\nexec(a)\nexec(a)\n", filename="a.py", baseline=known)
    assert [finding.line for finding in result.baselined] == [2]
    assert [finding.line for finding in result.findings] == [3]
    assert ids(check_source("exec(a)\n", filename="b.py", baseline=known).findings) == ["B102"]
    for text in ("", "[]", "{}", '{"results": [{}]}'):
        with pytest.raises(posse_checks.BaselineError, match=r"Cannot use the baseline: .*\."):
            check_source("pass\n", baseline=text)


def test_a_file_is_checked_as_its_content(tmp_path: Path) -> None:
    file = tmp_path / "app.py"
    file.write_bytes("# coding: latin-1\nexec('é')  # nosec\nassert a\n".encode("latin-1"))
    result = check_file(file)
    assert result.filename == str(file)
    assert (ids(result.findings), ids(result.suppressed)) == (["B101"], ["B102"])
    assert result == check_file(str(file)) == check_source(file.read_bytes(), filename=str(file))
    assert check_file(file, filename="app.py").filename == "app.py"


def test_each_fix_gives_a_source_without_the_finding() -> None:
    fixed = 0
    for program in PROGRAMS:
        result = check_source(program)
        for finding in result.findings:
            for fix in posse_checks.fixes_for(result, finding):
                after = check_source(posse_checks.apply_fix(result, fix))
                assert after.is_complete
                fixed += 1
                if fix.keeps_finding:
                    continue
                same = [f.message for f in result.findings].count(finding.message)
                assert [f.message for f in after.findings].count(finding.message) < same
    assert fixed > 40


def test_a_fix_keeps_what_it_does_not_replace() -> None:
    source = "\ufeffimport requests  # é\r\nrequests.get(\turl )\r\n\x0c\r\n"
    result = check_source(source)
    (fix,) = posse_checks.fixes_for(result, result.findings[0])
    assert posse_checks.apply_fix(result, fix) == source.replace("url )", "url, timeout=10 )")


def test_a_finding_of_another_source_has_no_fixes_here() -> None:
    other = check_source("exec(a)\n").findings[0]
    for source, configuration in (("assert a\n", None), ("exec(a)\n", "exclude_dirs: [source]")):
        result = check_source(source, configuration=configuration)
        with pytest.raises(ValueError, match="not a finding of <source>"):
            posse_checks.fixes_for(result, other)
