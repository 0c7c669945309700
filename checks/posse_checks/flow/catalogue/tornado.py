"""Tornado."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink
from posse_checks.flow.kinds import HEADER, REDIRECT, TEMPLATE, XPATH, XSS

ROWS: tuple[Row, ...] = (
    Maker("tornado.web.RequestHandler()", "tornado.Handler"),
    Maker("tornado.websocket.WebSocketHandler()", "tornado.Handler"),
    Maker("tornado.Handler.request", "tornado.Request"),
    *request_rows(
        "tornado.Handler",
        "",
        (
            "get_argument",
            "get_arguments",
            "get_query_argument",
            "get_query_arguments",
            "get_body_argument",
            "get_body_arguments",
            "get_cookie",
            "path_args",
            "path_kwargs",
        ),
        "self",
    ),
    *request_rows(
        "tornado.Request",
        "",
        (
            "body",
            "arguments",
            "query_arguments",
            "body_arguments",
            "headers",
            "cookies",
            "uri",
            "path",
            "query",
            "files",
            "full_url",
            "host",
        ),
        "self.request",
    ),
    Sink("tornado.Handler.redirect", REDIRECT, (0, "url"), ""),
    Sink("tornado.Handler.write", XSS, (0, "chunk"), ""),
    Sink("tornado.Handler.finish", XSS, (0, "chunk"), ""),
    Sink("tornado.Handler.set_header", HEADER, (1, "value"), ""),
    Sink("tornado.Handler.add_header", HEADER, (1, "value"), ""),
    Sink("tornado.template.Template", TEMPLATE, (0,), "tornado.template.Template(X)"),
    Sanitizer("tornado.escape.xhtml_escape", XSS | XPATH, "tornado.escape.xhtml_escape(X)"),
    Sanitizer("tornado.escape.url_escape", XSS | REDIRECT, "tornado.escape.url_escape(X)"),
)
