"""Sources of a scan's settings: `-c` with YAML or TOML, profiles, `.bandit` files; all as in Bandit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan.compare import content_of, text_of
from tests.scan.conftest import Outcome, Run

pytestmark = pytest.mark.usefixtures("project")


def assert_alike(theirs: Outcome, ours: Outcome) -> None:
    """The same status and report; where Bandit fails with a traceback, Posse says what is wrong."""
    if "Traceback" in theirs.err and not theirs.out:
        assert ours.status == 2, ours
    else:
        assert ours.status == theirs.status, (theirs, ours)
    assert "Traceback" not in ours.err
    if ours.status == 2:
        assert not ours.out
        assert all(line.startswith("posse: ") for line in ours.err.splitlines())
        assert ours.err.strip()
    elif ours.out.startswith("{"):
        assert content_of(ours.out) == content_of(theirs.out)
    else:
        assert text_of(ours.out) == text_of(theirs.out)


CONFIGURATIONS = [
    "{}",
    "tests: [B101, B602]",
    "skips: [B101]",
    "tests: [B101]\nskips: [B602]",
    "tests: [B101]\nskips: [B101]",
    "tests: []\nskips:\nexclude_dirs:\ninclude:\n",
    "tests: [B001]",
    "skips: [B001]",
    "tests: [B9999]",
    "tests: [assert_used]",
    "tests: [assert_used, B602]",
    "skips: [assert_used]",
    "exclude_dirs: [pkg]",
    "exclude_dirs: [./pkg/tests, '*/generated/*']",
    "exclude_dirs: ['']",
    "include: ['*.py', '*.pyw']",
    "include: ['*.txt', './gen*']",
    "include: '*.py'",
    "assert_used: {skips: ['*/test_*.py', './app.py']}",
    "assert_used: {}",
    "assert_used:",
    "assert_used: {skips: abc}",
    "assert_used: {skips: [1]}",
    "assert_used: [a]",
    "try_except_pass: {check_typed_exception: true}",
    "try_except_pass: {check_typed_exception: 1}",
    "hardcoded_tmp_directory: {tmp_dirs: [/scratch]}",
    "shell_injection: {subprocess: [], shell: [os.system], no_shell: []}",
    "shell_injection: {}",
    "skips: B101",
    "unknown: 1\nskips: [B101]",
    # what stops
    "tests: B101",
    "skips: [[B101]]",
    "exclude_dirs: pkg",
    "exclude_dirs: [1]",
    "- a",
    "a text",
    "a: [",
    "a: !!python/object:os.system {}",
    "\t",
    "profiles: [a]",
    "profiles: {a: [b]}",
    "profiles: {a: {include: [blacklist_calls]}}",
]


@pytest.mark.parametrize("source", CONFIGURATIONS)
def test_yaml_means_what_it_means_to_bandit(source: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "conf").write_text(source)
    arguments = ("-r", ".", "-c", "conf", "-f", "json")
    assert_alike(bandit(*arguments), posse(*arguments))


@pytest.mark.parametrize(
    "flags",
    ["-t B101", "-s B101", "-s B404", "-t B404 -s B602", "-x ./pkg", "-x generated/", "-t B999"],
)
def test_command_line_adds_to_the_configuration(flags: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "conf.yml").write_text("tests: [B101, B108]\nskips: [B404]\nexclude_dirs: [./generated]\n")
    arguments = (*flags.split(), "-r", ".", "-c", "conf.yml", "-f", "json")
    assert_alike(bandit(*arguments), posse(*arguments))


PROFILES = """
tests: [B404]
skips: [B101]
profiles:
  ids: {include: [B101, B602]}
  names: {include: [assert_used, hardcoded_tmp_directory], exclude: [any_other_function_with_shell_equals_true]}
  without: {exclude: [B101, assert_used]}
  empty: {}
  nothing: {include: , exclude: []}
  unknown: {include: [B101, no_such_test]}
  both: {include: [B101], exclude: [assert_used]}
  group: {include: [B001], exclude: [B404]}
  1: {include: [B101]}
"""


@pytest.mark.parametrize(
    "flags",
    [
        *("-p ids", "-p names", "-p without", "-p empty", "-p nothing", "-p unknown", "-p both", "-p group", "-p 1"),
        *("-p nowhere", "-p ids -t B108", "-p ids -s B101", "-p without -t B101", "-p ids -s B404"),
    ],
)
def test_profile_selects(flags: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "conf").write_text(PROFILES)
    arguments = (*flags.split(), "-r", ".", "-c", "conf", "-f", "json")
    assert_alike(bandit(*arguments), posse(*arguments))


def test_profile_with_blocklists_of_its_own_stops_only_where_it_is_chosen(project: Path, posse: Run) -> None:
    (project / "conf").write_text(
        "profiles: {old: {include: [blacklist_calls]}, new: {include: [B101], exclude: [blacklist_imports]}}\n"
        "blacklist_calls: {bad_name_sets: []}\nblacklist_imports: {bad_import_sets: []}\n"
    )
    assert posse("app.py", "-c", "conf", "-p", "old").status == 2
    assert posse("app.py", "-c", "conf", "-p", "new").status == 1


TABLES = [
    "[tool.bandit]\nskips = ['B101']\nexclude_dirs = ['generated']\n[tool.bandit.assert_used]\nskips = ['*/app.py']",
    "[tool.bandit]\ntests = ['B101', 'B9999']\n[tool.bandit.assert_used]\nskips = ['*/app.py']",
    "[tool.bandit.profiles.one]\ninclude = ['assert_used']",
    "[tool.other]",
    "",
    "[tool.bandit]\ntests = 'B101'",
    "[tool.bandit",
    "tool = 1",
    "[tool]\nbandit = 1",
]


@pytest.mark.parametrize("source", TABLES)
def test_toml_means_what_it_means_to_bandit(source: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "pyproject.toml").write_text(source)
    arguments = ["-r", ".", "-c", "pyproject.toml", "-f", "json"]
    assert_alike(bandit(*arguments), posse(*arguments))
    if "profiles" in source:
        assert_alike(bandit(*arguments, "-p", "one"), posse(*arguments, "-p", "one"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("tests: [B1O1, B602]", "posse: conf:1: Unknown test ID `B1O1`. Did you mean B101?\n"),
        ("\nskips: [assert_used]", "posse: conf:2: `assert_used` is a test's name. Use its ID here: B101.\n"),
        ("a: [", "posse: conf:1: Invalid YAML: expected the node content, but found '<stream end>'.\n"),
    ],
)
def test_mistake_is_told_with_its_line(source: str, said: str, project: Path, posse: Run) -> None:
    (project / "conf").write_text(source)
    assert posse("app.py", "-c", "conf").err == said


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\0", b"a: b\nc: \x80"])
def test_configuration_that_is_no_text_stops(content: bytes, project: Path, posse: Run) -> None:
    (project / "conf").write_bytes(content)
    for path in ("conf", "."):
        outcome = posse("app.py", "-c", path)
        assert outcome.status == 2
        assert len(outcome.err.splitlines()) == 1


INI_FILES = [
    "[bandit]\nexclude = ./pkg\n",
    "[bandit]\nskips = B101,B404\n",
    "[bandit]\ntests = B101\nskips = B404\n",
    "[bandit]\ntests = B101, B404\n",
    "[bandit]\nrecursive = true\n",
    "[bandit]\nrecursive = false\nquiet = no\n",
    "[bandit]\nquiet = true\nignore-nosec = 1\n",
    "[bandit]\nconfigfile = conf\n",
    "[bandit]\nconfigfile = conf\nprofile = one\n",
    "[bandit]\nprofile = one\n",
    "[bandit]\ntargets = app.py,generated/model.py\n",
    "[bandit]\nexit-zero = true\nunknown = 1\n",
    "[bandit]\ntests =\n",
    "[bandit]\nexclude = %(x)s\n",
    "[other]\na = 1\n",
    "tests: [B101]\n",
    "",
    "[DEFAULT]\ntests = B101\n[bandit]\n",
]


@pytest.mark.parametrize("source", INI_FILES)
def test_ini_file_in_the_target_counts_as_in_bandit(source: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / "conf").write_text("skips: [B101]\nprofiles: {one: {include: [B101]}}\n")
    bandit("-r", "pkg", "-f", "json", "-o", "known.json")
    (project / ".bandit").write_text(source)
    for flags in ("-r .", "-r . -s B602 -x ./generated -n 2 -f json", "app.py ."):
        assert_alike(bandit(*flags.split()), posse(*flags.split()))


REPORT_OPTIONS = [
    "[bandit]\nnumber = 7\naggregate = vuln\nformat = json\n",
    "[bandit]\nnumber = 0\nformat = txt\nverbose = true\n",
    "[bandit]\nquiet = true\nskips = B101,B102,B105,B108,B404,B602\n",
    "[bandit]\nnumber = many\n",
]


@pytest.mark.parametrize("source", REPORT_OPTIONS)
def test_report_is_what_an_ini_file_says_that_is_named(source: str, project: Path, bandit: Run, posse: Run) -> None:
    (project / ".bandit").write_text(source)
    for flags in ("-r .", "-r . -s B602 -x ./generated -n 2 -f json", "app.py ."):
        assert_alike(bandit(*flags.split(), "--ini", ".bandit"), posse(*flags.split(), "--ini", ".bandit"))


def test_baseline_in_an_ini_file_hides_what_bandits_hides(project: Path, bandit: Run, posse: Run) -> None:
    """Except that Bandit compares names as they are written: for `-r .` it needs a baseline created with `-r .`."""
    for made, isolated in (("pkg", True), (".", True), (".", False)):
        (project / ".bandit").unlink(missing_ok=True)
        (project / "pkg" / "later.py").unlink(missing_ok=True)
        bandit("-r", made, "-f", "json", "-o", "known.json")
        (project / ".bandit").write_text("[bandit]\nbaseline = known.json\n")
        (project / "pkg" / "later.py").write_text("assert a\nassert b\nexec(c)\n")
        flags = ["-r", ".", *(["--isolated"] if isolated else [])]
        assert_alike(bandit("-r", "."), posse(*flags))


def test_ini_file_that_is_named_counts(project: Path, bandit: Run, posse: Run) -> None:
    (project / "my.ini").write_text("[bandit]\ntargets = app.py,pkg\nrecursive = yes\nskips = B101\n")
    (project / ".bandit").write_text("[bandit]\nskips = B404\n")
    for flags in ("--ini my.ini", "--ini my.ini generated", "--ini my.ini -s B404", "app.py"):
        assert_alike(bandit(*flags.split()), posse(*flags.split(), "--isolated"))


def test_several_ini_files_stop_an_isolated_scan(project: Path, bandit: Run, posse: Run) -> None:
    for folder in (".", "pkg/tests"):
        (project / folder / ".bandit").write_text("[bandit]\nskips = B101\n")
    for flags in ("-r .", ".", "-r pkg app.py", "-r . --ini .bandit"):
        assert_alike(bandit(*flags.split()), posse(*flags.split(), "--isolated"))
    assert "--ini" in posse("-r", ".", "--isolated").err
    assert posse("-r", ".").status == 1


@pytest.mark.parametrize(
    ("level", "status"), [("1", 1), ("2", 1), ("low", 1), ("3", 0), ("high", 0), ("9", 2), ("x", 2)]
)
def test_levels_in_an_ini_file_count(level: str, status: int, project: Path, posse: Run) -> None:
    """Bandit fails on them."""
    (project / "generated" / ".bandit").write_text(f"[bandit]\nlevel = {level}\nrecursive = 1\n")
    assert posse("generated").status == status
    (project / "generated" / ".bandit").write_text(f"[bandit]\nconfidence = {level}\noutput = out.txt\n")
    outcome = posse("-r", "generated")
    assert outcome.status == (2 if status == 2 else 1)
    assert not (project / "out.txt").exists()
    outcome = posse("-r", "generated", "--ini", "generated/.bandit")
    assert outcome.status == (2 if status == 2 else 1)
    assert (project / "out.txt").exists() is (status != 2)
