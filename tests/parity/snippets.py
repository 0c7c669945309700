"""Generated programs around the edges of the checks: what they look at, in every position Python allows."""

from __future__ import annotations

import ast

from hypothesis import strategies as st

from posse_checks.analysis.registry import bandit_rules

IMPORTS = [
    *("import subprocess", "import subprocess as sp", "from subprocess import run, Popen as P", "import os, pickle"),
    *("from os import system as s, popen", "import os.path as osp", "import yaml", "import yaml as y", "import flask"),
    *("from yaml import load, SafeLoader", "from flask import Flask, Markup", "import requests", "import httpx as h"),
    *(
        "from requests import get",
        "import hashlib",
        "from hashlib import md5 as m, new",
        "import tarfile",
        "import ssl",
    ),
    *("import paramiko", "from paramiko import client", "import torch", "import transformers", "from . import pickle"),
    *("from datasets import load_dataset", "import xml.etree.ElementTree as ET", "from xml.sax import make_parser"),
    *("from random import *", "import random as r", "from Crypto.Cipher import DES, AES", "import telnetlib, ftplib"),
    *("from .telnetlib import x", "import django.utils.safestring", "from django.utils.safestring import mark_safe"),
    *("from markupsafe import Markup as M", "import jinja2 as j", "from mako.template import Template", "import dill"),
    *(
        "from cryptography.hazmat.primitives.asymmetric import rsa, ec",
        "from Crypto.PublicKey import RSA",
        "import mako",
    ),
    *(
        "import logging.config",
        "from pysnmp.hlapi import CommunityData, UsmUserData",
        "import tempfile",
        "import crypt",
    ),
    *("from django.db.models import expressions as e", "from builtins import __import__", "import marshal as ma"),
]
CALLEES = [
    *("exec", "eval", "subprocess.run", "sp.Popen", "P", "run", "os.system", "s", "popen", "os.execv", "yaml.load"),
    *("y.load", "load", "app.run", "flask.Flask().run", "requests.get", "h.Client", "h.stream", "get", "hashlib.md5"),
    *(
        "m",
        "new",
        "hashlib.new",
        "tar.extractall",
        "tarfile.open(x).extractall",
        "ssl.wrap_socket",
        "os.chmod",
        "fchmod",
    ),
    *("c.exec_command", "client.set_missing_host_key_policy", "torch.load", "transformers.AutoModel.from_pretrained"),
    *("load_dataset", "ET.parse", "make_parser", "random", "r.choice", "DES.new", "telnetlib.Telnet", "mark_safe"),
    *("django.utils.safestring.mark_safe", "M", "Markup", "j.Environment", "Template", "mako.template.Template"),
    *("rsa.generate_private_key", "ec.generate_private_key", "RSA.generate", "logging.config.listen", "CommunityData"),
    *("UsmUserData", "tempfile.mktemp", "crypt.crypt", "x.extra", "RawSQL", "__import__", "importlib.import_module"),
    *(
        "pickle.loads",
        "ma.load",
        "cursor.execute",
        "f()",
        "f()()",
        "a[0].run",
        "(lambda: 0)",
        "x.y.z",
        "ssl.SSLContext",
    ),
]
VALUES = [
    *(
        "True",
        "False",
        "None",
        "0",
        "1",
        "0o777",
        "0o644",
        "1024",
        "2048",
        "512.0",
        "1j",
        "x",
        "x.y",
        "x.PROTOCOL_SSLv2",
    ),
    *(
        "'ls'",
        "'ls *'",
        "'/bin/ls'",
        "'chown *'",
        "['ls', x]",
        "['tar', '*']",
        "[]",
        "{}",
        "()",
        "{'a': 'b'}",
        "{1, x}",
    ),
    *(
        "{[1]}",
        "b'ls'",
        "'0.0.0.0'",
        "'/tmp/x'",
        "'/dev/shm'",
        "'md5'",
        "'SHA1'",
        "'data'",
        "'é𝛼'",
        "f'{x}'",
        "f'/tmp/{x}'",
    ),
    *("'select a from b where c=' + x", "'insert into t values (%s)' % x", "f'delete from {x}'", "'update a set b'"),
    *(
        "'select {} from b'.format(x)",
        "'select ' + x + 'from y ' + 'z'",
        "('select ' 'a from ' 'b') % x",
        "''",
        "...",
        "-1",
    ),
    *("'telnetlib'", "'pickle'", "ec.SECP192R1", "'SafeLoader'", "SafeLoader", "yaml.CSafeLoader", "AutoAddPolicy()"),
    *("paramiko.WarningPolicy", "select_autoescape()", "lambda p='/tmp': p", "(y := '/tmp')", "[z for z in '/tmp']"),
    *(
        "x if y else '/tmp'",
        "not '/tmp'",
        "x['password']",
        "x == 'a'",
        "password == 'a'",
        "o.token != 'b'",
        "*x",
        "'a' 'b'",
    ),
    *(
        "'%s' % ('a', x)",
        "'{}'.format('a')",
        "'''a\n/tmp'''",
        "'''/tmp\nb'''",
        "'select a from b'.replace('a', x)",
        "await f(x)",
    ),
]
KEYWORDS = [
    *("shell", "debug", "verify", "timeout", "Loader", "usedforsecurity", "filter", "members", "ssl_version", "method"),
    *(
        "password",
        "token",
        "pass_phrase",
        "secret_key",
        "key_size",
        "bits",
        "curve",
        "autoescape",
        "weights_only",
        "sql",
    ),
    *("revision", "commit_id", "mpModel", "where", "tables", "select", "name", "salt", "passwd", "x", "policy", "args"),
]
PLAIN = [value for value in VALUES if not value.startswith("*")]


BLOCKED = sorted({name for rule in bandit_rules().values() for name in rule.blocked or ()})
FITTING = [
    *("subprocess.run('ls -l', shell=True)", "os.system('tar x *')", "subprocess.Popen(['chown', '*'], shell=True)"),
    *(
        "app.run(debug=True)",
        "tar.extractall(members=f(x))",
        "tar.extractall(members=x)",
        "tar.extractall(filter='data')",
    ),
    *("requests.get(u, verify=False)", "httpx.stream(u, timeout=None)", "os.chmod(p, 0o777)", "os.chmod('é', stat.X)"),
    *("hashlib.new('MD5', usedforsecurity=False)", "hashlib.new(name='sha')", "crypt.mksalt(crypt.METHOD_CRYPT)"),
    *(
        "yaml.load(x)",
        "yaml.load(x, yaml.SafeLoader)",
        "yaml.load(x, Loader=SafeLoader)",
        "torch.load(x, weights_only=1)",
    ),
    *("ssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv3)", "f(method=SSL.SSLv2_METHOD)", "RSA.generate(512)"),
    *("RSA.generate(bits=2047)", "rsa.generate_private_key(65537, 1024)", "ec.generate_private_key(ec.SECT163K1)"),
    *("client.set_missing_host_key_policy(AutoAddPolicy())", "c.set_missing_host_key_policy(paramiko.WarningPolicy)"),
    *(
        "CommunityData('p', mpModel=0)",
        "UsmUserData('a')",
        "j.Environment(autoescape=False)",
        "j.Environment(loader=x)",
    ),
    *(
        "jinja2.Environment(autoescape=select_autoescape())",
        "mako.template.Template(x)",
        "RawSQL(sql=x)",
        "RawSQL(x, [])",
    ),
    *("load_dataset('a', revision='main')", "x.extra(where=[x])", "x.extra({'a': 'b'}, tables=['c'])", "M(f'{x}')"),
    *(
        "M(bleach.clean(x))",
        "mark_safe('%s' % x)",
        "mark_safe(x)",
        "__import__('telnetlib')",
        "__import__(name='pickle')",
    ),
    *("importlib.import_module('xml.sax')", "importlib.import_module(name='ftplib')", "importlib.import_module()"),
]
"""Calls with the arguments that some check depends on; generated ones seldom have exactly these."""


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call of something that a check may look at, over one line or several."""
    kind = draw(st.integers(0, 4))
    if kind == 0:
        return draw(st.sampled_from(FITTING))
    if kind == 1:
        return f"{draw(st.sampled_from(BLOCKED))}({draw(st.sampled_from(VALUES))})"
    positional = draw(st.lists(st.sampled_from(VALUES), max_size=3))
    keywords = draw(st.lists(st.tuples(st.sampled_from(KEYWORDS), st.sampled_from(PLAIN)), max_size=3))
    arguments = positional + [f"{name}={value}" for name, value in keywords]
    arguments += draw(st.sampled_from([[], [], [], ["**k"], ["**'abc'"]]))
    separator = draw(st.sampled_from([", ", ",\n    "]))
    return f"{draw(st.sampled_from(CALLEES))}({separator.join(arguments)})"


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """A value, a call, or something that a check may see around one."""
    value, other = (draw(st.sampled_from(PLAIN)) for _ in range(2))
    match draw(st.integers(0, 7)):
        case 0 | 1:
            return draw(calls())
        case 2:
            return f"{draw(st.sampled_from(['str', 'cursor.execute', 'mark_safe']))}({draw(calls())})"
        case 3:
            return f"{value} + {other}"
        case 4:
            return f"{{{draw(st.sampled_from(KEYS))}: {value}, **{other}, 'x': {draw(calls())}}}"
        case 5:
            return f"f'a{{{draw(st.sampled_from(['x', 'd[0]', 'g()']))}!r:>{{x}}}} from '"
        case _:
            return value


KEYS = ["'password'", "'token'", "'x_secret'", "None", "k", "'/tmp'"]
TARGETS = ["x", "password", "o.token", "d['pwd']", "a = password", "x, token", "d['a']['secret']", "'password'[0]"]
SIMPLE = ["pass", "continue", "global x", "'''a docstring /tmp'''", "del x", "raise E from e", "yield '/tmp'"]


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A statement without a block."""
    match draw(st.integers(0, 9)):
        case 0 | 1:
            return draw(st.one_of(st.sampled_from(IMPORTS), st.sampled_from(BLOCKED).map("import {} as b".format)))
        case 2:
            return draw(st.sampled_from(SIMPLE))
        case 3 | 4:
            return f"{draw(st.sampled_from(TARGETS))} = {draw(expressions())}"
        case 5:
            return f"assert {draw(expressions())}, {draw(expressions())}"
        case 6:
            return (
                f"{draw(st.sampled_from(['password: str =', 'x +=', 'return', 'password +=']))} {draw(expressions())}"
            )
        case _:
            return draw(expressions())


@st.composite
def heads(draw: st.DrawFn) -> str:
    """The first line, or the first two, of a statement with a block."""
    match draw(st.integers(0, 5)):
        case 0 | 1:
            return draw(st.sampled_from(HEADS))
        case 2:
            default, other, result = (draw(expressions()) for _ in range(3))
            return f"{draw(st.sampled_from(['', 'async ']))}def f(a, password={default}, *, token={other}) -> {result}:"
        case 3:
            return f"@{draw(expressions())}\ndef f(a=x.PROTOCOL_SSLv3, b='/tmp', pwd='x'):"
        case 4:
            return f"match {draw(expressions())}:\n    case '/tmp' | {{'password': 'x'}} if x == '0.0.0.0':"
        case _:
            return f"{draw(st.sampled_from(['if', 'while']))} {draw(expressions())}:"


HEADS = [
    *("if x:", "for x in y:", "class C:", "class C(B, k='/tmp'):", "class C('/tmp'):", "async for x in '/tmp':"),
    *("with a as b, c('/tmp') as d:", "async with a:", "with x:", "def f(self, token=None, pwd='a', /):"),
]
HANDLERS = ["except:", "except Exception:", "except (Exception, X):", "except E as e:", "except e.Exception:"]


@st.composite
def blocks(draw: st.DrawFn, depth: int = 3) -> str:
    """Some statements, up to a depth of blocks."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 5)) if depth else 0
        if kind == 4:
            lines.append(f"{draw(heads())}\n{indented(draw(blocks(depth - 1)), '        ')}")
        elif kind == 5:
            handler = draw(st.one_of(st.sampled_from(["pass", "continue", "..."]), statements()))
            body = f"try:\n{indented(draw(blocks(depth - 1)))}\n{draw(st.sampled_from(HANDLERS))}"
            lines.append(f"{body}\n{indented(handler)}")
        else:
            lines.append(draw(statements()))
    return "\n".join(lines)


def indented(block: str, by: str = "    ") -> str:
    """A block of statements, indented once more, lines of strings included, which is harmless."""
    return "\n".join(by + line for line in block.split("\n"))


COMMENTS = st.sampled_from(["", "", "", "  # nosec", "  # nosec B602", "  # nosec B105, B108", "  # noqa"])


def parses(source: str) -> bool:
    """Whether this interpreter's grammar allows the program."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program that parses, with comments here and there."""
    imports = draw(st.lists(st.sampled_from(IMPORTS), max_size=8))
    source = "\n".join([*imports, draw(blocks())])
    lines = [line + draw(COMMENTS) for line in source.split("\n")]
    commented = "\n".join(lines) + "\n"
    return commented if parses(commented) else source + "\n"
