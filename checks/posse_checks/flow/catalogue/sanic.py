"""Sanic."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sink
from posse_checks.flow.kinds import PATH, REDIRECT

ROWS: tuple[Row, ...] = (
    Maker("sanic.Sanic", "sanic.Sanic"),
    Maker("sanic.Blueprint", "sanic.Sanic"),
    Maker("sanic.views.HTTPMethodView()", "sanic.views.View"),
    *request_rows(
        "sanic.Request",
        "",
        (
            "args",
            "form",
            "files",
            "json",
            "headers",
            "cookies",
            "body",
            "query_string",
            "url",
            "path",
            "raw_args",
            "query_args",
            "get_args",
            "get_form",
            "match_info",
            "token",
            "credentials",
            "load_json",
        ),
    ),
    Sink("sanic.response.redirect", REDIRECT, (0, "to"), "sanic.response.redirect(X)"),
    Sink("sanic.redirect", REDIRECT, (0, "to"), "sanic.redirect(X)"),
    *[
        Sink(f"{module}.{name}", PATH, (0, "location"), f"{module}.{name}(X)")
        for module in ("sanic", "sanic.response")
        for name in ("file", "file_stream")
    ],
)
