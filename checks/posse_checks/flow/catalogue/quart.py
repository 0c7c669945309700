"""Quart."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import WERKZEUG, request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink
from posse_checks.flow.kinds import PATH, REDIRECT, TEMPLATE, XPATH, XSS

ROWS: tuple[Row, ...] = (
    Maker("quart.request", "quart.Request"),
    Maker("quart.Quart", "quart.Quart"),
    Maker("quart.Blueprint", "quart.Quart"),
    Maker("quart.session", "Session"),
    Maker("quart.views.MethodView()", "flask.views.View"),
    Maker("quart.views.View()", "flask.views.View"),
    Maker("quart.websocket", "quart.Websocket"),
    *request_rows(
        "quart.Websocket",
        "quart.websocket",
        ("receive", "receive_json", "args", "headers", "cookies", "query_string", "view_args", "url"),
        "websocket",
    ),
    *request_rows("quart.Request", "quart.request", (*WERKZEUG, "body")),
    Sink("quart.redirect", REDIRECT, (0, "location"), "quart.redirect(X)"),
    Sink("quart.render_template_string", TEMPLATE, (0, "source"), "quart.render_template_string(X)"),
    Sink("quart.send_file", PATH, (0,), "quart.send_file(X)"),
    Sink("quart.send_from_directory", PATH, (0, "directory"), "quart.send_from_directory(X, 'a')"),
    Sanitizer("quart.escape", XSS | XPATH, "quart.escape(X)"),
    Sanitizer("quart.safe_join", PATH, "quart.safe_join('a', X)"),
    Sink("quart.Markup", XSS, (0,), "quart.Markup(X)"),
    Maker("quart.render_template", "page"),
    Maker("quart.jsonify", "page"),
    Maker("quart.url_for", "address"),
    Maker("quart.Request.method", "str"),
)
