"""Databases, HTTP clients, XML, LDAP and serialization."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Passer, Row, Sanitizer, Sink
from posse_checks.flow.kinds import (
    CODE,
    COMMAND,
    DESERIALIZATION,
    LDAP,
    SQL,
    SSRF,
    XPATH,
    XXE,
)

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
_DATABASES: list[Row] = [
    *[Maker(f"{driver}.connect", "db.Connection") for driver in _DRIVERS],
    Maker("db.Connection.cursor", "db.Cursor"),
    *[
        Sink(f"db.{type_}.{name}", SQL, (0,), f"sqlite3.connect('a'){call}.{name}(X)")
        for type_, call in (("Connection", ""), ("Cursor", ".cursor()"))
        for name in ("execute", "executemany", "executescript")
    ],
    *[
        Sink(f"*.{name}", SQL, (0, "query", "statement"), f"cursor.{name}(X)")
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
        Sink(f"*.{name}", SQL, (0,), f"connection.{name}(X)")
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
]
_HTTP: list[Row] = [
    *[
        Sink(f"{module}.{name}", SSRF, (0, "url"), f"{module}.{name}(X)")
        for module in ("requests", "httpx")
        for name in ("get", "post", "put", "delete", "head", "patch", "options")
    ],
    Sink("requests.request", SSRF, (1, "url"), "requests.request('GET', X)"),
    Sink("httpx.request", SSRF, (1, "url"), "httpx.request('GET', X)"),
    Sink("httpx.stream", SSRF, (1, "url"), "httpx.stream('GET', X)"),
    Maker("requests.Session", "requests.Session"),
    Maker("requests.session", "requests.Session"),
    Maker("httpx.Client", "httpx.Client"),
    Maker("httpx.AsyncClient", "httpx.Client"),
    *[
        Sink(f"{type_}.{name}", SSRF, (0, "url"), f"{type_}().{name}(X)")
        for type_ in ("requests.Session", "httpx.Client")
        for name in ("get", "post", "put", "delete", "head", "patch", "options")
    ],
    Sink("requests.Session.request", SSRF, (1, "url"), "requests.Session().request('GET', X)"),
    Sink("httpx.Client.request", SSRF, (1, "url"), "httpx.Client().request('GET', X)"),
    Maker("urllib3.PoolManager", "urllib3.PoolManager"),
    Sink("urllib3.PoolManager.request", SSRF, (1, "url"), "urllib3.PoolManager().request('GET', X)"),
    Sink("urllib3.request", SSRF, (1, "url"), "urllib3.request('GET', X)"),
]
_MARKUP: list[Row] = [
    *[
        Sink(
            f"lxml.etree.{name}", XXE, (0,), f"lxml.etree.{name}(X, parser=lxml.etree.XMLParser(resolve_entities=True))"
        )
        for name in ("fromstring", "XML", "parse")
    ],
    Sink("lxml.etree.XPath", XPATH, (0,), "lxml.etree.XPath(X)"),
    Sink("lxml.etree.ETXPath", XPATH, (0,), "lxml.etree.ETXPath(X)"),
    Sink("*.xpath", XPATH, (0,), "tree.xpath(X)"),
    Sink("elementpath.select", XPATH, (1, "path"), "elementpath.select(None, X)"),
    Sink("elementpath.iter_select", XPATH, (1, "path"), "elementpath.iter_select(None, X)"),
    *[
        Sink(f"xml.etree.Element.{name}", XPATH, (0, "path"), f"xml.etree.ElementTree.parse('a').{name}(X)")
        for name in ("find", "findall", "iterfind", "findtext")
    ],
    Maker("xml.etree.ElementTree.parse", "xml.etree.Element"),
    Maker("xml.etree.Element.getroot", "xml.etree.Element"),
    Maker("xml.etree.ElementTree.fromstring", "xml.etree.Element"),
]
_DIRECTORIES: list[Row] = [
    Maker("ldap3.Connection", "ldap3.Connection"),
    Sink("ldap3.Connection.search", LDAP, (0, 1, "search_base", "search_filter"), "ldap3.Connection().search('a', X)"),
    Maker("ldap.initialize", "ldap.Connection"),
    *[
        Sink(f"ldap.Connection.{name}", LDAP, (0, 2, "base", "filterstr"), f"ldap.initialize('a').{name}('a', 2, X)")
        for name in ("search", "search_s", "search_st", "search_ext", "search_ext_s")
    ],
    Sink("*.search_s", LDAP, (0, 2), "connection.search_s('a', 2, X)"),
    Sink("*.search_ext_s", LDAP, (0, 2), "connection.search_ext_s('a', 2, X)"),
    Sanitizer("ldap3.utils.conv.escape_filter_chars", LDAP, "ldap3.utils.conv.escape_filter_chars(X)"),
    Sanitizer("ldap3.utils.dn.escape_rdn", LDAP, "ldap3.utils.dn.escape_rdn(X)"),
    Sanitizer("ldap.filter.escape_filter_chars", LDAP, "ldap.filter.escape_filter_chars(X)"),
    Sanitizer("ldap.dn.escape_dn_chars", LDAP, "ldap.dn.escape_dn_chars(X)"),
]
_LOADERS: list[Row] = [
    *[
        Sink(f"yaml.{name}", DESERIALIZATION, (0, "stream"), f"yaml.{name}(X)")
        for name in ("unsafe_load", "unsafe_load_all", "full_load", "full_load_all")
    ],
    *[Sink(f"yaml.{name}", DESERIALIZATION, (0, "stream"), f"yaml.{name}(X, Loader=yaml.Loader)") for name in ("load", "load_all")],
    *[
        Sink(f"{module}.{name}", DESERIALIZATION, (0,), f"{module}.{name}(X)")
        for module in ("dill", "cloudpickle", "joblib", "torch", "jsonpickle", "pandas", "numpy")
        for name in {
            "joblib": ("load",), "torch": ("load",), "jsonpickle": ("decode", "loads"), "pandas": ("read_pickle",),
            "numpy": ("loads",),
        }.get(module, ("load", "loads"))
    ],
    Sink("jsonpickle.unpickler.decode", DESERIALIZATION, (0,), "jsonpickle.unpickler.decode(X)"),
    Sink("*.exec_command", COMMAND, (0, "command"), "client.exec_command(X)"),
    Sink("*.invoke_shell", COMMAND, (), "", is_evidence=True),
    Sink("numexpr.evaluate", CODE, (0,), "numexpr.evaluate(X)"),
    Sink("pandas.eval", CODE, (0,), "pandas.eval(X)"),
]  # fmt: skip
ROWS: tuple[Row, ...] = (*_DATABASES, *_HTTP, *_MARKUP, *_DIRECTORIES, *_LOADERS)
