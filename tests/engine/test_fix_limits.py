"""Where a fix would be wrong, or cannot be written, none is offered; next to each such place is one where it is.

The columns are: the rule, the code with its finding, and what a fix must write; None where none may be offered.
"""

from __future__ import annotations

import pytest

from tests.engine.test_fix_offers import check

TEST = "def test_it():\n    "
SSL = "import ssl\n"
HASH = "import hashlib\nfrom cryptography.hazmat.primitives import hashes\n"
XML = "import xml.etree.ElementTree\nimport xml.sax\nfrom lxml import etree\n"
PARAMIKO = "import paramiko\n"
SQL = "import sqlite3\nc = sqlite3.connect(p)\n"
TORCH = "import torch\n"
TEMPORARY = "import os, tempfile\n"
CASES = {
    # permissions and addresses
    "mode in a test": ("B103", f"import os\n{TEST}os.chmod(p, 0o777)", None),
    "mode that is computed": ("B103", "import os, stat\nos.chmod(p, 0o777)", "0o700"),
    "mode of another type": ("B103", "import os\nos.chmod(p, 511)", "os.chmod(p, "),
    "default of a variable for the host": ("B104", "import os\nx = os.getenv('HOST', '0.0.0.0')", "'127.0.0.1'"),
    "default of a variable for something else": ("B104", "import os\nx = os.getenv('X', '0.0.0.0')", None),
    "argument of a function that listens": ("B104", "listen('0.0.0.0')", "'127.0.0.1'"),
    "argument of a function that does not": ("B104", "parse('0.0.0.0')", None),
    "default of an option for the host": ("B104", "p.add_argument('--host', default='0.0.0.0')", "'127.0.0.1'"),
    "default of another option": ("B104", "p.add_argument('--mask', default='0.0.0.0')", None),
    # passwords
    "password that is compared": ("B105", "if password == 'hunter2':\n    pass", None),
    "password under one of two keys": ("B105", "a = {b: 1, 'password': 'hunter2'}", "os.environ['PASSWORD']"),
    "password of the environment": ("B105", "import os\nos.environ['password'] = 'hunter2'", None),
    "password of a call that sets the environment": ("B105", "monkeypatch.setenv({'password': 'hunter2'})", None),
    "password of an enumeration": ("B105", "Enum('A', {'password': 'hunter2'})", None),
    "default with an argument named os": ("B107", "def f(os, password='hunter2'):\n    g()", None),
    "default with a variable named os": ("B107", "def f(password='hunter2'):\n    os = 1", None),
    "default of what others implement": ("B107", "def f(password='hunter2'):\n    raise NotImplementedError()", None),
    "default of what others implement, by class": (
        "B107",
        "def f(password='hunter2'):\n    raise NotImplementedError",
        None,
    ),
    "default of a function that raises": ("B107", "def f(password='hunter2'):\n    raise ValueError(1)", "os.environ["),
    # Flask
    "debugger by a function": ("B201", "import flask\nfrom app import run\nrun(debug=True)", None),
    "debugger of an application": ("B201", "import flask\napp = flask.Flask(a)\napp.run(debug=True)", "debug=False"),
    # hashes
    "hash in a table": ("B303", f"{HASH}a = {{'md5': hashes.MD5()}}", None),
    "hash that is compared": ("B303", f"{HASH}if a == hashes.MD5():\n    pass", None),
    "hash that is one of several": (
        "B303",
        f"{HASH}def f():\n    g(hashes.SHA256())\n    return h(hashes.MD5())",
        None,
    ),
    "hash of a password": ("B303", f"{HASH}password = f(hashes.MD5())", None),
    "hash of something else": ("B303", f"{HASH}x = f(hashes.MD5())", "hashes.SHA256()"),
    "hash in a test": ("B324", f"import hashlib\n{TEST}hashlib.md5(a)", None),
    # temporary files
    "name that is returned": ("B306", f"{TEMPORARY}def f():\n    return tempfile.mktemp()", "NamedTemporaryFile"),
    "name that is not used": ("B306", f"{TEMPORARY}tempfile.mktemp()", "NamedTemporaryFile"),
    "name that becomes a folder": ("B306", f"{TEMPORARY}os.mkdir(tempfile.mktemp())", None),
    "name that becomes a folder later": ("B306", f"{TEMPORARY}a = tempfile.mktemp()\nos.mkdir(a)", None),
    "name in an expression": ("B306", f"{TEMPORARY}a = tempfile.mktemp() + 'x'", None),
    # evaluation
    "literal in a test": ("B307", f"{TEST}eval('[1]')", None),
    "literal of a changed eval": ("B307", "def eval(a): pass\neval('[1]')", None),
    "data of an attribute": ("B307", "eval(self.data)", "ast.literal_eval(self.data)"),
    "code of an attribute": ("B307", "eval(self.expression)", None),
    "item of data": ("B307", "eval(data[0])", "ast.literal_eval(data[0])"),
    "item of code": ("B307", "eval(code[0])", None),
    "result of a function for data": ("B307", "eval(read())", "ast.literal_eval(read())"),
    "result of a function for code": ("B307", "eval(get_code())", None),
    "text that is put together": ("B307", "eval('a' + b)", None),
    "where another exception is caught": ("B307", "try:\n    eval(a)\nexcept NameError:\n    pass", None),
    "where one of several is caught": (
        "B307",
        "try:\n    eval(a)\nexcept (KeyError, ValueError):\n    pass",
        "ast.literal_eval(a)",
    ),
    # TLS
    "context in a test": ("B323", f"{SSL}{TEST}ssl._create_unverified_context()", None),
    "context with a position": ("B323", f"{SSL}ssl._create_unverified_context(p)", None),
    "context with another option": ("B323", f"{SSL}ssl._create_unverified_context(check_hostname=True)", None),
    "context with a shared option": ("B323", f"{SSL}ssl._create_unverified_context(cafile=p)", "(cafile=p)"),
    # YAML
    "loader among other arguments": (
        "B506",
        "import yaml\nyaml.load(a, yaml.Loader, b)",
        "yaml.load(a, yaml.SafeLoader, b)",
    ),
    "loader after a list of arguments": (
        "B506",
        "import yaml\nyaml.load(*a, Loader=yaml.Loader)",
        "(*a, Loader=yaml.SafeLoader)",
    ),
    # SSH
    "policy by a function": ("B507", f"{PARAMIKO}set_missing_host_key_policy(paramiko.AutoAddPolicy)", None),
    "policy of another library": (
        "B507",
        (
            f"{PARAMIKO}from acme import AutoAddPolicy\nc = paramiko.SSHClient()\n"
            "c.set_missing_host_key_policy(AutoAddPolicy())"
        ),
        None,
    ),
    "policy with keys loaded in the same line": (
        "B507",
        (
            f"{PARAMIKO}c = paramiko.SSHClient()\n"
            "c.load_system_host_keys(); c.set_missing_host_key_policy(paramiko.AutoAddPolicy())"
        ),
        "c.load_system_host_keys(); c.set_missing_host_key_policy(paramiko.RejectPolicy())",
    ),
    "policy in the middle of a line": (
        "B507",
        f"{PARAMIKO}c = paramiko.SSHClient()\nif c: c.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        None,
    ),
    "policy of a client": (
        "B507",
        f"{PARAMIKO}c = paramiko.SSHClient()\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy)",
        "c.load_system_host_keys()\nc.set_missing_host_key_policy(paramiko.RejectPolicy)",
    ),
    # shells
    "shell with another program": ("B604", "run(['ls', '-l'], shell=True, executable=p)", None),
    "shell with options": ("B604", "run(['ls', '-l'], shell=True, **options)", None),
    "shell that is a variable": ("B604", "run(['ls', '-l'], shell=shell)", None),
    "shell of a list of words": ("B604", "run(['ls', '-l'], shell=True)", "shell=False"),
    "shell with a comment": (
        "B602",
        "import subprocess\nsubprocess.run(\n    'ls -l',\n    shell=True,  # why\n)",
        "(\n    ['ls', '-l'],  # why\n)",
    ),
    # models
    "weights by a method": ("B614", f"{TORCH}a = torch.load(p).items()", "weights_only=True"),
    "model by a method": ("B614", f"{TORCH}a = torch.load(p).eval()", None),
    "model by its name": ("B614", f"{TORCH}model = torch.load(p)", None),
    "model of a pickler": ("B614", f"{TORCH}a = torch.load(p, pickle_module=q)", None),
    # XML
    "parser in a test": ("B314", f"{XML}{TEST}xml.etree.ElementTree.parse(p)", None),
    "parser of one's own": ("B314", f"{XML}xml.etree.ElementTree.parse(p, q)", None),
    "parser by keyword": ("B314", f"{XML}xml.etree.ElementTree.parse(p, parser=q)", None),
    "parser in a list of arguments": ("B314", f"{XML}xml.etree.ElementTree.parse(*p)", None),
    "parser of a text in the code": ("B314", f"{XML}xml.etree.ElementTree.fromstring('<a/>')", None),
    "parser of a text": ("B314", f"{XML}xml.etree.ElementTree.fromstring(a)", "defusedxml.ElementTree"),
    "parser without a counterpart": ("B314", f"{XML}xml.etree.ElementTree.XMLParser(a)", "defusedxml"),
    "import in a test": ("B405", f"{TEST}import xml.etree.ElementTree as e\n    e.parse(p)", None),
    "import by a function": ("B405", "__import__('xml.etree.ElementTree')", None),
    "import that parses nothing": ("B405", "import xml.etree.ElementTree as e\ne.Element(p)", None),
    "import of a module": ("B405", "import xml.etree.ElementTree as e\ne.parse(p)", "defusedxml.ElementTree as e"),
    "import of what is missing": (
        "B406",
        "from xml.sax import expatreader, xmlreader\nf(expatreader, xmlreader)",
        None,
    ),
    "import of modules": ("B405", "from xml.etree import ElementTree\nElementTree.parse(p)", "from defusedxml import"),
    "import over lines": ("B405", "from \\\n  xml.etree import ElementTree\nElementTree.parse(p)", None),
    # SQL
    "statement that is multiplied": ("B608", f"{SQL}c.execute('select * from a where b=%s' * d)", None),
    "statement with braces": ("B608", SQL + "c.execute(f'select {{}} from a where b={d}')", None),
    "statement with other fields": ("B608", f"{SQL}c.execute('select %d from a where b=%s' % (d, e))", None),
    "statement with numbered fields": ("B608", SQL + "c.execute('select 1 from a where b={0}'.format(d))", None),
    "statement in different quotes": ("B608", f"{SQL}c.execute('select * from a where b=' + d + \" and c=1\")", None),
    "statement in the same quotes": (
        "B608",
        f"{SQL}c.execute('select * from a where b=' + d + ' and c=1')",
        "c.execute('select * from a where b=? and c=1', (d,))",
    ),
    "statement with a list": ("B608", f"{SQL}d = [1]\nc.execute('select * from a where b=%s' % d)", None),
    "statement with joined values": (
        "B608",
        f"{SQL}d = ','.join(e)\nc.execute('select * from a where b=%s' % d)",
        None,
    ),
    "statement with the text of a value": (
        "B608",
        f"{SQL}c.execute('select * from a where b=' + str(d))",
        "c.execute('select * from a where b=?', (d,))",
    ),
    "statement with the text of an item": (
        "B608",
        f"{SQL}c.execute('select * from a where b=' + d['e'].f[0])",
        "(d['e'].f[0],)",
    ),
    "statement with a computed item": ("B608", f"{SQL}c.execute('select * from a where b=' + d[e + 1])", None),
    "statement with the text of several": ("B608", f"{SQL}c.execute('select * from a where b=' + str(d, e))", None),
    "statement with a table": ("B608", f"{SQL}c.execute('select * from ' + table)", None),
    "driver that is closed": (
        "B608",
        (
            "import sqlite3, contextlib\nwith contextlib.closing(sqlite3.connect(p)) as c:\n"
            "    c.execute('select * from a where b=%s' % d)"
        ),
        "b=?', (d,)",
    ),
    "driver that is awaited": (
        "B608",
        (
            "import aiosqlite\nasync def f():\n    c = await aiosqlite.connect(p)\n"
            "    await c.execute('select * from a where b=%s' % d)"
        ),
        "b=?', (d,)",
    ),
    "driver of either": (
        "B608",
        (
            "import sqlite3, psycopg2\nc = sqlite3.connect(p)\nif q:\n    c = psycopg2.connect(p)\n"
            "c.execute('select * from a where b=%s' % d)"
        ),
        None,
    ),
    "driver in a dictionary": (
        "B608",
        "import acme\nacme.pool['a'].execute('select * from a where b=%s' % d)",
        None,
    ),
    "driver by a function of one's own": (
        "B608",
        "import sqlite3\nc = make(p)\nc.execute('select * from a where b=%s' % d)",
        None,
    ),
}


@pytest.mark.parametrize(("id", "code", "written"), CASES.values(), ids=CASES)
def test_a_fix_is_offered_only_where_it_can_be_right(id: str, code: str, written: str | None) -> None:
    check(id, f"{code}\n", written)
