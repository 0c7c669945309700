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

## When to suppress

If something checks the data that Posse does not know: a validator of your own, or one of another package. Say which
in the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
- https://markupsafe.palletsprojects.com/en/stable/escaping/
- https://docs.djangoproject.com/en/stable/ref/utils/#module-django.utils.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P105", "html_flow", MEDIUM, HIGH, Cwe.CROSS_SITE_SCRIPTING)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in HTML."""
    yield flow.finding(f"Cross-site scripting: {flow.source} becomes HTML here without being escaped.")
