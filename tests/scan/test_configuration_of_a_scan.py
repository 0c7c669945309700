"""`scan/settings.py`, `scan/ini.py`, `scan/unmatched.py`: settings of a scan from the command line and from files."""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path

import pytest

from posse_server.project.files import FileTrees, find_files
from posse_server.scan.arguments import Arguments, add_arguments, finds_configuration, merged
from posse_server.scan.ini import ini_of
from posse_server.scan.settings import resolver_for
from posse_server.scan.unmatched import unmatched
from posse_server.system.console import CommandError


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def arguments_of(line: str) -> Arguments:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = parser.parse_args(line.split())
    ini = ini_of(given.ini, given.targets, FileTrees(), for_selection=not finds_configuration(given))
    return merged(given, ini)


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


@pytest.mark.parametrize(
    ("files", "line", "name", "skips"),
    [
        ({}, "a.py", "a.py", set()),
        ({}, "a.py -s B101", "a.py", {"B101"}),
        ({"bandit.yaml": "skips: [B101]"}, "a.py", "a.py", {"B101"}),
        ({"bandit.yaml": "skips: [B101]"}, "a.py -s B102", "a.py", {"B101", "B102"}),
        ({"bandit.yaml": "skips: [B101]"}, "a.py --isolated", "a.py", set()),
        (
            {"bandit.yaml": "skips: [B101]", "c.toml": "[tool.bandit]\nskips=['B102']"},
            "a.py -c c.toml",
            "a.py",
            {"B102"},
        ),
        ({"bandit.yaml": "skips: [B101]", "pkg/.bandit": "[bandit]\nskips=B102"}, "-r .", "./pkg/a.py", {"B102"}),
        ({"x.ini": "[bandit]\nskips=B102"}, "a.py --ini x.ini", "a.py", {"B102"}),
        ({"c.yml": "skips: [B101]\nprofiles: {p: {exclude: [B103]}}"}, "a.py -c c.yml -p p", "a.py", {"B103"}),
    ],
)
def test_each_file_has_the_configuration_that_is_named_or_nearest(
    files: dict[str, str], line: str, name: str, skips: set[str]
) -> None:
    write(files)
    resolver = resolver_for(arguments_of(line))
    assert resolver(name).configuration.skips == skips
    there = pickle.loads(pickle.dumps(resolver))
    assert there(name).configuration.skips == skips


@pytest.mark.parametrize(
    ("files", "line", "message"),
    [
        ({}, "a.py -p p", "the profile 'p' needs a configuration file; name it with -c"),
        ({}, "a.py -p p --isolated", "the profile 'p' needs a configuration file; name it with -c"),
        ({}, "a.py -t B101 -s B101", "both selected and skipped: B101"),
        ({}, "a.py -c no.yaml", "cannot read no.yaml: No such file or directory"),
        ({"bandit.yaml": "tests: [B101]"}, "a.py -s B101", "bandit.yaml: both selected and skipped: B101"),
        (
            {"bandit.yaml": "\nskips: 1"},
            "a.py",
            "bandit.yaml:2: `skips` must be a list of strings, such as `[one, two]`.",
        ),
        ({"c.yaml": "tests: [B101]\nskips: [B102]"}, "a.py -c c.yaml -s B101", "both selected and skipped: B101"),
        ({"x/.bandit": "[bandit]", "y/.bandit": "[bandit]"}, "-r . --isolated", "found several .bandit files"),
    ],
)
def test_a_configuration_that_cannot_be_used_ends_the_scan(files: dict[str, str], line: str, message: str) -> None:
    write(files)
    with pytest.raises(CommandError) as stopped:
        resolver_for(arguments_of(line))("a.py")
    assert str(stopped.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "honored", "ignored"),
    [
        ("skips = B101\nlevel = 2", {"skips", "level"}, ""),
        ("output = x.txt\nskips = B101", {"skips"}, "output"),
        ("targets = x", set(), ""),
        ("baseline = ../known.json", set(), "baseline"),
        ("configfile = ../c.yaml", set(), "configfile"),
        ("baseline = known.txt", set(), "baseline"),
    ],
)
def test_a_found_file_may_set_less_than_a_named_one(
    text: str, honored: set[str], ignored: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write({".bandit": f"[bandit]\n{text}\n"})
    assert set(ini_of(None, ["."], FileTrees(), for_selection=True).options) == honored
    message = f".bandit: ignored {ignored}; only a file named with --ini may set this"
    assert (message in capsys.readouterr().err) == bool(ignored)
    named = ini_of(".bandit", ["."], FileTrees(), for_selection=True).options
    assert set(named) == {line.split(" = ")[0] for line in text.splitlines()}


@pytest.mark.parametrize(
    ("text", "line", "messages"),
    [
        ("{}", "-r .", []),
        ("exclude_dirs: [pkg]", "-r .", []),
        ("exclude_dirs: [pgk]", "-r .", ["nothing matches `pgk` in `exclude_dirs`"]),
        ("posse: {per_file_ignores: {t_*: [B101]}}", "-r .", ["nothing matches `t_*` in `per_file_ignores`"]),
        ("posse: {per_file_ignores: {a*: [B101]}}", "-r .", []),
        ("exclude_dirs: [pgk]", "a.py", []),
        ("{}", "-r . -x zzz", ["nothing matches -x `zzz`"]),
        ("{}", "-r . -x pkg/*", ["nothing matches -x `pkg/*`; did you mean `./pkg/*`?"]),
    ],
)
def test_a_pattern_that_matches_nothing_is_reported(text: str, line: str, messages: list[str]) -> None:
    write({"bandit.yaml": text, "a.py": "", "pkg/b.py": ""})
    arguments = arguments_of(line)
    resolver = resolver_for(arguments)
    found = find_files(
        arguments.targets, FileTrees(), recursive=arguments.recursive, resolver=resolver, excluded=arguments.excluded
    )
    assert list(unmatched(found, arguments, resolver)) == messages
