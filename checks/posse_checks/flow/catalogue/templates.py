"""Templates, markup and websockets."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink, Source
from posse_checks.flow.kinds import TEMPLATE, XPATH, XSS

ROWS: tuple[Row, ...] = (
    Source("websockets.Connection.recv", "websocket.recv()", ""),
    Source("websockets.Connection.__iter__", "message of the websocket", ""),
    Source("websockets.Connection.path", "websocket.path", ""),
    Sink("markupsafe.Markup", XSS, (0,), "markupsafe.Markup(X)"),
    Sanitizer("markupsafe.escape", XSS | XPATH, "markupsafe.escape(X)"),
    Sanitizer("bleach.clean", XSS, "bleach.clean(X)"),
    Sanitizer("nh3.clean", XSS, "nh3.clean(X)"),
    Sink("jinja2.Template", TEMPLATE, (0,), "jinja2.Template(X)"),
    Sink("jinja2.Environment.from_string", TEMPLATE, (0,), "jinja2.Environment().from_string(X)"),
    Maker("jinja2.Environment", "jinja2.Environment"),
    Maker("jinja2.sandbox.SandboxedEnvironment", "jinja2.Sandbox"),
    Sink("mako.template.Template", TEMPLATE, (0, "text"), "mako.template.Template(X)"),
)
