"""Bottle."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink, Source
from posse_checks.flow.kinds import COMMAND, HEADER, NO_PARENT, NOT_ABSOLUTE, PATH, REDIRECT, TEMPLATE, XSS

ROWS: tuple[Row, ...] = (
    Maker("bottle.request", "bottle.Request"),
    Maker("bottle.Bottle", "bottle.Bottle"),
    Maker("bottle.response", "bottle.Response"),
    Sink("bottle.Response.set_header", HEADER, (1, "value"), "bottle.response.set_header('A-B', X)"),
    Sink("bottle.Response.add_header", HEADER, (1, "value"), "bottle.response.add_header('A-B', X)"),
    *request_rows(
        "bottle.Request",
        "bottle.request",
        (
            "query",
            "forms",
            "params",
            "headers",
            "cookies",
            "files",
            "json",
            "body",
            "get_cookie",
            "get_header",
            "url",
            "query_string",
            "POST",
            "GET",
            "path",
            "environ",
            "url_args",
            "fullpath",
            "urlparts",
            "auth",
        ),
    ),
    Maker("bottle.Request.method", "str"),
    Maker("bottle.Files[]", "bottle.FileUpload"),
    Source("bottle.FileUpload.raw_filename", "upload.raw_filename", ""),
    Source("bottle.FileUpload.filename", "upload.filename", "", clean=PATH | NO_PARENT | NOT_ABSOLUTE | COMMAND | XSS),
    Source("bottle.FileUpload.file", "upload.file", ""),
    Sink("bottle.FileUpload.save", PATH, (0, "destination"), "bottle.request.files['a'].save(X)"),
    Sink("bottle.redirect", REDIRECT, (0, "url"), "bottle.redirect(X)"),
    Sink("bottle.template", TEMPLATE, (0,), "bottle.template(X)"),
    Sink("bottle.SimpleTemplate", TEMPLATE, (0,), "bottle.SimpleTemplate(X)"),
    Sink("bottle.static_file", PATH, ("root",), "bottle.static_file('a', root=X)"),
    Sanitizer("bottle.html_escape", XSS, "bottle.html_escape(X)"),
    Sanitizer("bottle.html_quote", XSS, "bottle.html_quote(X)"),
)
