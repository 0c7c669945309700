"""Posse's own rules on single statements: lines that are marked are reported, and no others; what their fixes write."""

from __future__ import annotations

import re

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.fixes.apply import fixes
from posse_checks.incremental.document import Document

MARK = re.compile(r"# (P\d{3})$")
PROGRAMS = {
    "cookies": """
from flask import make_response
response.set_cookie("session", a)  # P201
response.set_cookie("session", a, secure=True)  # P201
response.set_cookie("session", a, secure=True, httponly=True)
response.set_cookie("session", a, secure=True, httponly=False)  # P201
response.set_cookie("color", a, secure=True)
response.set_cookie("csrf_token", a, secure=True)
response.set_cookie(name, a, secure=True)
response.set_cookie("session", a, secure=unknown, httponly=unknown)
response.set_cookie("session", *a)
response.set_cookie("session", **a)
response.set_cookie()
jar.set_cookie(cookie)
SESSION_COOKIE_SECURE = False  # P201
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = False  # P201
app.config["SESSION_COOKIE_SECURE"] = False  # P201
""",
    "tokens of JWT": """
import jwt
jwt.decode(a, key, verify=False)  # P202
jwt.decode(a, key, options={"verify_signature": False})  # P202
jwt.decode(a, key, options={"verify_exp": False, **b})  # P202
jwt.decode(a, key, options={"verify_exp": True, **b})
jwt.decode(a, key, options=b)
jwt.decode(a, key, algorithms=["none"])  # P202
jwt.encode(a, key, algorithm="none")  # P202
jwt.encode(a, key, algorithm="HS256")
jwt.encode(a, "hunter2")  # P202
jwt.encode(a, key="hunter2")  # P202
jwt.decode(a, "-----BEGIN PUBLIC KEY-----")
jwt.decode(a, "")
""",
    "certificates": """
import requests, ssl
context.check_hostname = False  # P203
context.check_hostname = True
context.verify_mode = ssl.CERT_NONE  # P203
context.verify_mode = CERT_NONE  # P203
context.verify_mode = "CERT_NONE"  # P203
context.verify_mode = ssl.CERT_REQUIRED
session.verify = False  # P203
session.verify = path
""",
    "random secrets": """
import numpy, random, uuid
token = uuid.uuid1()  # P204
max_tokens = random.gauss(1, 2)
name = uuid.uuid1()
f(session_id=uuid.uuid1())  # P204
f(number=uuid.uuid1())
a.password = str(numpy.random.bytes(9))  # P204
token: str = uuid.uuid1()  # P204
token += uuid.uuid1()  # P204
if (token := uuid.uuid1()):  # P204
    pass
a = {"token": uuid.uuid1()}  # P204
a = {"name": uuid.uuid1(), b: c, **d}
a = {"token": b, "name": [uuid.uuid1()]}
random.shuffle(password)  # P204
random.shuffle(list(self.token))  # P204
random.shuffle(cards)
random.shuffle()
""",
    "addresses without encryption": """
import requests
requests.post("http://acme.example/login", json={"password": a})  # P205
requests.post("https://acme.example/login", json={"password": a})
requests.post("http://localhost/login", json={"password": a})
requests.post(url="http://acme.example/login", auth=a)  # P205
requests.post("http://acme.example/" + b, auth=a)  # P205
""",
    "forged requests": """
from django.views.decorators.csrf import csrf_exempt
from django.utils.decorators import method_decorator
@csrf_exempt  # P206
def f(request): pass
@method_decorator(csrf_exempt)
class A: pass
view = csrf_exempt(g)  # P206
WTF_CSRF_ENABLED = False  # P206
WTF_CSRF_ENABLED = True
form = Form(csrf_enabled=False)  # P206
""",
    "settings": """
import flask, itsdangerous
app.config["DEBUG"] = True  # P207
app.debug = True  # P207
DEBUG = True
app.config.update(DEBUG=True)  # P207
app.config.update(DEBUG=False)
a = {"SECRET_KEY": "hunter2"}  # P207
a = {"SECRET_KEY": b, "name": "hunter2"}
itsdangerous.URLSafeSerializer("hunter2")  # P207
itsdangerous.URLSafeSerializer(key)
itsdangerous.URLSafeSerializer()
""",
    "settings of something else": """
import acme
app.config["DEBUG"] = True
acme.Signer("hunter2")
""",
    "other forms of calls": """
import asyncio, requests, subprocess, tarfile, yaml
subprocess.run(args=a, shell=True)  # P208
subprocess.run(args="ls", shell=True)
subprocess.run(args=a, shell=False)
subprocess.run(shell=True)
yaml.load_all(a, Loader=yaml.Loader)  # P208
yaml.load_all(a, yaml.SafeLoader)
yaml.load_all(a, Loader=SafeLoader)
yaml.load_all(a)  # P208
yaml.unsafe_load(a)  # P208
asyncio.create_subprocess_shell(a)  # P208
asyncio.create_subprocess_shell("ls")
tarfile.open(a).extract(b)  # P208
tarfile.open(a).extract(b, filter="data")
extract(b)
requests.Session().get(a, verify=False)  # P208
requests.Session().get(a, verify=True)
requests.Session().close(verify=False)
""",
}
FIXES = {
    "a flag of a cookie": (
        'response.set_cookie("color", a)',
        "P201",
        ['response.set_cookie("color", a, secure=True)'],
    ),
    "another flag of a cookie": (
        'response.set_cookie("session", a, secure=True)',
        "P201",
        ['response.set_cookie("session", a, secure=True, httponly=True)'],
    ),
    "a flag by its position": ('response.set_cookie("a", b, 1, 2, "/", None, False)', "P201", []),
    "a setting of cookies": ("SESSION_COOKIE_SECURE = False", "P201", ["SESSION_COOKIE_SECURE = True"]),
    "a check of a context": ("import ssl\nc.check_hostname = False", "P203", ["import ssl\nc.check_hostname = True"]),
    "a mode of a context": (
        "import ssl\nc.verify_mode = ssl.CERT_NONE",
        "P203",
        ["import ssl\nc.verify_mode = ssl.CERT_REQUIRED"],
    ),
    "a mode as a text": ('import ssl\nc.verify_mode = "CERT_NONE"', "P203", []),
    "an address": (
        'import requests\nrequests.get("http://acme.example/a", auth=b)',
        "P205",
        ['import requests\nrequests.get("https://acme.example/a", auth=b)'],
    ),
    "an address by keyword": (
        'import requests\nrequests.get(url="http://acme.example/a", auth=b)',
        "P205",
        ['import requests\nrequests.get(url="https://acme.example/a", auth=b)'],
    ),
    "debugging": (
        'import flask\napp.config["DEBUG"] = True',
        "P207",
        ['import flask\napp.config["DEBUG"] = False'],
    ),
    "a key in the source": ('import itsdangerous\nitsdangerous.Signer("hunter2")', "P207", []),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_marked_lines_are_reported(program: str) -> None:
    ids = {id for line in program.splitlines() for id in MARK.findall(line)} or {"P207"}
    document = Document.opened(program, Catalogue([all_rules()[id] for id in ids]))
    expected = [(n, id) for n, line in enumerate(program.splitlines(), start=1) for id in MARK.findall(line)]
    assert [(finding.line, finding.rule.id) for finding in document.findings()] == expected


@pytest.mark.parametrize(("source", "id", "written"), FIXES.values(), ids=FIXES)
def test_a_fix_writes_what_the_rule_asks_for(source: str, id: str, written: list[str]) -> None:
    document = Document.opened(f"{source}\n", Catalogue([all_rules()[id]]))
    (finding,) = document.findings()
    after = [str(document.replaced(fix.replacements).text) for fix in fixes(document, finding)]
    assert after == [f"{text}\n" for text in written]
