"""Calls with unusual arguments: missing, by another name, by a variable. Each is judged as Bandit judges it."""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import Catalogue, bandit_rules
from posse_checks.incremental.document import Document
from tests.oracle import bandit_rows, difference, posse_rows

CATALOGUE = Catalogue(bandit_rules().values())
CALLS = {
    "crypt": [
        "import crypt",
        *("crypt.crypt('a', crypt.METHOD_MD5)", "crypt.crypt('a', salt=crypt.METHOD_CRYPT)", "crypt.crypt('a')"),
        *("crypt.mksalt(crypt.METHOD_CRYPT)", "crypt.mksalt(method=crypt.METHOD_SHA512)", "crypt.mksalt()"),
    ],
    "ssl": [
        "import ssl",
        *("ssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv2)", "ssl.wrap_socket(ssl_version=ssl.PROTOCOL_TLS)"),
        *("SSL.Context(method=SSL.SSLv3_METHOD)", "SSL.Context(method=SSL.TLS_METHOD)", "SSL.Context(a)"),
        *("f(method=ssl.PROTOCOL_SSLv3)", "f(ssl_version=ssl.PROTOCOL_TLSv1)", "f(method='GET', ssl_version=a)"),
        "ssl.wrap_socket()",
    ],
    "keys": [
        "from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa",
        *("rsa.generate_private_key(65537, 1024)", "rsa.generate_private_key(65537, size)"),
        *("dsa.generate_private_key(key_size=size)", "dsa.generate_private_key(key_size=2048)"),
        *("ec.generate_private_key(ec.SECP192R1)", "ec.generate_private_key(curve)", "ec.generate_private_key()"),
    ],
    "programs": [
        "import os, subprocess",
        *("f(run_as_root=True)", "f(run_as_root=False)", "f(run_as_root=a)"),
        *("os.system()", "os.popen(cmd='ls')", "os.spawnl(mode, 'ls')", "subprocess.Popen()", "os.execl()"),
        *("f('ls', shell=[])", "f('ls', shell=[1])", "f('ls', shell={})", "f('ls', shell=a)", "f(shell=True)"),
    ],
    "SNMP": [
        "from pysnmp.hlapi import CommunityData, UsmUserData",
        *("CommunityData('a', mpModel=0)", "CommunityData('a', mpModel=1)", "CommunityData('a', mpModel=2)"),
        *("CommunityData('a')", "UsmUserData('a')", "UsmUserData('a', 'b', 'c')"),
    ],
    "SQL": [
        "from django.db.models.expressions import RawSQL",
        *("RawSQL('a')", "RawSQL(a)", "RawSQL(sql=a)", "RawSQL()"),
        *("q.extra(select={'a': b})", "q.extra(select={'a': 'b'})", "q.extra(select={a: 'b'})", "q.extra(select=a)"),
        *("q.extra(where=['a'])", "q.extra(where=[a])", "q.extra(tables=a)", "q.extra(select={**a})", "q.extra()"),
        *("'select a from b'.replace(c)", "'select a from b'.format", "q.execute('select a from b'.format)"),
    ],
    "SQL without Django": ["import acme", "RawSQL(a)"],
    "archives": [
        "import tarfile",
        *("tarfile.open(a).extractall(members=b)", "tarfile.open(a).extractall(members=b())"),
        *("tarfile.open(a).extractall(members=b.c())", "tarfile.open(a).extractall(members=[])"),
        *("tarfile.open(a).extractall(filter='data')", "tarfile.open(a).extractall(filter=b)"),
    ],
    "models": [
        "from transformers import AutoModel",
        *("AutoModel.from_pretrained('a')", "AutoModel.from_pretrained('./a')", "AutoModel.from_pretrained()"),
        *("AutoModel.from_pretrained('a', revision='main')", "AutoModel.from_pretrained('a', revision=b)"),
        "AutoModel.from_pretrained('a', revision='0123456789abcdef0123456789abcdef01234567')",
    ],
    "models of another library": ["import acme", "AutoModel.from_pretrained('a')"],
    "markup": [
        "from markupsafe import Markup",
        *("Markup()", "Markup('a')", "Markup(a)", "Markup(f'{a}')", "Markup(a())", "Markup(object=a)"),
    ],
    "passwords": [
        "a = 1",
        *("password == 'a'", "password == b == 'a'", "'a' == password", "a['password'] = 'b'", "'password'[0] = 'b'"),
        *("a = {'password': 'b', **c, d: 'e'}", "a = password = 'b'", "password: str = 'b'", "a.password += 'b'"),
        *("def f(a, password='b', *, token='c', **d): pass", "f(password='a', **b)", "lambda password='a': 0"),
    ],
    "addresses": ["a = 1", *("f('0.0.0.0')", "f('0.0.0.0:80')", "f('x0.0.0.0')", "f(b'0.0.0.0')")],
    "SSH": [
        "import paramiko",
        *("c.set_missing_host_key_policy()", "c.set_missing_host_key_policy(paramiko.AutoAddPolicy)"),
        *("c.set_missing_host_key_policy(WarningPolicy())", "c.set_missing_host_key_policy(a[0])"),
        "c.set_missing_host_key_policy(policy=paramiko.AutoAddPolicy())",
    ],
}
EACH = [(call, f"{head}\n{call}\n") for head, *calls in CALLS.values() for call in calls]


@pytest.mark.parametrize("source", [source for _, source in EACH], ids=[call for call, _ in EACH])
def test_a_call_is_judged_by_its_arguments_as_by_bandit(source: str) -> None:
    posse = posse_rows(Document.opened(source, CATALOGUE).findings())
    assert not difference(bandit_rows(source), posse, source)


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_the_calls_of_each_row_are_judged_differently(calls: list[str]) -> None:
    head, *others = calls
    results = {tuple(f.rule.id for f in Document.opened(f"{head}\n{call}\n", CATALOGUE).findings()) for call in others}
    assert len(results) > 1 or len(others) == 1
