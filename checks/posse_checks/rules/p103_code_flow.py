"""Data from outside that is run as code, or compiled as a template.

An expression or a template is a program. With `{{ ''.__class__.__mro__ }}` in a Jinja template, or `__import__('os')`
in an expression, the sender of the request can do everything that the server can do. Pass data from outside as values
to a template, and parse it with `json.loads`. `ast.literal_eval` runs no code, but a short text can make it crash.

## Bad

    from flask import Flask, render_template_string, request

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        page = "<h1>Hello, " + request.args["name"] + "</h1>"
        return render_template_string(page)
    #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Code injection: `request.args` reaches `render_template_string()`,

## Good

    from flask import Flask, render_template_string, request

    app = Flask(__name__)

    @app.get("/hello")
    def hello():
        return render_template_string("<h1>Hello, {{ name }}</h1>", name=request.args["name"])


    import json
    from flask import Flask, jsonify, request

    app = Flask(__name__)

    @app.get("/sum")
    def total():
        return jsonify(json.loads(request.args["numbers"]))

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://owasp.org/Top10/A03_2021-Injection/
- https://portswigger.net/web-security/server-side-template-injection
- https://docs.python.org/3/library/ast.html#ast.literal_eval
- https://docs.python.org/3/library/json.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, Cwe, Finding, Flow, rule


@rule("P103", "code_flow", HIGH, HIGH, Cwe.CODE_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside that is run, imported or compiled."""
    yield flow.finding(f"Code injection: {flow.source} reaches {flow.sink}, which runs it.")
