"""Data from outside that becomes HTML without being escaped.

A `<script>` in the data runs in the browser of each user who opens the page, with the rights of the site: it can read
what the user sees and do what the user may do. Templates escape their values; text that is built in Python and marked
as safe is not escaped.

## Bad

    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        name = request.args["name"]
        return "<h1>Hello, " + name + "</h1>"
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Cross-site scripting: `request.args` becomes HTML here without being

## Fixed

Escape the values with html.escape (review):

    import html

    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        name = request.args["name"]
        return "<h1>Hello, " + html.escape(name) + "</h1>"

## Good

    from flask import Flask, request
    from markupsafe import escape

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        return f"<h1>Hello, {escape(request.args['name'])}</h1>"


    from flask import Flask, render_template, request

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        return render_template("hello.html", name=request.args["name"])

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
- https://flask.palletsprojects.com/en/stable/web-security/
- https://markupsafe.palletsprojects.com/en/stable/escaping/
- https://docs.djangoproject.com/en/stable/ref/utils/#module-django.utils.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Flow, Source, View, rule
from posse_checks.rules._shared.built_text import Built, built, rewritten
from posse_checks.rules._shared.html_places import is_escapable
from posse_checks.rules._shared.request_values import as_text, is_sent

BODIES = ("content", "body", "text", "response", "chunk")
"""The keywords by which a response gets its page."""
RESPONSES = {f"{package}.{name}" for package in ("flask", "quart") for name in ("Response", "make_response")}


@rule("P105", "html_flow", MEDIUM, HIGH, Cwe.CROSS_SITE_SCRIPTING)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in HTML."""
    yield flow.finding(f"Cross-site scripting: {flow.source} becomes HTML here without being escaped.")


@check.fix("Escape the values with html.escape", REVIEW, one_by_one=True)
def escape(place: Call | View[ast.Return], source: Source) -> Edits:
    """Makes each value plain text of the page, where it stands between tags or in a quoted attribute."""
    page = _page(place.node, source)
    if page is None:
        return []
    access = source.name_access("html", "escape")

    def write(value: ast.expr, written: str, before: str, after: str) -> str | None:
        if not is_sent(value, source) or not is_escapable(before):
            return None
        return f"{access.expression}({as_text(value, written, source)})"

    text = Built(page, source) if is_sent(page, source) else built(page, source)
    return [*access.replacements, *rewritten(text, write)]


def _page(node: ast.Call | ast.Return, source: Source) -> ast.expr | None:
    """What becomes the page: a result, the first part of one, an argument of a response."""
    if isinstance(node, ast.Return):
        value = node.value.elts[0] if isinstance(node.value, ast.Tuple) and node.value.elts else node.value
        if isinstance(value, ast.Call) and source.qualified(value.func) in RESPONSES:
            return _page(value, source)
        return value
    given = [keyword.value for keyword in node.keywords if keyword.arg in BODIES]
    return node.args[0] if node.args else given[0] if given else None
