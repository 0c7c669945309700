"""A fix of a finding on flows is offered only where it is right, and only if following the data again shows no flow.

Each table has the lines of a view with a finding, and what the fix must write; None where none may be offered.
"""

from __future__ import annotations

import pytest

from posse_checks.analysis.registry import Catalogue, all_rules
from posse_checks.fixes.apply import MOST_LINES_FOLLOWED, fixes
from posse_checks.flow.findings import Follower
from posse_checks.incremental.document import Document

CATALOGUE = Catalogue([rule for rule in all_rules().values() if rule.is_own])
FOLLOW = Follower(CATALOGUE).flows_in
FLASK = """\
import asyncio, os, psycopg2, sqlite3, subprocess
from pathlib import Path
import flask
from flask import Flask, Response, make_response, request, send_file
app = Flask(__name__)
db = sqlite3.connect("a")
pg = psycopg2.connect("a")
BASE = Path("/srv")
@app.route("/<name>", methods=["POST"])
def view(name):
    n = request.args["n"]
    m = request.args.get("m")
"""
DJANGO = """\
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
def view(request, name):
    n = request.GET["n"]
"""


def offers(source: str, id: str) -> list[str]:
    """The text after each fix of each finding of a rule."""
    document = Document.opened(source, CATALOGUE)
    found = [finding for finding in FOLLOW(document) if finding.rule.id == id]
    assert found, "there is no such finding"
    return [str(document.replaced(fix.replacements).text) for each in found for fix in fixes(document, each, FOLLOW)]


def check(id: str, head: str, body: str, written: str | None) -> None:
    source = head + "".join(f"    {line}\n" for line in body.split("\n"))
    after = offers(source, id)
    for text in after:
        compile(text, "fixed", "exec")
    if written is None:
        assert after == []
    else:
        assert [written in text for text in after] == [True], after


QUERIES = {
    "%": ("db.execute(\"SELECT * FROM t WHERE a = '%s'\" % n)", 'execute("SELECT * FROM t WHERE a = ?", (n,))'),
    "a name": ("q = f\"SELECT * FROM t WHERE a = '{n}'\"\n    db.execute(q)", "db.execute(q, (n,))"),
    "its text": ("q = f\"SELECT * FROM t WHERE a = '{n}'\"\n    db.execute(q)", 'q = "SELECT * FROM t WHERE a = ?"'),
    "two": ("q = f\"SELECT a FROM t WHERE a = '{n}' AND b = '{m}'\"\n    db.execute(q)", "db.execute(q, (n, m))"),
    "PostgreSQL": ("pg.cursor().execute(f\"SELECT * FROM t WHERE a = '{n}'\")", 'a = %s", (n,))'),
    "a table": ("db.execute(f'SELECT * FROM {n}')", None),
    "a pattern": ("db.execute(f\"SELECT * FROM t WHERE a LIKE '%{n}%'\")", None),
    "an unknown driver": ("cursor.execute(f\"SELECT * FROM t WHERE a = '{n}'\")", None),
    "parameters": ("db.execute(f\"SELECT * FROM t WHERE a = '{n}' AND b = ?\", (m,))", None),
    "a value that changes": ("q = \"SELECT * FROM t WHERE a = '\" + n + \"'\"\n    n = 'x'\n    db.execute(q)", None),
    "steps": ("q = f\"SELECT * FROM t WHERE a = '{n}'\"\n    if m:\n        q += ' '\n    db.execute(q)", None),
    "two uses": ("q = f\"SELECT * FROM t WHERE a = '{n}'\"\n    print(q)\n    db.execute(q)", None),
}


@pytest.mark.parametrize(("code", "written"), QUERIES.values(), ids=QUERIES)
def test_values_of_a_query_become_parameters(code: str, written: str | None) -> None:
    check("P101", FLASK, code.replace("\n    ", "\n"), written)


COMMANDS = {
    "+": ("os.system('ls -l ' + n)", "os.system('ls -l ' + shlex.quote(n))"),
    "an f-string": ("os.system(f'ls -l {n} >/dev/null')", "f'ls -l {shlex.quote(n)} >/dev/null'"),
    "%": ("os.system('cat /srv/%s.txt' % n)", "'cat /srv/%s.txt' % shlex.quote(n)"),
    "format": ("os.popen('ls {} {}'.format(n, m))", "'ls {} {}'.format(shlex.quote(n), shlex.quote(str(m)))"),
    "a coroutine": ("asyncio.create_subprocess_shell(f'ls {n}')", "shell(f'ls {shlex.quote(n)}')"),
    "a name": ("c = 'ls ' + n\nos.system(c)", "c = 'ls ' + shlex.quote(n)"),
    "quotes": ('os.system("ls \'" + n + "\'")', None),
    "the program": ("os.system(n + ' -l')", None),
    "a shell": ("os.system('bash -c ' + n)", None),
    "a substitution": ("os.system('ls $(echo ' + n + ')')", None),
    "another machine": ("os.system('ssh host ls ' + n)", None),
    "a built part": ("p = ' '.join(['-x', n])\nos.system('ls ' + p)", None),
    "the whole command": ("os.system(n)", None),
}


@pytest.mark.parametrize(("code", "written"), COMMANDS.values(), ids=COMMANDS)
def test_arguments_of_a_command_are_quoted(code: str, written: str | None) -> None:
    check("P102", FLASK, code, written)


SAFE = "werkzeug.utils.secure_filename"
PATHS = {
    "+": ("open('/srv/' + n)", f"open('/srv/' + {SAFE}(n))"),
    "an f-string": ("open(f'/srv/{n}.txt')", f"open(f'/srv/{{{SAFE}(n)}}.txt')"),
    "join": ("open(os.path.join('/srv', n))", f"os.path.join('/srv', {SAFE}(n))"),
    "join of several": ("open(os.path.join('/srv', n, 'a'))", f"os.path.join('/srv', {SAFE}(n), 'a')"),
    "a Path": ("open(BASE / n)", f"open(BASE / {SAFE}(n))"),
    "an upload": ("f = request.files['f']\nf.save('/srv/' + f.filename)", f"f.save('/srv/' + {SAFE}(f.filename))"),
    "no folder": ("open(n)", None),
    "a beginning of a name": ("open('/srv/x' + n)", None),
    "a built name": ("p = n + '/' + name\nopen('/srv/' + p)", None),
}


@pytest.mark.parametrize(("code", "written"), PATHS.values(), ids=PATHS)
def test_names_in_a_path_become_safe_ones(code: str, written: str | None) -> None:
    check("P104", FLASK, code, written)


def test_without_the_package_there_is_no_safe_name() -> None:
    check("P104", DJANGO, "open('/srv/' + n)", None)


PAGES = {
    "+": ("return '<p>' + n", "return '<p>' + html.escape(n)"),
    "alone": ("return n", "return html.escape(n)"),
    "that may be missing": ("return f'<p>{m}'", "return f'<p>{html.escape(str(m))}'"),
    "a parameter": ("return '<p>' + name", "return '<p>' + html.escape(str(name))"),
    "a status": ("return '<p>{}'.format(n), 404", "'<p>{}'.format(html.escape(n)), 404"),
    "a response": ("return Response('<p>%s' % n)", "Response('<p>%s' % html.escape(n))"),
    "a name": ("p = f'<p>{n}'\nreturn p", "p = f'<p>{html.escape(n)}'"),
    "an attribute": ("return f'<p title=\"{n}\">'", 'title="{html.escape(n)}"'),
    "an attribute without quotes": ("return f'<p title={n}>'", None),
    "an address": ("return f'<a href=\"{n}\">'", None),
    "an event": ("return f'<a onclick=\"{n}\">'", None),
    "a script": ("return '<script>x = \"' + n + '\"</script>'", None),
    "a comment": ("return '<!-- ' + n + ' -->'", None),
    "a tag": ("return '<' + n + '>'", None),
    "HTML of the program": (
        "rows = ''.join(f'<li>{x}' for x in request.args.getlist('x'))\nreturn '<ul>' + rows",
        None,
    ),
    "bytes": ("return request.data", None),
    "bytes in a text": ("return f'<p>{request.data}'", None),
    "a page that is used twice": ("p = '<p>' + n\nprint(p)\nreturn p", None),
}


@pytest.mark.parametrize(("code", "written"), PAGES.values(), ids=PAGES)
def test_values_of_a_page_are_escaped(code: str, written: str | None) -> None:
    check("P105", FLASK, code, written)


def test_values_of_a_response_are_escaped() -> None:
    check("P105", DJANGO, "return HttpResponse('<p>' + n)", "HttpResponse('<p>' + html.escape(n))")


GUARD = "if not django.utils.http.url_has_allowed_host_and_scheme"
REDIRECTS = {
    "a name": (
        DJANGO,
        "return redirect(n)",
        f'    {GUARD}(n, {{request.get_host()}}, request.is_secure()):\n        n = "/"\n',
    ),
    "a value": (DJANGO, "return HttpResponseRedirect(request.GET['n'])", "    target = request.GET['n']\n    if not "),
    "its use": (DJANGO, "return HttpResponseRedirect(request.GET['n'])", "    return HttpResponseRedirect(target)\n"),
    "a line with more": (DJANGO, "if n: return redirect(n)", None),
    "a built address": (DJANGO, "return redirect('//' + n)", None),
    "Flask": (FLASK, "return flask.redirect(n)", None),
}


@pytest.mark.parametrize(("head", "code", "written"), REDIRECTS.values(), ids=REDIRECTS)
def test_redirects_stay_on_the_site(head: str, code: str, written: str | None) -> None:
    check("P106", head, code, written)


def test_nothing_is_offered_unless_data_can_be_followed_again() -> None:
    document = Document.opened(f"{FLASK}    return n\n", CATALOGUE)
    [finding] = FOLLOW(document)
    assert list(fixes(document, finding)) == []
    assert list(fixes(document, finding, lambda _: [finding])) == []
    assert [fix.title for fix in fixes(document, finding, FOLLOW)] == ["Escape the values with html.escape"]


def test_nothing_is_offered_in_a_long_document() -> None:
    document = Document.opened(f"{FLASK}    return n\n" + "x = 1\n" * MOST_LINES_FOLLOWED, CATALOGUE)
    [finding] = FOLLOW(document)
    assert list(fixes(document, finding, FOLLOW)) == []


def test_texts_of_many_parts_and_values_of_many_bindings_get_no_fix() -> None:
    check("P105", FLASK, "return '<p>'" + " + n" * 150, None)
    check("P105", FLASK, "return f'" + "{n}" * 150 + "'", None)
    check("P105", FLASK, "n = n.strip()\n" * 20 + "return '<p>' + n", None)
