"""An SQL expression for a Django query, built at run time.

`RawSQL` is copied into the query. Text from a user in it becomes SQL: it can read other tables, turn off a condition
or, on some databases, change data.

## Bad

    from django.db.models.expressions import RawSQL

    def score(users, name):
        return users.annotate(score=RawSQL("SELECT score FROM scores WHERE name = '%s'" % name, []))
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Use of RawSQL

## Fixed

Pass the values as parameters (review):

    from django.db.models.expressions import RawSQL

    def score(users, name):
        return users.annotate(score=RawSQL("SELECT score FROM scores WHERE name = %s", [name]))

## Good

    from django.db.models.expressions import RawSQL

    def score(users, name):
        return users.annotate(score=RawSQL("SELECT score FROM scores WHERE name = %s", [name]))

Put no quotes around `%s`: the database would then read the value as SQL again.

## When to suppress

If the text is a named constant, or built from constants only.

## References

- https://docs.djangoproject.com/en/stable/ref/models/expressions/#raw-sql-expressions
- https://docs.djangoproject.com/en/stable/topics/security/#sql-injection-protection
- https://docs.djangoproject.com/en/stable/topics/db/sql/#passing-parameters-into-raw
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, UnfixableError, is_string, last, rule
from posse_checks.rules._shared.keyword_arguments import keyword_nodes
from posse_checks.rules._shared.sql_fragments import parameterized


@rule(
    "B611",
    "django_rawsql_used",
    MEDIUM,
    MEDIUM,
    Cwe.SQL_INJECTION,
    called=last("RawSQL"),
    unfixable="the expression that replaces it depends on the model",
)
def check(call: Call) -> Iterator[Finding]:
    """Report expressions whose SQL is not a string literal, in files that import from `django.db.models`."""
    if not call.has_import_like("django.db.models"):
        return
    sql = call.node.args[0] if call.node.args else keyword_nodes(call).get("sql")
    if sql is not None and not is_string(sql):
        yield call.finding("Use of RawSQL potential SQL attack vector.", span=sql)


@check.fix("Pass the values as parameters", REVIEW)
def pass_parameters(call: Call, source: Source) -> Edits:
    """Passes the values apart from the SQL, if there are no other parameters."""
    match call.node:
        case ast.Call(args=[sql, (ast.List(elts=[]) | ast.Tuple(elts=[])) as parameters], keywords=[]):
            text, values = parameterized(sql, source)
            return [source.replaced(sql, text), source.replaced(parameters, f"[{', '.join(values)}]")]
    raise UnfixableError("the expression has parameters already, or is passed in another way")
