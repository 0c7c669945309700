"""A small project whose files are as varied as those of real scans."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

APP = """\
import hashlib
import pickle
import subprocess


def start(command, path):
    subprocess.run(command, shell=True)
    subprocess.run(
        ["ls", path],
        # a comment
        shell=True,
    )
    subprocess.run(command, shell=True)  # nosec
    subprocess.run(command, shell=True)  # nosec B602
    subprocess.run(command, shell=True)  # nosec B101


def check(user):
    assert user
    assert user.admin  # nosec: B101, B602

    try:
        return pickle.loads(user.data)
    except Exception:
        pass


password = "geheim"
settings = {
    "token": "abc",
    "path": "/tmp/x",
    "host": "0.0.0.0",
}
digest = hashlib.md5(b"x")
query = "select * from t where a = '%s'" % password
"""

OTHER = """\
import os, yaml
# only a comment

   \t
def load(name):
    os.system("ls *")
    os.system("ls " + name)
    return yaml.load(name)
def test_load():
    assert load("a") == '''
    /tmp/a
    ''', (
        "/tmp/b"
    )
"""

FILES: Mapping[str, bytes] = {
    "app.py": APP.encode(),
    "pkg/__init__.py": b"",
    "pkg/other.py": OTHER.encode(),
    "pkg/other_copy.pyw": OTHER.encode(),
    "pkg/notes.txt": b"import pickle\n",
    "pkg/tests/test_other.py": OTHER.encode(),
    "pkg/tests/data/a b.py": b"import telnetlib\nassert telnetlib",
    "pkg/crlf.py": OTHER.replace("\n", "\r\n").encode(),
    "pkg/returns.py": b"import pickle\r# c\r\r\nassert pickle\rexec('a')\n",
    "pkg/latin.py": "# -*- coding: latin-1 -*-\nà = 'é/tmp'; password = 'ü'; assert à\n".encode("latin-1"),
    "pkg/unicode.py": "é = 1; assert é, 'ü𝛼'; token = '𝛼'\nx = [  # nosec\n 'é', '/tmp/é']\n".encode(),
    "pkg/mark.py": b"\xef\xbb\xbfimport pickle\nassert pickle  # nosec B404\n",
    "pkg/feeds.py": b"import pickle\n\x0c\nassert 'a\x0cb', '''\x0b\n\xe2\x80\xa8/tmp'''\n\x0c# a comment\n",
    "pkg/bidi.py": "# a comment \u202e\nassert 1\n".encode(),
    "pkg/broken.py": b"import pickle\nassert pickle  # nosec\ndef f(:\n    pass\n",
    "pkg/nul.py": b"import pickle\n\n\0\n",
    "pkg/wrong.py": b"import pickle\nx = '\xff'\n",
    "pkg/encoding.py": b"# coding: no-such\nimport pickle\n",
    ".git/hooks.py": b"import pickle\n",
    "vendor.egg/lib.py": b"import pickle\n",
    "generated/model.py": b"import pickle\n" * 3,
    "generated/deep/model.py": b"import pickle, subprocess\n",
}


def write(folder: Path, files: Mapping[str, bytes] = FILES) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
