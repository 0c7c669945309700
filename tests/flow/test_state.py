"""Names that may mean one of two containers: values put into either later are seen."""

from __future__ import annotations

import ast

from posse_checks.flow.catalogue.everything import CATALOGUE
from posse_checks.flow.lower import lower
from posse_checks.flow.module import flows_of

HEAD = "import os, flask\nfrom flask import request\napp = flask.Flask('x')\n@app.get('/a')\ndef view(flag):\n"


def lines_reported(body: str) -> list[int]:
    program = HEAD + "".join(f"    {line}\n" for line in body.strip().splitlines())
    return [flow.at[0] - 5 for flow in flows_of(lower(ast.parse(program).body), CATALOGUE).flows]


def test_joined_container_has_what_either_had() -> None:
    body = """
a = {"x": "ls"}
b = {"x": request.args["x"]}
c = a if flag else b
os.system(c["x"])
os.system(a["x"])
"""
    assert lines_reported(body) == [4]


def test_container_joined_again_has_what_came_since() -> None:
    body = """
a = []
b = []
for part in flag:
    c = a if part else b
    os.system(" ".join(c))
    b.append(request.args["x"])
"""
    assert lines_reported(body) == [5]


def test_containers_in_each_other_can_be_joined() -> None:
    body = """
a = []
b = [a]
a.append(b)
c = a if flag else b
c.append(request.args["x"])
for d in (a, b, c):
    os.system(str(d))
os.system(str(c))
"""
    assert lines_reported(body) == [7, 8]
