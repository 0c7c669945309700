"""Data from outside that is stored in the session unchecked.

Other code trusts the session to hold the server's own data: who is logged in, which role they have. If unchecked text
from the client is stored there, later code trusts it too. Check it first, or use it to look up the value to store.

## Bad

    from flask import Flask, request, session

    app = Flask(__name__)

    @app.post("/role")
    def choose():
        role = request.form["role"]
        session["role"] = role
    #   ^^^^^^^^^^^^^^^ Trust boundary: `request.form` is stored in the session
        return {"saved": True}

## Good

    from flask import Flask, abort, request, session

    app = Flask(__name__)

    @app.post("/role")
    def choose():
        role = request.form["role"]
        if role not in ("reader", "writer"):
            abort(400)
        session["role"] = role
        return {"saved": True}

## When to suppress

If no code relies on the value: a remembered search, a form that is filled in over several pages.

## References

- https://cwe.mitre.org/data/definitions/501.html
- https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Cwe, Finding, Flow, rule


@rule("P112", "session_flow", LOW, MEDIUM, Cwe.TRUST_BOUNDARY_VIOLATION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside that is stored in a session."""
    yield flow.finding(f"Trust boundary: {flow.source} is stored in the session unchecked.")
