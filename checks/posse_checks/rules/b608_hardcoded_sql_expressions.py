"""An SQL statement put together from strings and values.

A value that contains a quote ends the string it was put into, and the rest of it is SQL. With a name such as
`' OR 1=1 --`, an attacker reads or changes other people's rows, or logs in without a password. Placeholders keep values
apart from the statement, whatever they contain.

## Bad

    import sqlite3

    def find(cursor, name):
        cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    #                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Possible SQL injection vector


    import psycopg

    def rename(cursor, id, name):
        cursor.execute(f"UPDATE users SET name = '{name}' WHERE id = {id}")
    #                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Possible SQL injection vector

## Fixed

Pass the values as parameters (? placeholders) (review):

    import sqlite3

    def find(cursor, name):
        cursor.execute("SELECT * FROM users WHERE name = ?", (name,))

Pass the values as parameters (%s placeholders) (review):

    import psycopg

    def rename(cursor, id, name):
        cursor.execute("UPDATE users SET name = %s WHERE id = %s", (name, id))

## Good

    def find(cursor, name):
        cursor.execute("SELECT * FROM users WHERE name = ?", (name,))

    def rename(cursor, id, name):
        cursor.execute("UPDATE users SET name = %s WHERE id = %s", (name, id))


    def delete(cursor, ids):
        cursor.executemany("DELETE FROM users WHERE id = ?", [(id,) for id in ids])

The driver decides what a placeholder looks like: `?` for `sqlite3`, `%s` for psycopg and the drivers of MySQL, `:name`
in the `text()` of SQLAlchemy. One placeholder stands for one value, so a list needs as many as it has items. Put no
quotes around a placeholder. For names of tables and columns, psycopg has `sql.Identifier`.

## When to suppress

If all that goes into the statement is a constant, or looked up in a table of what is allowed: names of tables and
columns cannot be placeholders. Also if the text is not SQL, as in a message like "select a file from the list".

## References

- https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html
- https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html
- https://www.psycopg.org/psycopg3/docs/basic/params.html
- https://www.psycopg.org/psycopg3/docs/api/sql.html
- https://docs.python.org/3/library/sqlite3.html#how-to-use-placeholders-to-bind-values-in-sql-queries
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Cwe, Edits, Finding, Source, View, is_string, rule
from posse_checks.rules._shared.sql_drivers import placeholder_of
from posse_checks.rules._shared.sql_parameters import statement
from posse_checks.rules._shared.sql_text import Texts, names_verb, reads_like_sql

FILLING_METHODS = ("format", "replace")
EXECUTING_FUNCTIONS = ("execute", "executemany")


class Chain:
    """The strings among the operands of a chain of binary operators, from left to right.

    As in Bandit, each string is checked by its own text followed by those of the others, in order, except the ones
    below its parent operator. Chains can be thousands of operators deep, so nothing recurses.
    """

    def __init__(self, top: ast.BinOp) -> None:
        self.texts: list[str] = []
        self._strings: list[tuple[ast.Constant, ast.BinOp]] = []
        self._start: dict[ast.BinOp, int] = {}
        self._end: dict[ast.BinOp, int] = {}
        pending: list[tuple[ast.expr, ast.BinOp]] = [(top, top)]
        while pending:
            node, operator = pending.pop()
            if node in self._start:  # visited again, after its operands
                self._end[operator] = len(self.texts)
            elif isinstance(node, ast.BinOp):
                self._start[node] = len(self.texts)
                pending += [(node, node), (node.right, node), (node.left, node)]
            elif is_string(node):
                self.texts.append(node.value)
                self._strings.append((node, operator))

    def sql_strings(self) -> Iterator[tuple[ast.Constant, ast.BinOp]]:
        """Yields the strings that look like SQL together with the others, each with its parent operator."""
        texts = Texts(self.texts)
        for index, (string, operator) in enumerate(self._strings):
            if texts.read_like_sql(index, self._start[operator], self._end[operator]):
                yield string, operator


def _could_be_sql(node: ast.BinOp | ast.JoinedStr | ast.Attribute) -> bool:
    """Whether a node has a string with a verb of SQL in it: cheap, and true of all that the check reports."""
    if isinstance(node, ast.BinOp):
        return any(map(names_verb, Chain(node).texts))
    if isinstance(node, ast.JoinedStr):
        return any(is_string(part) and names_verb(part.value) for part in node.values)
    return node.attr in FILLING_METHODS and is_string(node.value) and names_verb(node.value.value)


@rule(
    "B608",
    "hardcoded_sql_expressions",
    MEDIUM,
    LOW,
    Cwe.SQL_INJECTION,
    when=_could_be_sql,
    unfixable="the values cannot be told from names of tables and columns, or the driver is unknown",
)
def check(place: View[ast.BinOp | ast.JoinedStr | ast.Attribute]) -> Iterator[Finding]:
    """Report SQL in strings that are joined or formatted, with higher confidence if the result is executed."""
    node = place.node
    if isinstance(node, ast.BinOp):
        return _joined(place, node)
    if isinstance(node, ast.JoinedStr):
        return _interpolated(place, node)
    return _filled(place, node)


def _joined(place: View[ast.AST], chain: ast.BinOp) -> Iterator[Finding]:
    """Yields the findings in a chain of operators such as `+` and `%`."""
    for string, operator in Chain(chain).sql_strings():
        yield _report(place, string, operator, is_executed=_executes(place.parent(chain)))


def _interpolated(place: View[ast.AST], string: ast.JoinedStr) -> Iterator[Finding]:
    """Yields the finding for an f-string."""
    parts = [part for part in string.values if is_string(part)]
    if reads_like_sql("".join(part.value for part in parts)):
        yield _report(place, parts[0], string, is_executed=_executes(place.parent(string)), span=string)


def _filled(place: View[ast.AST], method: ast.Attribute) -> Iterator[Finding]:
    """Yields the finding for a method, such as `format`, of a string."""
    string = method.value
    if not (is_string(string) and reads_like_sql(string.value)):
        return
    call = place.parent(method)
    # If the method is not called, its parent is a statement, which executes nothing.
    is_executed = method.attr != "replace" and not isinstance(call, ast.stmt) and _executes(place.parent(call))
    yield _report(place, string, method, is_executed=is_executed)


def _executes(node: ast.AST) -> bool:
    """Whether a node is a call of a function or method with a name that executes statements."""
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in EXECUTING_FUNCTIONS


def _report(
    place: View[ast.AST], string: ast.Constant, holder: ast.AST, *, is_executed: bool, span: ast.AST | None = None
) -> Finding:
    return place.finding(
        "Possible SQL injection vector through string-based query construction.",
        confidence=MEDIUM if is_executed else LOW,
        at=string,
        within=holder,
        span=span,
    )


@check.fix("Pass the values as parameters (? placeholders)", REVIEW)
def use_question_marks(place: View[ast.AST], source: Source) -> Edits:
    """Passes the values as parameters, as in `sqlite3`, so that they are never read as SQL."""
    return _parameters(place, source, "?")


@check.fix("Pass the values as parameters (%s placeholders)", REVIEW)
def use_percent_signs(place: View[ast.AST], source: Source) -> Edits:
    """Passes the values as parameters, as in the drivers of PostgreSQL and MySQL; they are never read as SQL."""
    return _parameters(place, source, "%s")


def _parameters(place: View[ast.AST], source: Source, placeholder: str) -> Edits:
    """Passes the values of a statement separately, where it is the only argument of `execute` of a known driver."""
    built, (call, *above) = place.node, source.ancestors
    if isinstance(built, ast.Attribute):
        built, call = call, above[0]
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "execute":
        return []
    if not isinstance(built, ast.expr) or not source.is_sole_argument(call, built) or "#" in source.slice(built):
        return []
    if placeholder_of(call.func.value, place, source) != placeholder:
        return []
    return [source.replaced(built, statement(built, source).with_placeholders(placeholder))]
