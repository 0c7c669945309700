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


    import psycopg2
    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/orders")
    def orders():
        city = request.args["city"]
        query = f"SELECT * FROM orders WHERE city = '{city}'"
        with psycopg2.connect("dbname=shop") as connection:
            connection.cursor().execute(query)
    #       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SQL injection: `request.args` reaches `execute()`
        return "found"

## Fixed

Pass the values as parameters (? placeholders) (review):

    import sqlite3
    from flask import Flask, request

    app = Flask(__name__)
    db = sqlite3.connect("shop.db")

    @app.get("/users")
    def users():
        name = request.args["name"]
        db.execute("SELECT * FROM users WHERE name = ?", (name,))
        return "found"

Pass the values as parameters (%s placeholders) (review):

    import psycopg2
    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/orders")
    def orders():
        city = request.args["city"]
        query = "SELECT * FROM orders WHERE city = %s"
        with psycopg2.connect("dbname=shop") as connection:
            connection.cursor().execute(query, (city,))
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

Put no quotes around a placeholder. Names of tables and columns cannot be placeholders; compare them with those that are
allowed.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html
- https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html
- https://owasp.org/Top10/A03_2021-Injection/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Flow, Source, rule
from posse_checks.rules._shared.built_text import built
from posse_checks.rules._shared.sql_drivers import placeholder_of
from posse_checks.rules._shared.sql_parameters import statement


@rule("P101", "sql_flow", HIGH, HIGH, Cwe.SQL_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in the text of an SQL statement."""
    yield flow.finding(f"SQL injection: {flow.source} reaches {flow.sink} as a part of the statement.")


@check.fix("Pass the values as parameters (? placeholders)", REVIEW, one_by_one=True)
def use_question_marks(call: Call, source: Source) -> Edits:
    """Passes the values as parameters, as in `sqlite3`, so that they are never read as SQL."""
    return _parameters(call, source, "?")


@check.fix("Pass the values as parameters (%s placeholders)", REVIEW, one_by_one=True)
def use_percent_signs(call: Call, source: Source) -> Edits:
    """Passes the values as parameters, as in the drivers of PostgreSQL and MySQL; they are never read as SQL."""
    return _parameters(call, source, "%s")


def _parameters(call: Call, source: Source, placeholder: str) -> Edits:
    """Passes the values of a statement separately, where it is the only argument of `execute` of a known driver."""
    node = call.node
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "execute" or len(node.args) != 1:
        return []
    argument = node.args[0]
    if not source.is_sole_argument(node, argument) or placeholder_of(node.func.value, call, source) != placeholder:
        return []
    text = built(argument, source)
    if "#" in text.source.slice(text.node):
        return []
    query, values = statement(text.node, text.source).parameterized(placeholder)
    if text.node is argument:
        return [source.replaced(argument, f"{query}, {values}")]
    return [text.source.replaced(text.node, query), source.inserted(source.end(argument), f", {values}")]
