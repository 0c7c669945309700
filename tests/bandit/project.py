"""A project whose files, configurations and reports are as varied as those that Bandit meets."""

from __future__ import annotations

from pathlib import Path

APP = """\
import os
import pickle
import subprocess
from hashlib import md5


def start(command, path, password="hunter2"):
    subprocess.run(command, shell=True)
    subprocess.run(
        ["ls", path],
        # a comment
        shell=True,
    )
    subprocess.run(command, shell=True)  # nosec
    subprocess.run(command, shell=True)  # nosec B602
    subprocess.run(command, shell=True)  # nosec B101
    os.chmod(path, 0o777)


def check(user):
    assert user
    assert user.admin  # nosec: B101, B602
    assert user  # nosec assert_used, nothing, B9999
    x = 1  # nosec B301
    try:
        return pickle.loads(user.data), md5(user.data)
    except Exception:
        pass
"""
SQL = """\
q = "SELECT * FROM t WHERE a = '%s'" % x
r = f'''
  DELETE FROM t
  WHERE a = {x}
'''
h = "0.0.0.0"
"""
BLANKET = """\
assert x  # nosec: B9999
assert x  # nosec because
assert x # nosec B101,B102
assert (
    x)  # nosec B101
"""
OPTIONS = """\
[tool.bandit]
skips = ["B101"]
exclude_dirs = ["pkg"]
[tool.bandit.assert_used]
skips = ["*a.py"]
"""
PROFILES = """\
profiles:
  one: {include: [assert_used, B602]}
  two: {exclude: [assert_used]}
  three: {include: [any_other]}
"""
FILES = {
    "app.py": APP,
    "clean.py": "x = 1\n",
    "empty.py": "",
    "broken.py": "def (:\n",
    "nul.py": "x = 1\0\n",
    "deep.py": "import pickle\n" + "if x:\n" + "    assert x\n",
    "sql.py": SQL,
    "crlf.py": "assert x\r\nassert y  # nosec\r\n\r\nassert z\r\n",
    "tab.py": "if x:\n\tassert x\n\tpassword = 'abc'\n",
    "blanket.py": BLANKET,
    "no_end.py": "assert x",
    "notes.txt": "assert x\n",
    "pkg/__init__.py": "",
    "pkg/module.py": "import telnetlib\nfrom xml.etree import ElementTree as et\net.parse('a')\nassert x\n",
    "pkg/window.pyw": "assert x\n",
    "pkg/tests/test_a.py": "assert x\n",
    "two words.py": "assert x\n",
    "\N{LATIN SMALL LETTER E WITH ACUTE}.py": "assert x  # \N{GREEK SMALL LETTER ALPHA}\n",
    ".hidden/a.py": "assert x\n",
    ".git/a.py": "assert x\n",
    "venv/lib/a.py": "assert x\n",
    "skips.yaml": "skips: [B101]\n",
    "tests.yaml": "tests: [B101, B602]\n",
    "both.yaml": "tests: [B101]\nskips: [B101]\n",
    "unknown.yaml": "tests: [B101, B9999]\nskips: [assert_used]\n",
    "options.yaml": "assert_used: {skips: ['*app.py']}\nhardcoded_tmp_directory: {tmp_dirs: [/x]}\n",
    "exclude.yaml": "exclude_dirs: [pkg, '*/clean.py']\n",
    "include.yaml": "include: ['*.txt']\n",
    "empty.yaml": "",
    "list.yaml": "- a\n",
    "text.yaml": "just text\n",
    "broken.yaml": "[something: -",
    "broken2.yaml": "a: b: c\n",
    "tab.yaml": "skips:\n\t- B101\n",
    "twice.yaml": "skips: [B101]\nskips: [B102]\n",
    "null.yaml": "tests:\nskips:\nexclude_dirs:\n",
    "format.yaml": "log_format: '%(levelname)s %(message)s'\n",
    "ok.toml": OPTIONS,
    "other.toml": "[tool.other]\na = 1\n",
    "empty.toml": "",
    "broken.toml": "a = = 1\n",
    "broken2.toml": '[tool.bandit\nskips = ["B101"]\n',
    "broken3.toml": "[tool]\n[tool]\n",
    "broken4.toml": 'a = "\n',
    "profiles.yaml": PROFILES,
    "base.json": '{"results": []}',
    "no_keys.json": '{"results": [{}]}',
    "some_keys.json": '{"results": [{"issue_severity": "LOW"}]}',
    "more_keys.json": '{"results": [{"issue_severity": "LOW", "code": "", "filename": "app.py"}]}',
    "no_results.json": "{}",
    "list.json": "[]",
    "number.json": "1",
    "string_results.json": '{"results": "abc"}',
    "nothing.json": "",
    "word.json": "nope",
    "half.json": '{"results": [',
    "ini/bandit.ini": "[bandit]\nskips: B101\n",
    "ini/targets.ini": "[bandit]\ntargets: app.py,clean.py\nexclude: clean.py\n",
    "ini/tests.ini": "[bandit]\ntests = B101,B602\nrecursive = true\naggregate = vuln\nnumber = 1\n",
    "ini/none.ini": "[other]\nskips: B101\n",
    "ini/empty.ini": "",
    "ini/broken.ini": "skips: B101\n",
    "ini/config.ini": "[bandit]\nconfigfile: skips.yaml\n",
    "ini/quiet.ini": "[bandit]\nquiet: true\n",
    "ini/json.ini": "[bandit]\nformat: json\n",
    "ini/base.ini": "[bandit]\nbaseline: base.json\nignore-nosec: true\n",
    "found/.bandit": "[bandit]\nskips: B101\n",
    "found/a.py": "assert x\nimport pickle\n",
    "found2/a/.bandit": "[bandit]\nskips: B101\n",
    "found2/b/.bandit": "[bandit]\nskips: B101\n",
    "found3/.bandit": "[bandit]\ntests: B101\nskips: B101\n",
    "found3/a.py": "assert x\n",
    "found4/.bandit": "[bandit]\ntests: some_test\n",
    "found4/a.py": "assert x\n",
    "found5/.bandit": "no section\n",
    "found5/a.py": "assert x\n",
}
LEGACY = """
profiles:
    names: {include: [any_other_function_with_shell_equals_true, assert_used], exclude: []}
    calls: {include: [blacklist_calls], exclude: []}
    imports: {include: [blacklist_imports], exclude: []}
    function: {include: [blacklist_import_func], exclude: []}
    without: {exclude: [assert_used]}
    neither: {exclude: [blacklist_calls, blacklist_imports], include: []}
    both: {include: [blacklist_calls, blacklist_imports], exclude: [blacklist_calls]}
blacklist_calls:
    bad_name_sets:
        - pickle: {qualnames: [pickle.loads, os.chmod], message: '{func} appears to be in use.'}
        - named: {qualnames: [hashlib.md5], message: 'No {func}.', level: HIGH}
blacklist_imports:
    bad_import_sets:
        - telnet: {imports: [telnetlib, xml.etree], level: LOW, message: '{module} is insecure.'}
"""


def write(folder: Path) -> None:
    """Write the project to a folder."""
    for name, text in {
        **FILES,
        "legacy.yaml": LEGACY,
        "no_data.yaml": LEGACY.partition("blacklist_calls:\n")[0],
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (folder / "latin.py").write_bytes(b"# coding: latin-1\nassert '\xe9'  # \xe9\n")
    (folder / "wrong.py").write_bytes(b"assert '\xe9'\n")
    (folder / "late.py").write_bytes(b"x = 1  # nosec nothing\n\n\n\nassert '\xe9'\n")
    (folder / "mark.py").write_bytes(b"\xef\xbb\xbfassert x\n")
    (folder / "cookie.py").write_bytes(b"# coding: nothing\nassert x\n")
    (folder / "wide.yaml").write_bytes("skips: [B101]\n".encode("utf-16"))
    (folder / "latin.yaml").write_bytes(b"# \xe9\nskips: [B101]\n")
    (folder / "latin.toml").write_bytes(b"# \xe9\n")
    (folder / "latin.json").write_bytes(b'{"results": ["\xe9"]}')
    (folder / "link.py").symlink_to("app.py")
    (folder / "gone.py").symlink_to("nowhere.py")
