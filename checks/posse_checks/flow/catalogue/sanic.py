"""Sanic."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sink
from posse_checks.flow.kinds import PATH, REDIRECT

ROWS: tuple[Row, ...] = (
    Maker("sanic.Sanic", "sanic.Sanic"),
    Maker("sanic.Blueprint", "sanic.Sanic"),
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
        ),
    ),
    Sink("sanic.response.redirect", REDIRECT, (0, "to"), "sanic.response.redirect(X)"),
    Sink("sanic.redirect", REDIRECT, (0, "to"), "sanic.redirect(X)"),
    Sink("sanic.response.file", PATH, (0, "location"), "sanic.response.file(X)"),
    Maker("sanic.response.json", "page"),
    Maker("sanic.response.text", "page"),
    Maker("sanic.json", "page"),
    Maker("sanic.text", "page"),
)
