"""Finds the driver that executes a statement, and so the form of its placeholders."""

from __future__ import annotations

import ast
import re

from posse_checks.rule import Source, View
from posse_checks.rules._shared.purpose import name_of

PLACEHOLDERS = {
    **dict.fromkeys(("sqlite3", "pysqlite2", "pysqlite3", "sqlcipher3", "apsw", "aiosqlite"), "?"),
    **dict.fromkeys(("pyodbc", "duckdb", "mariadb"), "?"),
    **dict.fromkeys(("psycopg", "psycopg2", "aiopg", "pg8000", "redshift_connector"), "%s"),
    **dict.fromkeys(("MySQLdb", "pymysql", "mysql.connector", "aiomysql", "asyncmy"), "%s"),
    **dict.fromkeys(("pymssql", "snowflake.connector", "django.db"), "%s"),
}
"""The modules that connect to databases, each with its placeholder."""
OTHERS = (
    *("sqlalchemy", "sqlmodel", "databases", "asyncpg", "oracledb", "cx_Oracle", "peewee", "pony", "tortoise"),
    *("records", "dataset", "pandas", "pyspark", "bigquery", "cassandra", "clickhouse", "trino", "presto", "pyhive"),
)
"""Parts of the names of modules whose methods `execute` take parameters in other ways."""

_OPENS = {"connect", "Connection", "connection", "cursor", "Cursor", "connections", "acquire", "connector"}
_CURSOR = re.compile(r"(?:^|_)(?:c|cu|cur|curs|cursor|con|conn|cnx|connection)\d?\Z")
_CONNECTS = re.compile(r"(?i)cursor|conn|db\Z")
_EXECUTES = re.compile(r"\bdef[ \t]+execute\b")
_DEPTH = 5


def placeholder_of(receiver: ast.expr, place: View[ast.AST], source: Source) -> str | None:
    """The placeholder in the statements of a receiver's `execute`; None if the driver is not certain.

    It is certain if the receiver comes from a visible call of a driver's `connect`, or if it has the name of a cursor
    or a connection, comes from elsewhere, and the file imports only one driver.
    """
    name = _origin(receiver, source, _DEPTH)
    if name is not None:
        found = {mark for module, mark in PLACEHOLDERS.items() if name == module or name.startswith(f"{module}.")}
        return found.pop() if len(found) == 1 else None
    if not _CURSOR.search(name_of(receiver)) or not all(map(_may_connect, source.values(receiver) or [])):
        return None
    if any(map(place.has_import_like, OTHERS)) or source.outline.mentions(_EXECUTES):
        return None
    imported = {PLACEHOLDERS[module] for module in PLACEHOLDERS if place.has_import_like(module)}
    return imported.pop() if len(imported) == 1 else None


def _may_connect(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and _CONNECTS.search(name_of(value.func)) is not None


def _origin(expression: ast.expr, source: Source, depth: int) -> str | None:
    """The qualified name that an object comes from through visible calls of `connect` and `cursor`; None if unknown."""
    if not depth:
        return None
    match expression:
        case ast.Await(value=inner) | ast.NamedExpr(value=inner):
            return _origin(inner, source, depth - 1)
        case ast.Call(func=function, args=arguments):
            name = source.qualified(function)
            if name == "contextlib.closing" and len(arguments) == 1:
                return _origin(arguments[0], source, depth - 1)
            if name_of(function) not in _OPENS:
                return None
            if name is not None or not isinstance(function, ast.Attribute):
                return name
            return _origin(function.value, source, depth - 1)
        case ast.Subscript(value=inner):
            return source.qualified(inner)
        case ast.Name() | ast.Attribute():
            name = source.qualified(expression) or source.annotated(expression)
            if name is not None:
                return name
            values = source.values(expression) or []
            found = {_origin(value, source, depth - 1) for value in values}
            return found.pop() if len(found) == 1 else None
    return None
