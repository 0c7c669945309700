"""LDAP: ldap3, python-ldap."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink
from posse_checks.flow.kinds import LDAP

ROWS: tuple[Row, ...] = (
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
)
