"""Data from outside that becomes a part of an SQL statement.

The sender of the request can end the string that the data is put into and continue in SQL. With a name such as `' OR
1=1 --`, an attacker can read or change other people's rows, or log in without a password. Placeholders keep values
apart from the statement, whatever they contain.

## Bad

    import sqlite3
    from flask import Flask, request

    app = Flask(__name__)
    db = sqlite3.connect("shop.db")

    @app.get("/users")
    def users():
        name = request.args["name"]
        db.execute("SELECT * FROM users WHERE name = '" + name + "'")
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SQL injection: `request.args` reaches `execute()`
        return "found"

## Good

    import sqlite3
    from flask import Flask, request

    app = Flask(__name__)
    db = sqlite3.connect("shop.db")

    @app.get("/users")
    def users():
        db.execute("SELECT * FROM users WHERE name = ?", (request.args["name"],))
        return "found"


    import sqlite3
    from flask import Flask, abort, request

    app = Flask(__name__)
    db = sqlite3.connect("shop.db")

    @app.get("/users")
    def users():
        column = request.args["sort"]
        if column not in ("name", "age"):
            abort(400)
        db.execute(f"SELECT * FROM users ORDER BY {column}")
        return "found"

Names of tables and columns cannot be placeholders; compare them with those that are allowed.

## When to suppress

If something checks the data that Posse does not know: a validator of your own, or one of another file. Say which in the
comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html
- https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html
- https://owasp.org/Top10/A03_2021-Injection/
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, Cwe, Finding, Flow, rule


@rule("P101", "sql_flow", HIGH, HIGH, Cwe.SQL_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in the text of an SQL statement."""
    yield flow.finding(f"SQL injection: {flow.source} reaches {flow.sink} as a part of the statement.")
