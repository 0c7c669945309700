"""`posse bandit` and Bandit's own command: the same output, log, status and files for the same words."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bandit.conftest import Run
from tests.bandit.project import APP, FILES, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and compares paths")


@pytest.fixture(autouse=True)
def project(folder: Path) -> None:
    write(folder)


FORMATS = ("csv", "custom", "html", "json", "sarif", "screen", "txt", "xml", "yaml")
WORDS = [
    "",
    "-h",
    "--help",
    "--version",
    # targets
    "app.py",
    "./app.py",
    "app.py ./app.py app.py",
    "app.py broken.py nowhere.py .",
    ".",
    "-r .",
    "-r ./",
    "-r pkg",
    "-r pkg/",
    "-r pkg app.py",
    "-r pkg pkg/tests",
    "pkg/window.pyw notes.txt",
    "-r nowhere",
    "-r .hidden .git",
    "-r venv",
    "'two words.py'",
    "link.py gone.py",
    "-r app.py",
    "''",
    "pkg/../app.py",
    "empty.py clean.py no_end.py",
    "nul.py wrong.py latin.py mark.py cookie.py crlf.py tab.py late.py",
    "wrong.py late.py nul.py --ignore-nosec",
    "sql.py blanket.py",
    "-r . -v",
    "\N{LATIN SMALL LETTER E WITH ACUTE}.py",
    # checks and levels
    "app.py -t B101",
    "app.py -t B101,B602 -s B602",
    "app.py -t B101,X",
    "app.py -t X",
    "app.py -t assert_used",
    "app.py -s assert_used",
    "app.py -s B101,,B404",
    "app.py -t ''",
    "app.py -t B001",
    "app.py -s B001",
    "app.py -t B001,B101",
    "app.py -t B301,B404",
    "app.py -s B301",
    "app.py -t B109,B111",
    "app.py -t P101",
    "app.py -t b101",
    "app.py -t ' B101'",
    "app.py -l",
    "app.py -ll",
    "app.py -lll",
    "app.py -i -ll",
    "app.py -iii",
    "app.py --severity-level all --confidence-level all",
    "app.py --severity-level low",
    "app.py --severity-level high --confidence-level high",
    "app.py --severity-level medium -ii",
    "app.py --exit-zero",
    "clean.py --exit-zero -q",
    "app.py --ignore-nosec",
    "blanket.py --ignore-nosec -f json",
    # reports
    "app.py -q",
    "app.py -v",
    "-r . -v -x pkg",
    "clean.py -v",
    "app.py -n 0",
    "app.py -n 1",
    "app.py -n -5",
    "app.py -n 100 -f json",
    "app.py -a vuln -f json",
    "-r pkg app.py sql.py -a vuln -f yaml",
    "app.py -a file",
    "app.py -o -",
    "app.py -f json -o -",
    "app.py -o no/x",
    "app.py -o pkg",
    "app.py -o ''",
    "app.py -q -f json -o report.json",
    "broken.py -q",
    "broken.py -f json",
    "-f custom app.py --msg-template '{line:d} {foo} {{x}}'",
    "-f custom app.py --msg-template '{line'",
    "-f custom app.py --msg-template 'abc'",
    "-f custom app.py --msg-template '{abspath} {relpath:20.20s} {line:03} {test_id:^8} {msg:>20} {range} {cwe}'",
    "-f custom app.py --msg-template '{severity!r} {confidence} {col} {end_col}'",
    "-f custom app.py --msg-template '{sevrity} {tset_id}'",
    "-f custom app.py --msg-template ''",
    "-f custom app.py --msg-template '}'",
    "-f custom app.py --msg-template '{line:s}'",
    "app.py --msg-template x",
    # the command line itself
    "app.py -f morse",
    "app.py -n many",
    "app.py -v -q",
    "app.py -l --severity-level low",
    "app.py --severity-level nope",
    "app.py --no-such-flag",
    "app.py --form json",
    "app.py --conf x",
    "app.py --i",
    "app.py -a",
    "app.py -fjson -q",
    "app.py --format=json --quiet",
    "-rq pkg",
    "-r -- pkg",
    "app.py -a other",
    "app.py --isolated",
    "app.py --silent",
    "-c",
    # exclusions
    "-r . -x pkg",
    "-r . -x ./pkg",
    "-r . -x ./pkg,app.py -f json",
    "-r . -x '*/tests/*' -f json",
    "-r . -x ''",
    "-r . -x /tests/",
    "-r . -x '[ab]pp.py'",
    "app.py broken.py -x app.py",
    "app.py -x '*'",
    "-r pkg -x pkg/tests/ -v",
    # configurations
    *(
        f"-c {name} app.py"
        for name in sorted(FILES)
        if name.endswith((".yaml", ".toml")) and name not in ("empty.yaml", "format.yaml")
    ),
    "-c format.yaml app.py -q",
    "-c latin.yaml app.py",
    "-c wide.yaml app.py",
    "-c nowhere.yaml app.py",
    "-c pkg app.py",
    "-c skips.yaml app.py -f json",
    "-c skips.yaml app.py -t B101",
    "-c tests.yaml app.py -s B602",
    "-c exclude.yaml -r . -v",
    "-c include.yaml -r . -v",
    "-c ok.toml -r pkg -v",
    "-c skips.yaml",
    "-c broken.yaml",
    "-c profiles.yaml -p one app.py",
    "-c profiles.yaml -p two app.py",
    "-c profiles.yaml -p three app.py",
    "-c profiles.yaml -p nowhere app.py",
    "-p one app.py",
    "-c skips.yaml -p one app.py",
    *(
        f"-c legacy.yaml -p {name} app.py pkg/module.py"
        for name in ("names", "calls", "imports", "function", "without", "neither", "both")
    ),
    "-c legacy.yaml app.py",
    "-c no_data.yaml app.py",
    # .bandit files
    *(f"--ini {name} app.py" for name in sorted(FILES) if name.startswith("ini/") and "quiet" not in name),
    "--ini ini/targets.ini",
    "--ini ini/targets.ini -x app.py",
    "--ini ini/tests.ini -r pkg",
    "--ini ini/quiet.ini clean.py",
    "--ini nowhere.ini app.py",
    "--ini pkg app.py",
    "--ini ini/bandit.ini -s B602 app.py",
    *(f"-r found{number}" for number in ("", 2, 3, 4, 5)),
    "-r found -s B403",
    "-r found --ini ini/bandit.ini",
    "found/a.py",
    # baselines
    *(f"-b {name} app.py -q" for name in sorted(FILES) if name.endswith(".json")),
    "-b nowhere.json app.py",
    "-b pkg app.py",
    *(f"-b base.json -f {name} app.py" for name in FORMATS),
]


@pytest.mark.parametrize("words", WORDS)
def test_the_same_for_words(words: str, bandit: Run, posse: Run) -> None:
    given = shlex.split(words)
    assert posse(*given) == bandit(*given)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("words", ["", "-v", "-q", "-o report", "-n 1 -ll", "clean.py -q", "-a vuln"])
def test_the_same_in_format(name: str, words: str, bandit: Run, posse: Run) -> None:
    files = ["app.py", "sql.py", "broken.py", "crlf.py", "pkg/module.py"] if "clean" not in words else []
    given = ["-f", name, *words.split(), *files]
    theirs = bandit(*given)
    if name == "screen":  # opens the file, and writes nothing to it
        theirs = replace(theirs, files={})
    assert posse(*given) == theirs


SOURCES = {
    "code": b"import pickle\nassert 1\n",
    "no end": b"assert 1",
    "nothing": b"",
    "broken": b"def (:\n",
    "a mark": b"\xef\xbb\xbfassert 1\n",
    "late": b"x = 1\n\n\n\nassert '\xe9'\n",
    "cookie": b"# coding: nothing\nassert x\n",
    "wrong": b"assert '\xe9'\n",
    "nosec": b"assert 1  # nosec\nassert 2  # nosec B101\nassert 3  # nosec B602\n",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("words", ["-", "- -f json", "- app.py -f csv", "- -q -f sarif", "-r -"])
def test_the_same_for_standard_input(source: bytes, words: str, bandit: Run, posse: Run) -> None:
    assert posse(*words.split(), stdin=source) == bandit(*words.split(), stdin=source)


@pytest.mark.parametrize("name", ["txt", "screen", "json", "html", "custom"])
@pytest.mark.parametrize("change", ["same", "one more", "twice", "gone"])
def test_the_same_against_a_report(name: str, change: str, folder: Path, bandit: Run, posse: Run) -> None:
    bandit_report = bandit("-f", "json", "-o", "known.json", "app.py", "pkg/module.py").files["known.json"]
    (folder / "known.json").write_text(bandit_report)
    more = {"same": "", "one more": "import telnetlib\n", "twice": "assert x\nassert y\n", "gone": ""}[change]
    (folder / "app.py").write_text("" if change == "gone" else APP + more)
    if change == "twice":
        (folder / "known.json").write_text(bandit_report.replace("Use of assert detected", "Other"))
    given = ["-b", "known.json", "-f", name, "app.py", "pkg/module.py"]
    assert posse(*given) == bandit(*given)


CRASHING = [
    "app.py -o -q",
    "-f custom app.py --msg-template '{}'",
    "-f custom app.py --msg-template '{0}'",
    "-f custom app.py --msg-template '{line.x}'",
    "-c empty.yaml app.py",
    "-b latin.json app.py",
    "-c latin.toml app.py",
]


@pytest.mark.parametrize("words", CRASHING)
def test_where_bandit_crashes_one_line_and_status_2(words: str, bandit: Run, posse: Run) -> None:
    given = shlex.split(words)
    theirs, ours = bandit(*given), posse(*given)
    assert (theirs.status, "Traceback" in theirs.err) == (1, True)
    assert (ours.status, ours.out, ours.files) == (2, "", {})
    *log, last = ours.err.splitlines()
    assert "\tERROR\t" in last
    assert "\tERROR\t" not in "".join(log)


@pytest.mark.parametrize("name", FORMATS)
def test_standard_input_in_another_encoding_is_reported(name: str, posse: Run) -> None:
    ours = posse("-", "-f", name, stdin=b"# coding: latin-1\nassert '\xe9'\n")
    assert ours.status == 1
    assert "B101" in ours.out


GENERATOR = [
    "",
    "-h",
    "--show-defaults",
    "-o new.yaml",
    "-o new.yaml -t B101,B102 -s B103",
    "-o new.yaml -t X",
    "-o new.yaml -s X",
    "-o new.yaml -t assert_used",
    "-o new.yaml -t B101 -s B101",
    "-o new.yaml -t ''",
    "-o skips.yaml",
    "-o no/x.yaml",
    "-o new.yaml --show-defaults",
    "--no-such-flag",
    "-o",
    "-o new.yaml more",
]


@pytest.mark.parametrize("words", GENERATOR)
def test_the_same_generated(words: str, bandit: Run, posse: Run) -> None:
    given, command = shlex.split(words), "bandit-config-generator"
    theirs = bandit(*given, command=command)
    if "ERROR" in theirs.out:  # opens the file before it knows whether there is anything to write
        theirs = replace(theirs, files={})
    assert posse(*given, command=command) == theirs
