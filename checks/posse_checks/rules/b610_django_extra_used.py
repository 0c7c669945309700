"""Parts of an SQL query that Django does not escape, built at run time.

`extra()` copies its `select`, `where` and `tables` into the query. Text from a user in them becomes SQL: it can read
other tables, turn off a condition or, on some databases, change data.

## Bad

    def named(users, name):
        return users.extra(where=[f"name = '{name}'"])
    #                             ^^^^^^^^^^^^^^^^^^ Use of extra potential SQL attack vector.

## Fixed

Pass the values as parameters (review):

    def named(users, name):
        return users.extra(where=["name = %s"], params=[name])

## Good

    def named(users, name):
        return users.filter(name=name)


    def named(users, name):
        return users.extra(where=["name = %s"], params=[name])

Put no quotes around `%s`: the database would then read the value as SQL again.

## When to suppress

If the parts are named constants, such as a list defined at the top of the module, and for methods called `extra` that
are not Django's.

## References

- https://docs.djangoproject.com/en/stable/ref/models/querysets/#extra
- https://docs.djangoproject.com/en/stable/topics/security/#sql-injection-protection
- https://docs.djangoproject.com/en/stable/topics/db/sql/#passing-parameters-into-raw
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, UnfixableError, is_string, last, rule
from posse_checks.rules._shared.keyword_arguments import keyword_nodes
from posse_checks.rules._shared.sql_fragments import condition

PARAMETERS = ("select", "where", "params", "tables", "order_by", "select_params")
"""The parameters of `extra()`, in order."""


@rule(
    "B610",
    "django_extra_used",
    MEDIUM,
    MEDIUM,
    Cwe.SQL_INJECTION,
    called=last("extra"),
    unfixable="the lookup that replaces it depends on the model",
)
def check(call: Call) -> Iterator[Finding]:
    """Report the first part of the query that is not a string literal, once for each call."""
    arguments = keyword_nodes(call)
    arguments.update(zip(PARAMETERS, call.node.args, strict=False))
    for name in ("where", "tables", "select"):
        part = _unsafe_part(name, arguments[name]) if name in arguments else None
        if part is not None:
            yield call.finding("Use of extra potential SQL attack vector.", span=part)
            return


def _unsafe_part(name: str, value: ast.expr) -> ast.expr | None:
    """The first expression in a dictionary (for `select`) or a list (for the others) that is not a string literal.

    Returns the value itself if it is not such a collection, None if all are literals.
    """
    parts: list[ast.expr | None]
    if name == "select" and isinstance(value, ast.Dict):
        parts = [*value.keys, *value.values]
    elif name != "select" and isinstance(value, ast.List):
        parts = [*value.elts]
    else:
        return value
    return next((part or value for part in parts if not is_string(part)), None)


@check.fix("Pass the values as parameters", REVIEW)
def pass_parameters(call: Call, source: Source) -> Edits:
    """Passes the values of conditions apart from the SQL, if there are no other parameters."""
    match call.node:
        case ast.Call(args=[], keywords=[ast.keyword(arg="where", value=ast.List(elts=[_, *_] as conditions))]):
            written = [condition(each, source) for each in conditions]
            changed = [
                source.replaced(each, text) for each, (text, values) in zip(conditions, written, strict=True) if values
            ]
            values = [value for _, each in written for value in each]
            return [*changed, *source.keyword_set(call.node, "params", f"[{', '.join(values)}]")]
    raise UnfixableError("the parts are not conditions that are written here, or have parameters already")
