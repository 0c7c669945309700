"""Databases: SQLAlchemy and drivers."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import DATABASE, Maker, Passer, Row, Sink
from posse_checks.flow.kinds import SQL

_DRIVERS = (
    "sqlite3",
    "psycopg2",
    "psycopg",
    "MySQLdb",
    "pymysql",
    "mysql.connector",
    "aiosqlite",
    "cx_Oracle",
    "oracledb",
    "pyodbc",
)
ROWS: tuple[Row, ...] = (
    *[Maker(f"{driver}.connect", "db.Connection") for driver in _DRIVERS],
    Maker("db.Connection.cursor", "db.Cursor"),
    Maker("*.cursor", "db.Cursor"),
    *[
        Sink(f"db.{type_}.{name}", SQL, (0,), f"sqlite3.connect('a'){call}.{name}(X)")
        for type_, call in (("Connection", ""), ("Cursor", ".cursor()"))
        for name in ("execute", "executemany", "executescript")
    ],
    *[
        Sink(f"*.{name}", SQL, (0, "query", "statement"), f"cursor.{name}(X)", receivers=DATABASE)
        for name in ("execute", "executemany", "executescript")
    ],
    Maker("asyncpg.connect", "asyncpg.Connection"),
    Maker("asyncpg.create_pool", "asyncpg.Connection"),
    Maker("asyncpg.Connection.acquire", "asyncpg.Connection"),
    *[
        Sink(f"asyncpg.Connection.{name}", SQL, (0, "query"), f"asyncpg.connect().{name}(X)")
        for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare")
    ],
    *[
        Sink(f"*.{name}", SQL, (0,), f"connection.{name}(X)", receivers=DATABASE)
        for name in ("fetchrow", "fetchval", "fetch_all", "fetch_one")
    ],
    Maker("sqlalchemy.create_engine", "sqlalchemy.Engine"),
    Maker("sqlalchemy.Engine.connect", "sqlalchemy.Connection"),
    Maker("sqlalchemy.Engine.begin", "sqlalchemy.Connection"),
    Maker("sqlalchemy.orm.Session", "sqlalchemy.Connection"),
    Sink("sqlalchemy.Connection.execute", SQL, (0,), "sqlalchemy.create_engine('a').connect().execute(X)"),
    Sink(
        "sqlalchemy.Connection.exec_driver_sql", SQL, (0,), "sqlalchemy.create_engine('a').connect().exec_driver_sql(X)"
    ),
    Sink("sqlalchemy.Engine.execute", SQL, (0,), "sqlalchemy.create_engine('a').execute(X)"),
    Sink("*.exec_driver_sql", SQL, (0,), "connection.exec_driver_sql(X)"),
    *[
        Passer(name, f"{name}(X)")
        for name in ("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text")
    ],
    Sink("pandas.read_sql", SQL, (0, "sql"), "pandas.read_sql(X, None)"),
    Sink("pandas.read_sql_query", SQL, (0, "sql"), "pandas.read_sql_query(X, None)"),
    Sink("*.read_sql", SQL, (), "", is_evidence=True),
)
