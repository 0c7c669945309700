"""A Flask application started with `debug=True`.

The debugger shows the source and the variables of every failure to the client that caused it, and offers a Python
console on the server. A PIN makes that harder, not impossible: anyone who can read a few files of the server can
compute it.

## Bad

    from flask import Flask

    app = Flask(__name__)

    if __name__ == "__main__":
        app.run(debug=True)
    #           ^^^^^^^^^^ A Flask app appears to be run with debug=True

## Fixed

Turn off the debugger (review):

    from flask import Flask

    app = Flask(__name__)

    if __name__ == "__main__":
        app.run(debug=False)

## Good

    from flask import Flask

    app = Flask(__name__)

    if __name__ == "__main__":
        app.run()

## When to suppress

Hardly ever: `flask --app shop run --debug` turns the debugger on for one run and leaves the code alone. The
rule also sees other functions called `run`, in files that import Flask; there `debug` may mean something else.

## References

- https://flask.palletsprojects.com/en/stable/debugging/
- https://werkzeug.palletsprojects.com/en/stable/debug/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, rule

OTHER_LIBRARIES = {"asyncio", "anyio", "trio", "uvicorn", "hypercorn", "subprocess", "bottle", "pytest", "invoke"}
"""Modules whose own `run` starts something other than a Flask application."""


@rule(
    "B201",
    "flask_debug_true",
    HIGH,
    MEDIUM,
    Cwe.CODE_INJECTION,
    keyword={"debug"},
    unfixable="the argument has an unusual form",
)
def check(call: Call) -> Iterator[Finding]:
    """Report `run(debug=True)` on any object, in files that have imported anything from Flask."""
    if call.name.endswith(".run") and call.passes("debug", "True") and call.has_import_like("flask"):
        yield call.finding(
            "A Flask app appears to be run with debug=True, which exposes the Werkzeug debugger and allows the "
            "execution of arbitrary code.",
            line=call.line_of("debug"),
            span=call.keyword("debug"),
        )


@check.fix("Turn off the debugger", REVIEW)
def switch_off(call: Call, source: Source) -> Edits:
    """Sets `debug=False`, unless `run` may belong to another library. The server no longer reloads changed code."""
    function = call.node.func
    if not isinstance(function, ast.Attribute):
        return []
    library = (source.qualified(function.value) or "flask").partition(".")[0]
    if library in OTHER_LIBRARIES:
        return []
    return source.keyword_set(call.node, "debug", "False")
