"""An SQL expression for a Django query, built at run time.

`RawSQL` is copied into the query. Text from a user in it becomes SQL: it can read other tables, turn off a condition
or, on some databases, change data.

## Bad

    from django.db.models.expressions import RawSQL

    def score(users, name):
        return users.annotate(score=RawSQL("SELECT score FROM scores WHERE name = '%s'" % name, []))
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Use of RawSQL

## Good

    from django.db.models.expressions import RawSQL

    def score(users, name):
        return users.annotate(score=RawSQL("SELECT score FROM scores WHERE name = %s", [name]))

## When to suppress

If the text is a named constant, or built from constants only.

## References

- https://docs.djangoproject.com/en/stable/ref/models/expressions/#raw-sql-expressions
- https://docs.djangoproject.com/en/stable/topics/security/#sql-injection-protection
"""

from collections.abc import Iterator

from posse_checks.rule import MEDIUM, Call, Cwe, Finding, is_string, last, rule
from posse_checks.rules._shared.keyword_arguments import keyword_nodes


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
