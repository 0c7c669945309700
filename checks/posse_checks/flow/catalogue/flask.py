"""Flask and Werkzeug."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import WERKZEUG, request_rows
from posse_checks.flow.catalogue.rows import UPLOAD, Maker, Row, Sanitizer, Sink
from posse_checks.flow.kinds import COMMAND, NO_PARENT, NOT_ABSOLUTE, PATH, REDIRECT, TEMPLATE, TRUST, XPATH, XSS

ROWS: tuple[Row, ...] = (
    Maker("flask.request", "flask.Request"),
    Maker("flask.globals.request", "flask.Request"),
    Maker("flask.Flask", "flask.Flask"),
    Maker("flask.Blueprint", "flask.Flask"),
    Maker("flask.session", "Session"),
    Maker("flask.views.MethodView()", "flask.views.View"),
    Maker("flask.views.View()", "flask.views.View"),
    Maker("flask_restful.Resource()", "flask.resources.Resource"),
    *request_rows("flask.Request", "flask.request", WERKZEUG),
    Sink("flask.redirect", REDIRECT, (0, "location"), "flask.redirect(X)"),
    Sink("werkzeug.utils.redirect", REDIRECT, (0, "location"), "werkzeug.utils.redirect(X)"),
    Sink("flask.render_template_string", TEMPLATE, (0, "source"), "flask.render_template_string(X)"),
    Sink("flask.send_file", PATH, (0, "path_or_file"), "flask.send_file(X)"),
    Sink("flask.send_from_directory", PATH, (0, "directory"), "flask.send_from_directory(X, 'a')"),
    Sink("flask.Markup", XSS, (0,), "flask.Markup(X)"),
    Maker("flask.Flask.logger", "logging.Logger"),
    Maker("flask.current_app.logger", "logging.Logger"),
    Sink("*.save", PATH, (0, "dst"), "upload.save(X)", receivers=UPLOAD),
    Sink("Session.update", TRUST, (0,), "flask.session.update(X)"),
    Sink("Session.setdefault", TRUST, (1,), "flask.session.setdefault('a', X)"),
    Sanitizer("flask.escape", XSS | XPATH, "flask.escape(X)"),
    Sanitizer(
        "werkzeug.utils.secure_filename",
        PATH | NO_PARENT | NOT_ABSOLUTE | COMMAND | XSS,
        "werkzeug.utils.secure_filename(X)",
    ),
    Sanitizer(
        "werkzeug.secure_filename", PATH | NO_PARENT | NOT_ABSOLUTE | COMMAND | XSS, "werkzeug.secure_filename(X)"
    ),
    Sanitizer("werkzeug.utils.safe_join", PATH, "werkzeug.utils.safe_join('a', X)"),
    Sanitizer("werkzeug.security.safe_join", PATH, "werkzeug.security.safe_join('a', X)"),
    Sanitizer("flask.safe_join", PATH, "flask.safe_join('a', X)"),
    Maker("flask.render_template", "page"),
    Maker("flask.jsonify", "page"),
    Maker("flask.url_for", "address"),
    Maker("flask.Request.method", "str"),
    Maker("flask.Request.endpoint", "str"),
    Maker("flask.Request.remote_addr", "str"),
    Maker("flask.Request.is_json", "bool"),
    Maker("flask.Request.content_length", "int"),
)
