"""A fix is offered only if it is right for the receiver, the arguments and the position of the finding.

Each table has code with a finding, and the text that one of the fixes must write; None if no fix may be offered.
"""

from __future__ import annotations

import time

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.fixes.apply import fixed, fixes
from posse_checks.incremental.document import Document

CATALOGUE = Catalogue(bandit_rules().values())


def offers(source: str, id: str) -> list[str]:
    """The text after each fix of each finding of a rule."""
    document = Document.opened(source, CATALOGUE)
    found = [finding for finding in document.findings() if finding.rule.id == id]
    assert found, "there is no such finding"
    return [str(document.replaced(fix.replacements).text) for each in found for fix in fixes(document, each)]


def check(id: str, code: str, written: str | None) -> None:
    after = offers(code, id)
    for text in after:
        compile(text, "fixed", "exec")
    if written is None:
        assert after == []
    else:
        assert any(written in text for text in after), after


TAR = "import py7zr, tarfile, zipfile\nfrom contextlib import closing\n"
EXTRACTIONS = {
    "of what tarfile opens": ("tarfile.open(p).extractall('x')", ".extractall('x', filter='data')"),
    "of a TarFile": ("t = tarfile.TarFile(p)\nt.extractall()", 't.extractall(filter="data")'),
    "in a with": ("with tarfile.open(p) as t:\n    t.extractall('x')", "t.extractall('x', filter='data')"),
    "in a with that closes it": ("with closing(tarfile.open(p)) as t:\n    t.extractall()", 'filter="data"'),
    "of a parameter of that type": ("def f(t: tarfile.TarFile):\n    t.extractall()", 'filter="data"'),
    "of an optional parameter": ("def f(t: 'tarfile.TarFile | None'):\n    t.extractall()", "filter='data'"),
    "of an attribute": (
        "class A:\n def f(self):\n  self.t = None\n  self.t = tarfile.open(p)\n  self.t.extractall()",
        'self.t.extractall(filter="data")',
    ),
    "of a ZIP file": ("zipfile.ZipFile(p).extractall('x')", None),
    "of a ZIP file in a with": ("with zipfile.ZipFile(p) as t:\n    t.extractall('x')", None),
    "of another archive": ("with py7zr.SevenZipFile(p) as z:\n    z.extractall()", None),
    "of either": ("t = tarfile.open(p) if x else zipfile.ZipFile(p)\nt.extractall()", None),
    "of one that is bound twice": ("t = tarfile.open(p)\nif x:\n    t = zipfile.ZipFile(p)\nt.extractall()", None),
    "of a parameter": ("def f(t):\n    t.extractall()", None),
    "of one's own class": ("class T:\n    def f(self):\n        self.extractall()", None),
    "by a function": ("from a import extractall\nextractall(p)", None),
    "with a filter that was chosen": ("tarfile.open(p).extractall(filter='fully_trusted')", None),
    "with a filter of one's own": ("tarfile.open(p).extractall(filter=mine)", None),
    "of another module of that name": ("def f(tarfile):\n    tarfile.open(p).extractall()", None),
}


@pytest.mark.parametrize(("code", "written"), EXTRACTIONS.values(), ids=EXTRACTIONS)
def test_extraction_gets_a_filter_only_if_it_is_of_a_tar_file(code: str, written: str | None) -> None:
    check("B202", f"{TAR}{code}\n", written)


COMMANDS = {
    "words": ("'ls -l x.py'", "(['ls', '-l', 'x.py'])"),
    "option with a value": ("'a --b=c'", "(['a', '--b=c'])"),
    "quoted words": ("\"git commit -m 'a  b'\"", '(["git", "commit", "-m", "a  b"])'),
    "quoted part of a word": ("\"a --b='c d'\"", '(["a", "--b=c d"])'),
    "a quote in quotes": ("'a \"it is\"'", "(['a', 'it is'])"),
    "nothing in quotes": ("\"a ''\"", '(["a", ""])'),
    "pipe": ("'ls -l | wc'", None),
    "wildcard": ("'rm *.pyc'", None),
    "one character": ("'ls ?.py'", None),
    "home": ("'ls ~'", None),
    "variable": ("'echo2 $HOME'", None),
    "variable in quotes": ("'ls \"$HOME\"'", None),
    "output of a command": ("'kill `cat pid`'", None),
    "redirection": ("'a > b'", None),
    "two commands": ("'a; b'", None),
    "two lines": ("'''a\nb'''", None),
    "comment": ("'a # b'", None),
    "braces": ("'ls {a,b}'", None),
    "assignment": ("'A=1 b'", None),
    "the shell's own": ("'cd /'", None),
    "the shell's own word": ("'[ -e a ]'", None),
    "backslash": (r"r'a\ b'", None),
    "open quote": ("'a \"b'", None),
    "nothing": ("' '", None),
    "a name": ("command", None),
    "a value put in": ("f'ls {x}'", "(['ls', str(x)])"),
    "put together": ("'ls ' + x", "(['ls', x])"),
    "a value by a directive": ("'ls %s' % x", "(['ls', str(x)])"),
    "values by a method": ("'cp {} {}'.format(x, y)", "(['cp', str(x), str(y)])"),
    "a value in quotes": ("f'ls \"{x}\"'", '(["ls", str(x)])'),
    "a value in a word": ("f'tar --file={x}.tar'", "(['tar', f'--file={x}.tar'])"),
    "a value that is quoted": ("f'ls {shlex.quote(x)}'", "(['ls', x])"),
    "the path of a program": ("f'{sys.executable} -V'", "([str(sys.executable), '-V'])"),
    "a value for a program": ("f'{x} -V'", None),
    "a value in a program": ("f'pre{x} -V'", None),
    "several words": ("f'ls {args}'", None),
    "several words, joined": ("f'ls {chr(32).join(x)}'", None),
    "a value that is computed": ("f'ls {x + y}'", None),
    "a value that is formatted": ("f'ls {x!r}'", None),
    "a value in a script": ("f'sh -c \"cat {x} | wc\"'", None),
    "a value of another shell's script": ("f'sh -c {x} | wc'", None),
    "a value before a pipe": ("f'sort {x} | uniq'", "(f'sort {shlex.quote(str(x))} | uniq', shell=True)"),
    "a value after a redirection": ("'sort a > ' + x", "('sort a > ' + shlex.quote(x), shell=True)"),
    "a value in quotes, before a pipe": ("f\"sort '{x}' | uniq\"", None),
    "a comment": ("('ls '  # list\n + x)", "(('ls '  # list\n + shlex.quote(x)), shell=True)"),
}


@pytest.mark.parametrize("function", ["subprocess.run", "runner"])
@pytest.mark.parametrize(("command", "written"), COMMANDS.values(), ids=COMMANDS)
def test_command_becomes_a_list_only_if_that_is_the_same(command: str, written: str | None, function: str) -> None:
    id = "B602" if function == "subprocess.run" else "B604"
    code = f"import shlex\nimport subprocess\nimport sys\nrunner = subprocess.run\n{function}({command}, shell=True)\n"
    check(id, code, written and function + written)


SHELLS = {
    "command bound before": (
        "B602",
        "import subprocess\ndef f(x):\n    c = 'ls ' + x\n    subprocess.run(c, shell=True)",
        "    c = ['ls', x]\n    subprocess.run(c)",
    ),
    "command used twice": (
        "B602",
        "import subprocess\ndef f(x):\n    c = 'ls ' + x\n    print(c)\n    subprocess.run(c, shell=True)",
        None,
    ),
    "value that is several words": (
        "B602",
        "import subprocess\nx = '-l -a'\nsubprocess.run('ls ' + x, shell=True)",
        None,
    ),
    "status that is used": (
        "B605",
        "import os\nif os.system('ls ' + x): pass",
        "import os\nimport subprocess\nif subprocess.call(['ls', x]): pass",
    ),
    "output that is read": (
        "B605",
        "import os\no = os.popen('ls ' + x).read()",
        "o = subprocess.check_output(['ls', x], text=True)",
    ),
    "output that is read in parts": (
        "B605",
        "import os\no = os.popen('ls ' + x)",
        "subprocess.Popen(['ls', x], stdout=subprocess.PIPE, text=True).stdout",
    ),
    "function of Python 2": ("B605", "import os\nos.popen3('ls ' + x)", None),
    "another system": ("B605", "import os\ndef f(os): os.system('ls ' + x)", None),
    "pipe of constants": ("B605", "import os\nos.system('ls | wc')", None),
    "shell of its own": ("B602", "import subprocess\nsubprocess.run('ls', shell=True, executable='/bin/bash')", None),
    "perhaps a shell": ("B602", "import subprocess\nsubprocess.run('ls', shell=x)", None),
    "perhaps more": ("B602", "import subprocess\nsubprocess.run('ls', shell=True, **more)", None),
    "another subprocess": ("B602", "import subprocess\ndef f(subprocess): subprocess.run('ls', shell=True)", None),
    "text for an unknown function": ("B604", "run('ls -l', shell=True)", None),
    "name for an unknown function": ("B604", "run(command, shell=True)", None),
    "list for an unknown function": ("B604", "run(['ls', '-l'], shell=True)", "run(['ls', '-l'], shell=False)"),
    "variable that holds a list": ("B604", "c = ['ls', x]\nrun(c, shell=True)", "run(c, shell=False)"),
    "variable that may hold a text": ("B604", "c = ['ls', x]\nif y:\n    c = 'ls'\nrun(c, shell=True)", None),
    "list that is written for a shell": ("B604", "run(['ls | wc', '-l'], shell=True)", None),
    "list with the whole command": ("B604", "run(['ls -l'], shell=True)", None),
    "login shell": ("B604", "add_user('joe', shell='/bin/sh')", None),
    "no command": ("B604", "Window(shell=True)", None),
}


@pytest.mark.parametrize(("id", "code", "written"), SHELLS.values(), ids=SHELLS)
def test_shell_is_left_out_only_if_the_call_runs_without(id: str, code: str, written: str | None) -> None:
    check(id, f"{code}\n", written)


WHERE = "f'SELECT a FROM t WHERE b = {x}'"
PLACED = "'SELECT a FROM t WHERE b = ?', (x,)"
STATEMENTS = {
    "compared": (WHERE, PLACED),
    "quoted": ("f\"SELECT a FROM t WHERE b = '{x}'\"", '"SELECT a FROM t WHERE b = ?", (x,)'),
    "pattern": ("f\"SELECT a FROM t WHERE b LIKE '{x}'\"", "LIKE ?"),
    "set": ("f'UPDATE t SET a = {x}, b = {y} WHERE c = {z}'", "a = ?, b = ? WHERE c = ?', (x, y, z)"),
    "inserted": ("f'INSERT INTO t (a, b) VALUES ({x}, 1)'", "VALUES (?, 1)', (x,)"),
    "one of one": ("f'INSERT INTO t (a) VALUES ({x})'", "VALUES (?)', (x,)"),
    "two alternatives": ("f'SELECT a FROM t WHERE b IN ({x}, {y})'", "IN (?, ?)', (x, y)"),
    "name of a table, as a string": ("f\"SELECT a FROM m WHERE b = '{table}'\"", '= ?", (table,)'),
    "list": ("f'SELECT a FROM t WHERE b IN ({ids})'", None),
    "list by another name": ("f'SELECT a FROM t WHERE b IN ({x})'", None),
    "list in quotes": ("f\"SELECT a FROM t WHERE b IN ('{x}')\"", None),
    "list of values": ("f'INSERT INTO t VALUES ({x})'", None),
    "list for columns": ("f'INSERT INTO t (a, b) VALUES ({x})'", None),
    "list by percent": ("'INSERT INTO t (a, b) VALUES (%s)' % x", None),
    "list by format": ("'SELECT a FROM t WHERE b IN ({})'.format(x)", None),
    "list by plus": ("'SELECT a FROM t WHERE b IN (' + x + ')'", None),
    "table": ("f'SELECT a FROM {x} WHERE b = 1'", None),
    "column": ("f'SELECT {x} FROM t'", None),
    "column compared": ("f'SELECT a FROM t WHERE {x} = 1'", None),
    "column it is joined by": ("f'SELECT a FROM t JOIN u ON t.a = {x} WHERE b = 1'", None),
    "name of a column": ("f'SELECT a FROM t WHERE b = {column}'", None),
    "order": ("f'SELECT a FROM t ORDER BY {x}'", None),
    "limit": ("f'SELECT a FROM t LIMIT {x}'", None),
    "clause": ("f'SELECT a FROM t {x}'", None),
    "part of a pattern": ("f\"SELECT a FROM t WHERE b LIKE '%{x}%'\"", None),
    "part of a string": ("f\"SELECT a FROM t WHERE b = 'c = {x} d'\"", None),
    "part of an expression": ("f'SELECT a FROM t WHERE b = {x} + 1'", None),
    "part of a name": ("f'SELECT a FROM t WHERE b = {x}.c'", None),
    "cast": ("f'SELECT a FROM t WHERE b = {x}::int'", None),
    "name in quotes": ("f'SELECT a FROM t WHERE b = \"{x}\"'", None),
    "in a comment": ("f'SELECT a FROM t -- = {x}'", None),
    "second statement": ("f'DELETE FROM t; DELETE FROM u WHERE a = {x}'", None),
    "view": ("f'CREATE VIEW v AS SELECT a FROM t WHERE b = {x}'", None),
    "other parameters": (f"{WHERE}, y", None),
    "other placeholders": ("f'SELECT a FROM t WHERE b = {x} AND c = ?'", None),
}
CONNECTED = "import sqlite3\ndef f(cur, ids, x, y, z, table, column):\n    cur.execute({})\n"


@pytest.mark.parametrize(("statement", "written"), STATEMENTS.values(), ids=STATEMENTS)
def test_placeholder_stands_for_one_value(statement: str, written: str | None) -> None:
    check("B608", CONNECTED.format(statement), written)


DRIVERS = {
    "sqlite3": (f"import sqlite3\nc = sqlite3.connect('a')\nc.execute({WHERE})", PLACED),
    "its cursor": (f"import sqlite3\nc = sqlite3.connect('a').cursor()\nc.execute({WHERE})", PLACED),
    "its cursor in a class": (
        f"import sqlite3\nclass A:\n def f(self, x):\n  self.db = sqlite3.connect('a')\n  self.db.execute({WHERE})",
        PLACED,
    ),
    "psycopg": (
        f"import psycopg\ndef f(x):\n    with psycopg.connect() as a, a.cursor() as b:\n        b.execute({WHERE})",
        "b = %s', (x,)",
    ),
    "Django": (
        f"from django.db import connection\nwith connection.cursor() as c:\n    c.execute({WHERE})",
        "b = %s', (x,)",
    ),
    "the only one": (f"import pymysql\ndef f(cursor, x):\n    cursor.execute({WHERE})", "b = %s', (x,)"),
    "the one of two that is in sight": (
        f"import psycopg, sqlite3\nc = sqlite3.connect('a')\nc.execute({WHERE})",
        PLACED,
    ),
    "either of two": (f"import psycopg, sqlite3\ndef f(cursor, x):\n    cursor.execute({WHERE})", None),
    "none": (f"def f(cursor, x):\n    cursor.execute({WHERE})", None),
    "SQLAlchemy": (f"import sqlite3, sqlalchemy\ndef f(conn, x):\n    conn.execute({WHERE})", None),
    "a session": (f"import sqlite3\ndef f(session, x):\n    session.execute({WHERE})", None),
    "asyncpg": (f"import asyncpg\nasync def f(conn, x):\n    await conn.execute({WHERE})", None),
    "one's own class": (f"import sqlite3\nclass A:\n    def execute(self, s): self.execute({WHERE})", None),
    "another type": (f"import sqlite3\nfrom a import Db\ndef f(conn: Db, x):\n    conn.execute({WHERE})", None),
    "another function": (f"import sqlite3\nfrom a import connect\nc = connect()\nc.execute({WHERE})", None),
    "many": ("import sqlite3\nc = sqlite3.connect('a')\nc.executemany(f'DELETE FROM t WHERE a = {x}')", None),
    "value that is a list": (
        "import sqlite3\nc = sqlite3.connect('a')\nx = ', '.join(y)\nc.execute(f'DELETE FROM t WHERE a IN ({x}, {z})')",
        None,
    ),
    "value that is SQL": (f"import sqlite3\nc = sqlite3.connect('a')\nx = 'CURRENT_DATE'\nc.execute({WHERE})", None),
}


@pytest.mark.parametrize(("code", "written"), DRIVERS.values(), ids=DRIVERS)
def test_placeholder_is_that_of_the_driver(code: str, written: str | None) -> None:
    check("B608", f"{code}\n", written)


NO_SECRETS = {
    "equal to its name": "REFRESH_TOKEN = 'refresh_token'",
    "almost equal to its name": "password_field = 'password'",
    "name of a field": "csrf_token = 'csrfmiddleware_token'",
    "sentence": "token_fail_reason = 'Unexpected answer'",
    "sentence about a password": "password = 'Enter your password:'",
    "nothing": "password = ''",
    "one character": "token = '('",
    "path of a URL": "auth_token = '/auth/token'",
    "URL": "token = 'https://example.com/oauth/v1/token'",
    "file": "password = 'passwords.txt'",
    "module": "password = 'django.contrib.auth.hashers'",
    "regular expression": "password = r'^[a-zA-Z0-9]{8,}$'",
    "regular expression by name": "password_regex = '[a-z]{8}abc123'",
    "mark of a tokenizer": "self.pad_token = '<|pad|>'",
    "mark in brackets": "mask_token = '[MASK]'",
    "template": "password = '{password}'",
    "directive": "password = '%(password)s'",
    "variable": "password = '${PASSWORD}'",
    "stars": "password = '********'",
    "placeholder": "password = '<your password>'",
    "kind of token": "token = 'bearer'",
    "no value": "token = 'None'",
    "header": "auth_token = 'X-Auth-Token'",
    "key in a test": "import pytest\nconfig = {'password': 'hunter2'}",
    "in a test": "def test_login():\n    password = 'hunter2'",
    "in a test case": "class LoginTest(TestCase):\n    password = 'hunter2'",
    "type in a schema": "schema = {'password': 'string'}",
    "optional type in a schema": "schema = {'password': 'string?'}",
    "key with a number": "config = {'password': 1}",
    "compared": "if user.password == 'hunter2': pass",
    "compared with a placeholder": "if token == 'changeme123': pass",
    "written to the environment": "import os\nos.environ['PASSWORD'] = 'hunter2'",
}


@pytest.mark.parametrize("code", NO_SECRETS.values(), ids=NO_SECRETS)
def test_what_can_be_no_secret_is_not_read_from_the_environment(code: str) -> None:
    check("B105", f"{code}\n", None)


@pytest.mark.parametrize(
    "base", ["Enum", "str, Enum", "StrEnum", "enum.IntFlag", "models.TextChoices", "Own", "Child", "metaclass=EnumMeta"]
)
def test_member_of_an_enumeration_is_no_secret(base: str) -> None:
    head = "import enum\nfrom enum import *\nclass Own(str, Enum): pass\nclass Child(Own): pass\n"
    check("B105", f"{head}class Kind({base}):\n    ACCESS_TOKEN = 'c0ffee12'\n", None)


SECRETS = {
    "password": ("B105", "password = 'hunter2'", "password = os.environ['PASSWORD']"),
    "token with digits": ("B105", "api_token = 'ghp_16C7e42F292c69'", "os.environ['API_TOKEN']"),
    "key": ("B105", "app.secret_key = 'wJalrXUtnFEMI/K7MDENG'", "os.environ['SECRET_KEY']"),
    "attribute of a class": ("B105", "class A:\n    password = 'hunter2'", "os.environ['PASSWORD']"),
    "key of a dictionary": ("B105", "a = {'password': 'hunter2'}", "{'password': os.environ['PASSWORD']}"),
    "argument": ("B106", "f(password='hunter2')", "f(password=os.environ['PASSWORD'])"),
    "label as an argument": ("B106", "field(token='csrf')", None),
    "argument in a test": ("B106", "import unittest\nf(password='hunter2')", None),
    "default": (
        "B107",
        "def f(a, password='hunter2'):\n    '''D'''\n    return a",
        "\n    if password is None:\n        password = os.environ['PASSWORD']\n    return a",
    ),
    "default with a type": ("B107", "def f(password: str = 'hunter2'):\n    return 1", "(password: str | None = None)"),
    "default with another type": ("B107", "def f(password: S = 'hunter2'):\n    return 1", None),
    "default of a block on its line": ("B107", "def f(password='hunter2'): return 1", None),
    "default where None has a meaning": ("B107", "def f(password='hunter2'):\n    return password is None", None),
    "default of a stub": ("B107", "def f(password='hunter2'):\n    ...", None),
    "separator as a default": ("B107", "def f(token=','):\n    return 1", None),
}


@pytest.mark.parametrize(("id", "code", "written"), SECRETS.values(), ids=SECRETS)
def test_secret_is_read_from_the_environment(id: str, code: str, written: str | None) -> None:
    check(id, f"{code}\n", written)


RANDOM = {
    "password": ("password = random.choice(a)", "secrets.choice(a)"),
    "token in a function": ("def make_token():\n    return random.getrandbits(8)", "secrets.randbits(8)"),
    "generator for a token": ("token_rng = random.Random()", "random.SystemRandom()"),
    "seed": ("rng = random.Random(42)", None),
    "seed for a token": ("token_rng = random.Random(42)", None),
    "seed by name": ("token_rng = random.Random(x=42)", None),
    "seed elsewhere": ("random.seed(1)\npassword = random.choice(a)", None),
    "seed of the generator": ("token_rng = random.Random()\ntoken_rng.seed(1)", None),
    "jitter": ("delay = random.uniform(1, 2)", None),
    "jitter of a token": ("token_retry_delay = random.uniform(1, 2)", None),
    "sample": ("rows = random.sample(a, 2)", None),
    "test": ("def test_password():\n    password = random.choice(a)", None),
    "another random": ("def f(random):\n    password = random.choice(a)", None),
}


@pytest.mark.parametrize(("code", "written"), RANDOM.values(), ids=RANDOM)
def test_generator_is_replaced_only_for_secrets_that_are_not_repeated(code: str, written: str | None) -> None:
    check("B311", f"import random\n{code}\n", written)


HASHES = {
    "of something": ("hashlib.md5(x)", "hashlib.sha256(x)"),
    "of something, declared": ("hashlib.md5(x)", "hashlib.md5(x, usedforsecurity=False)"),
    "of a cache": ("def cache_key(x):\n    return hashlib.md5(x)", "usedforsecurity=False"),
    "of a password": ("hashlib.md5(password)", None),
    "into a password": ("password = hashlib.sha1(x)", None),
    "of another module": ("from a import hashlib\nhashlib.md5(x)", None),
}


@pytest.mark.parametrize(("code", "written"), HASHES.values(), ids=HASHES)
def test_hash_is_replaced_or_declared(code: str, written: str | None) -> None:
    check("B324", f"import hashlib\n{code}\n", written)


@pytest.mark.parametrize(
    ("code", "unwritten"),
    [
        ("def signature(x): return hashlib.md5(x)", "usedforsecurity"),
        ("hashlib.md5(x, usedforsecurity=True)", "usedforsecurity=False"),
        ("def md5sum(x): return hashlib.md5(x)", "sha256"),
        ("uuid.UUID(hashlib.md5(x).hexdigest())", "sha256"),
        ("etag = hashlib.md5(x).hexdigest()", "sha256"),
        (
            "def f(x, n):\n    return hashlib.sha1(x) if n == 'SHA1' else hashlib.sha256(x)",
            "return hashlib.sha256(x) if",
        ),
    ],
)
def test_hash_is_not_changed_in_a_way_that_is_wrong_there(code: str, unwritten: str) -> None:
    after = offers(f"import hashlib, uuid\n{code}\n", "B324")
    assert after and not any(unwritten in text for text in after)


def test_what_only_declares_comes_last_and_one_by_one() -> None:
    document = Document.opened("import hashlib\nhashlib.md5(x)\n", CATALOGUE)
    finding = next(finding for finding in document.findings() if finding.rule.id == "B324")
    assert [(fix.title, fix.one_by_one) for fix in fixes(document, finding)] == [
        ("Use SHA-256", False),
        ("Add usedforsecurity=False", True),
    ]


OTHERS = {
    "assertion that always holds": ("B101", "assert True", None),
    "code of a protocol": ("B105", "PWD_REPLY = '257.1'", None),
    "version": ("B105", "secret_x = '1.2.3'", None),
    "label like its name": ("B105", "RESOURCE_PASSWORD = 'Passwords'", None),
    "password that is the login, too": ("B106", "f(login='airflow', password='airflow')", None),
    "value that is looked up": (
        "B110",
        "def f(x):\n    try:\n        return g(x)\n    except Exception:\n        pass",
        None,
    ),
    "try of a hash": ("B324", "import hashlib\ntry:\n    hashlib.md5()\nexcept ValueError: pass", "usedforsecurity"),
    "hash of an RFC": ("B303", "from Crypto.Hash import MD5\n# RFC 2069\nMD5.new(x)", None),
    "pickle of an object": ("B301", "import pickle\npickle.dump(a.b, f)\npickle.load(f)", None),
    "pickle of a list": ("B301", "import pickle\nx = [1]\npickle.dump(x, f)\ny = pickle.load(f)", "json.load(f)"),
    "pickle of another program": ("B301", "import pickle\npickle.load(f)", None),
    "pickle used in another way": ("B301", "import pickle\npickle.dumps([1])\npickle.loads(f)\ng(pickle)", None),
    "key in a test": ("B505", "import pytest\nfrom Crypto.PublicKey import RSA\nRSA.generate(512)", None),
    "key of a size": ("B505", "from Crypto.PublicKey import RSA\nRSA.generate(512)", "RSA.generate(3072)"),
    "version of pyOpenSSL": (
        "B502",
        "from OpenSSL import SSL\nSSL.Context(method=SSL.SSLv23_METHOD)",
        "method=SSL.TLSv1_2_METHOD",
    ),
    "version by default": ("B503", "import ssl\ndef f(v=ssl.PROTOCOL_SSLv3): pass", "v=ssl.PROTOCOL_TLS)"),
    "HTML in a script": (
        "B308",
        "from django.utils.safestring import mark_safe\nmark_safe('<script>%s</script>' % x)",
        None,
    ),
    "HTML in an attribute": (
        "B308",
        "from django.utils.safestring import mark_safe\nmark_safe('<a href=\"%s\">' % x)",
        "format_html('<a href=\"{}\">', x)",
    ),
    "HTML from elsewhere": ("B308", "from django.utils.safestring import mark_safe\nmark_safe(x)", None),
    "Markup of an attribute": (
        "B704",
        "from markupsafe import Markup\nMarkup('<b>' + x.y)",
        'Markup("<b>{}").format(x.y)',
    ),
    "program in PATH": ("B607", "import subprocess\nsubprocess.run(['git'])", "[shutil.which('git')]"),
    "program that may be missing": (
        "B607",
        "import subprocess\ntry:\n    subprocess.run(['git'])\nexcept OSError: pass",
        None,
    ),
    "password of an example": ("B106", "def create_default_users():\n    f(password='correct-horse')", None),
    "hash of a class for it": ("B324", "import hashlib\nclass Sha1Sum:\n    x = hashlib.sha1()", "usedforsecurity"),
    "program for a shell": ("B607", "import subprocess\nsubprocess.run('git', shell=True)", None),
    "address of a parameter": (
        "B310",
        "from urllib.request import urlopen\ndef f(u):\n    return urlopen(u + '/x')",
        "    if not u.lower().startswith(('http://', 'https://')):\n        raise ValueError(",
    ),
    "address that is checked": (
        "B310",
        "from urllib.request import urlopen\ndef f(u):\n    assert u.startswith('https')\n    urlopen(u)",
        None,
    ),
    "address with a constant": ("B310", "from urllib.request import urlopen\nurlopen(f'https://a/{x}')", None),
    "address in a loop's condition": ("B310", "from urllib.request import urlopen\nwhile urlopen(u): pass", None),
    "address after elif": ("B310", "from urllib.request import urlopen\nif a: pass\nelif urlopen(u): pass", None),
    "cipher that encrypts": (
        "B304",
        "from Crypto.Cipher import DES\nDES.new(k, DES.MODE_ECB).encrypt(x)",
        "Fernet(k).encrypt(x)",
    ),
    "cipher that is kept": ("B304", "from Crypto.Cipher import DES\nc = DES.new(k, DES.MODE_ECB)", None),
    "cipher in ECB": (
        "B304",
        (
            "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n"
            "Cipher(algorithms.Blowfish(k), modes.ECB())"
        ),
        None,
    ),
    "package that is renamed": (
        "B413",
        "import Crypto.Cipher.AES\nfrom Crypto.Hash import SHA\nCrypto.Cipher.AES.new(k)",
        "import Cryptodome.Cipher.AES\nfrom Cryptodome.Hash import SHA\nCryptodome.Cipher.AES.new(k)",
    ),
    "wildcard after a path": ("B609", "import os\nos.system('chown root a/*')", None),
    "conditions with values": (
        "B610",
        "x.extra(where=['a = 1', 'b = %s' % y])",
        "x.extra(where=['a = 1', 'b = %s'], params=[y])",
    ),
    "conditions with parameters": ("B610", "x.extra(where=['b = %s' % y], params=[z])", None),
    "name of a column": ("B610", "x.extra(where=['%s = 1' % y])", None),
    "community of SNMP": (
        "B508",
        "from pysnmp.hlapi import CommunityData\nCommunityData('public', mpModel=0)",
        "os.environ['SNMP_USER'],\n",
    ),
    "assertion in a test": ("B101", "def test_f():\n    assert x", None),
    "assertion of a tuple": ("B101", "assert (x, 'why')", None),
    "assertion of identity": ("B101", "assert x is not None", "if x is None:\n"),
    "assertion of membership": ("B101", "assert x not in y", "if x in y:\n"),
    "assertion of equality": ("B101", "assert f(x) == y", "if f(x) != y:\n"),
    "assertion of order": ("B101", "assert x < y", "if not x < y:\n"),
    "assertion of a chain": ("B101", "assert x == y == z", "if not x == y == z:\n"),
    "assertion that fails": ("B101", "assert False, 'why'", "raise AssertionError('why')"),
    "mode of a program for all": ("B103", "import os\nos.chmod(f, 0o755)", None),
    "mode with which all may write": ("B103", "import os\nos.chmod(f, 0o666)", "os.chmod(f, 0o600)"),
    "mode of a shared directory": ("B103", "import os\nos.chmod(f, 0o1777)", None),
    "mode that leaves the owner nothing": ("B103", "import os\nos.chmod(f, 0o020)", None),
    "address that is bound": ("B104", "s.bind(('0.0.0.0', 80))", "s.bind(('127.0.0.1', 80))"),
    "address by name": ("B104", "app.run(host='0.0.0.0')", "host='127.0.0.1'"),
    "address by default": ("B104", "def f(host='0.0.0.0'): pass", "host='127.0.0.1'"),
    "address as an option": ("B104", "p.add_argument('--bind', default='0.0.0.0')", "default='127.0.0.1'"),
    "address that is compared": ("B104", "if host == '0.0.0.0': pass", None),
    "address in a list": ("B104", "hosts = ['0.0.0.0', '::']", None),
    "address in a set": ("B104", "if a in {'0.0.0.0'}: pass", None),
    "address of another": ("B104", "remote_host = '0.0.0.0'", None),
    "address it connects to": ("B104", "s.connect(('0.0.0.0', 80))", None),
    "address for a group": ("B104", "def f():\n    s.setsockopt(IP_ADD_MEMBERSHIP)\n    s.bind(('0.0.0.0', 80))", None),
    "mask": ("B104", "netmask = '0.0.0.0'", None),
    "file that is written": ("B108", "open('/tmp/a/b', 'w')", "open(tempfile.mkdtemp() + '/b', 'w')"),
    "file that is read": ("B108", "open('/tmp/a')", None),
    "file that grows": ("B108", "open('/tmp/a', 'a')", None),
    "expectation": ("B108", "m.assert_called_with('/tmp/a')", None),
    "path that is compared": ("B108", "if a == '/tmp/a': pass", None),
    "constant": ("B108", "PATH = '/tmp/a'", None),
    "the directory itself": ("B108", "import os\nos.makedirs('/tmp')", None),
    "import that may fail": ("B110", "try:\n    import a\nexcept Exception:\n    pass", None),
    "look that may fail": ("B110", "try:\n    a = b.c\nexcept Exception:\n    pass", None),
    "conversion that may fail": ("B110", "try:\n    a = str(b)\nexcept Exception:\n    pass", None),
    "clean-up that may fail": ("B110", "try:\n    a.close()\nexcept Exception:\n    pass", None),
    "choice by an exception": ("B110", "try:\n    a()\nexcept Exception:\n    pass\nelse:\n    b()", None),
    "exception that a comment explains": ("B110", "try:\n    f()\nexcept Exception:  # it is gone\n    pass", None),
    "item that a comment explains": (
        "B112",
        "for a in b:\n    try:\n        f()\n    except Exception:\n        continue  # it is gone",
        None,
    ),
    "exception in a test": ("B110", "def test_f():\n    try:\n        f()\n    except Exception:\n        pass", None),
    "object that is deleted": (
        "B110",
        "class A:\n    def __del__(self):\n        try:\n            f()\n        except Exception:\n            pass",
        None,
    ),
    "module's own logger": (
        "B110",
        "import logging\nlog = logging.getLogger(__name__)\ntry:\n    f()\nexcept Exception:\n    pass",
        'log.exception("',
    ),
    "dictionary called requests": ("B113", "requests = {}\nrequests.get(a)", None),
    "parameter called requests": ("B113", "import requests\ndef f(requests): requests.get(a)", None),
    "requests that may be missing": (
        "B113",
        "try:\n    import requests\nexcept ImportError:\n    requests = None\nrequests.get(a)",
        "requests.get(a, timeout=10)",
    ),
    "event loop": ("B201", "import asyncio, flask\nasyncio.run(f(), debug=True)", None),
    "application": ("B201", "import flask\napp = flask.Flask(a)\napp.run(debug=True)", "app.run(debug=False)"),
    "hash of a protocol": (
        "B303",
        "from cryptography.hazmat.primitives import hashes\nTOTP(k, 6, hashes.SHA1(), 30)",
        None,
    ),
    "hash in a table": (
        "B303",
        "from cryptography.hazmat.primitives import hashes\na = {'sha1': hashes.SHA1()}",
        None,
    ),
    "name of a file": (
        "B306",
        "import tempfile\nf = tempfile.mktemp('.a', 'b')",
        "tempfile.NamedTemporaryFile(suffix='.a', prefix='b', delete=False).name",
    ),
    "name of a directory": ("B306", "import os, tempfile\nos.mkdir(tempfile.mktemp())", None),
    "name of a pipe": ("B306", "import os, tempfile\nf = tempfile.mktemp()\nos.mkfifo(f)", None),
    "name of a socket by its prefix": ("B306", "import tempfile\nf = tempfile.mktemp(prefix='sock.')", None),
    "name of a socket": ("B306", "import tempfile\nf = tempfile.mktemp()\ns.bind(f)", None),
    "literal": ("B307", "eval('[1]')", "ast.literal_eval('[1]')"),
    "text": ("B307", "eval(text)", "ast.literal_eval(text)"),
    "call": ("B307", "eval('f()')", None),
    "expression": ("B307", "eval(expression)", None),
    "text put together": ("B307", "eval(f'a.{b}')", None),
    "variable with text put together": ("B307", "a = 'b.' + c\neval(a)", None),
    "what may be text put together": ("B307", "for a in b: pass\na = 'b.' + c\neval(a)", None),
    "text whose errors are of another kind": ("B307", "try:\n    eval(a)\nexcept TypeError:\n    pass", None),
    "text whose errors are caught": (
        "B307",
        "try:\n    eval(a)\nexcept (TypeError, ValueError):\n    b",
        "literal_eval",
    ),
    "literal in a test": ("B307", "def test_f():\n    eval('1')", None),
    "eval of one's own": ("B307", "def eval(a): pass\neval(b)", None),
    "parser of the caller's": ("B314", "import xml.etree.ElementTree as E\nE.parse(f, parser)", None),
    "document in the code": ("B314", "import xml.etree.ElementTree as E\nE.fromstring('<a/>')", None),
    "exception of a parser": ("B405", "from xml.etree.ElementTree import ParseError", None),
    "parser": (
        "B405",
        "from xml.etree.ElementTree import parse, ParseError",
        "from defusedxml.ElementTree import parse",
    ),
    "document": ("B314", "import xml.etree.ElementTree as E\nE.parse(f)", "defusedxml.ElementTree.parse(f)"),
    "server on this machine": ("B501", "import requests\nrequests.get('https://localhost/', verify=False)", None),
    "loader of strings": ("B506", "import yaml\nyaml.load(f, Loader=yaml.BaseLoader)", None),
    "loader of one's own": ("B506", "import yaml\nfrom a import L\nyaml.load(f, Loader=L)", None),
    "loader that was taught": ("B506", "import yaml\nyaml.add_constructor('!a', a)\nyaml.load(f, yaml.Loader)", None),
    "loader in C": ("B506", "import yaml\nyaml.load(f, Loader=yaml.CLoader)", "Loader=yaml.CSafeLoader"),
    "another yaml": ("B506", "import yaml\ndef f(yaml): yaml.load(g)", None),
    "list of arguments": ("B506", "import yaml\nyaml.load(*a)", None),
    "client with its keys": (
        "B507",
        "import paramiko\nc = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        "c.load_system_host_keys()\nc.set_missing_host_key_policy(paramiko.RejectPolicy())",
    ),
    "unknown client": (
        "B507",
        "import paramiko\ndef f(c):\n    c.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        None,
    ),
    "weights": ("B614", "import torch\na.load_state_dict(torch.load(f))", "torch.load(f, weights_only=True)"),
    "whole model": ("B614", "import torch\nmodel = torch.load(f)", None),
    "pickle of one's own": ("B614", "import torch\na = torch.load(f, pickle_module=p)", None),
    "model by name": (
        "B615",
        "from transformers import AutoModel\nAutoModel.from_pretrained('a/b')",
        "AutoModel.from_pretrained('a/b', revision='000",
    ),
    "model by a variable": ("B615", "from transformers import AutoModel\nAutoModel.from_pretrained(path)", None),
    "format of a file": ("B615", "from datasets import load_dataset\nload_dataset('csv', data_files=f)", None),
    "templates from files": (
        "B701",
        "import jinja2\njinja2.Environment(loader=a)",
        "autoescape=jinja2.select_autoescape()",
    ),
    "templates from strings": ("B701", "import jinja2\njinja2.Environment()", None),
    "templates of LaTeX": ("B701", "import jinja2\njinja2.Environment(loader=a, block_start_string='<%')", None),
    "escaping that was chosen": ("B701", "import jinja2\njinja2.Environment(loader=a, autoescape=mine)", None),
}


@pytest.mark.parametrize(("id", "code", "written"), OTHERS.values(), ids=OTHERS)
def test_fix_is_offered_only_where_it_is_right(id: str, code: str, written: str | None) -> None:
    check(id, f"{code}\n", written)


MANY = {
    "calls in a class": ("B113", "import requests\nclass A:\n", "    def f(self): requests.get(a)\n", "timeout"),
    "names of files": ("B306", "import tempfile\ndef f():\n", "    a = tempfile.mktemp()\n", "Named"),
    "texts in try statements": (
        "B307",
        "def f(a):\n",
        "    try:\n        eval(a)\n    except ValueError:\n        b\n",
        "ast.literal_eval",
    ),
}


@pytest.mark.alone
@pytest.mark.parametrize(("id", "head", "line", "written"), MANY.values(), ids=MANY)
def test_fixing_many_costs_about_as_much_for_each_as_fixing_few(id: str, head: str, line: str, written: str) -> None:
    def seconds(count: int) -> float:
        document = Document.opened(head + line * count, CATALOGUE)
        spent = []
        for _ in range(3):
            before = time.process_time()
            after = fixed(document, lambda finding, _: finding.rule.id == id)
            spent.append(time.process_time() - before)
        assert str(after.text).count(written) == count
        return min(spent)

    assert seconds(800) < 12 * max(seconds(200), 0.01)  # four times as many; quadratic is 16
