r"""Data from outside that gets into a header or a log with its line breaks.

A line break in a header begins the next header, or the body: the sender can write cookies, or a whole page, in the name
of the server. A line break in a log begins a new entry, so an attacker can hide real entries behind fake ones.

## Bad

    import logging
    from flask import Flask, request

    app = Flask(__name__)
    log = logging.getLogger(__name__)

    @app.post("/login")
    def login():
        name = request.form["name"]
        log.warning("failed login of %s", name)
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Header or log injection: `request.form` reaches `warning()` with
        return {"ok": False}

## Good

    import logging
    from flask import Flask, request

    app = Flask(__name__)
    log = logging.getLogger(__name__)

    @app.post("/login")
    def login():
        name = request.form["name"].replace("\r", "").replace("\n", "")
        log.warning("failed login of %s", name)
        return {"ok": False}

## When to suppress

If the log is written by code that escapes line breaks, such as a JSON formatter, or if the server rejects them in
headers, as newer versions of Werkzeug, Django and http.client do.

## References

- https://owasp.org/www-community/attacks/Log_Injection
- https://owasp.org/www-community/attacks/HTTP_Response_Splitting
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Cwe, Finding, Flow, rule


@rule("P113", "header_or_log_flow", LOW, MEDIUM, Cwe.NEUTRALIZATION_IN_HEADERS_AND_LOGS)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in a header or a log entry."""
    yield flow.finding(f"Header or log injection: {flow.source} reaches {flow.sink} with its line breaks.")
