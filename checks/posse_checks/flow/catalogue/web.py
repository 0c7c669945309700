"""Web frameworks: requests, redirects, templates, sessions and files."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Row, Sanitizer, Sink, Source
from posse_checks.flow.kinds import (
    COMMAND,
    EVERY,
    HEADER,
    NO_PARENT,
    NOT_ABSOLUTE,
    PATH,
    REDIRECT,
    SQL,
    SSRF,
    TEMPLATE,
    TRUST,
    XPATH,
    XSS,
)


_OWN_PATHS = {"path", "full_path", "get_full_path", "path_info", "path_qs", "raw_path", "fullpath", "script_root"}
"""The path that was asked for: it leads to the same site."""
_TYPES = {"META": "django.Meta", "environ": "django.Meta"}


def _request(type: str, example: str, names: tuple[str, ...], shown: str = "request") -> list[Row]:
    """Sources that are attributes or methods of a request, with an example expression for each."""
    return [
        Source(
            f"{type}.{name}",
            f"{shown}.{name}",
            f"{example}.{name}" if example else "",
            clean=REDIRECT | SSRF if name in _OWN_PATHS else 0,
            type=_TYPES.get(name, ""),
        )
        for name in names
    ]


_WERKZEUG = (
    *("args", "form", "values", "headers", "cookies", "files", "json", "data", "stream", "query_string", "get_json"),
    *("get_data", "url", "full_path", "referrer", "user_agent", "environ", "view_args", "base_url", "host", "path"),
    *(
        "authorization",
        "host_url",
        "url_root",
        "remote_user",
        "access_route",
        "content_type",
        "mimetype",
        "content_encoding",
    ),
)
FLASK: tuple[Row, ...] = (
    Maker("flask.request", "flask.Request"),
    Maker("flask.globals.request", "flask.Request"),
    Maker("flask.Flask", "flask.Flask"),
    Maker("flask.Blueprint", "flask.Flask"),
    Maker("flask.session", "Session"),
    Maker("flask.views.MethodView()", "flask.views.View"),
    Maker("flask.views.View()", "flask.views.View"),
    Maker("flask_restful.Resource()", "flask.resources.Resource"),
    *_request("flask.Request", "flask.request", _WERKZEUG),
    Sink("flask.redirect", REDIRECT, (0, "location"), "flask.redirect(X)"),
    Sink("werkzeug.utils.redirect", REDIRECT, (0, "location"), "werkzeug.utils.redirect(X)"),
    Sink("flask.render_template_string", TEMPLATE, (0, "source"), "flask.render_template_string(X)"),
    Sink("flask.send_file", PATH, (0, "path_or_file"), "flask.send_file(X)"),
    Sink("flask.send_from_directory", PATH, (0, "directory"), "flask.send_from_directory(X, 'a')"),
    Sink("flask.Markup", XSS, (0,), "flask.Markup(X)"),
    Sink("Session.update", TRUST, (0,), "flask.session.update(X)"),
    Sink("Session.setdefault", TRUST, (1,), "flask.session.setdefault('a', X)"),
    Sanitizer("flask.escape", XSS | XPATH, "flask.escape(X)"),
    Sanitizer("werkzeug.utils.secure_filename", PATH | NO_PARENT | NOT_ABSOLUTE | COMMAND | XSS, "werkzeug.utils.secure_filename(X)"),
    Sanitizer("werkzeug.secure_filename", PATH | NO_PARENT | NOT_ABSOLUTE | COMMAND | XSS, "werkzeug.secure_filename(X)"),
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
)  # fmt: skip
QUART: tuple[Row, ...] = (
    Maker("quart.request", "quart.Request"),
    Maker("quart.Quart", "quart.Quart"),
    Maker("quart.Blueprint", "quart.Quart"),
    Maker("quart.session", "Session"),
    *_request("quart.Request", "quart.request", _WERKZEUG),
    Sink("quart.redirect", REDIRECT, (0, "location"), "quart.redirect(X)"),
    Sink("quart.render_template_string", TEMPLATE, (0, "source"), "quart.render_template_string(X)"),
    Sink("quart.send_file", PATH, (0,), "quart.send_file(X)"),
    Maker("quart.render_template", "page"),
    Maker("quart.jsonify", "page"),
    Maker("quart.url_for", "address"),
    Maker("quart.Request.method", "str"),
)
DJANGO: tuple[Row, ...] = (
    *_request(
        "django.Request",
        "",
        (
            "GET",
            "POST",
            "COOKIES",
            "META",
            "body",
            "FILES",
            "headers",
            "path",
            "path_info",
            "data",
            "query_params",
            "get_full_path",
            "build_absolute_uri",
            "encoding",
            "content_type",
            "read",
        ),
    ),  # fmt: skip
    Maker("django.Request.method", "str"),
    Maker("django.Request.session", "Session"),
    *[
        Maker(f"{name}()", "django.View")
        for name in (
            *("django.views.View", "django.views.generic.View", "django.views.generic.base.View"),
            *("django.views.generic.TemplateView", "django.views.generic.ListView", "django.views.generic.DetailView"),
            *("django.views.generic.FormView", "django.views.generic.CreateView", "django.views.generic.RedirectView"),
            *(
                "rest_framework.views.APIView",
                "rest_framework.viewsets.ViewSet",
                "rest_framework.generics.GenericAPIView",
            ),
            *("rest_framework.generics.ListAPIView", "rest_framework.viewsets.ModelViewSet"),
        )
    ],
    Maker("django.View.request", "django.Request"),
    *[
        Sink(name, REDIRECT, (0, "to", "redirect_to"), f"{name}(X)")
        for name in (
            "django.shortcuts.redirect",
            "django.http.HttpResponseRedirect",
            "django.http.HttpResponsePermanentRedirect",
        )
    ],
    Sink("django.utils.safestring.mark_safe", XSS, (0,), "django.utils.safestring.mark_safe(X)"),
    Sink("django.utils.safestring.SafeString", XSS, (0,), "django.utils.safestring.SafeString(X)"),
    Sink("django.utils.safestring.SafeText", XSS, (0,), "django.utils.safestring.SafeText(X)"),
    Sink("django.template.Template", TEMPLATE, (0,), "django.template.Template(X)"),
    Sink("django.http.FileResponse", PATH, (), "", is_evidence=True),
    Sink("django.db.models.expressions.RawSQL", SQL, (0, "sql"), "django.db.models.expressions.RawSQL(X, [])"),
    Sink("*.extra", SQL, ("select", "where", "tables", "order_by"), "query.objects.extra(where=[X])"),
    Sink("*.raw", SQL, (0, "raw_query"), "query.objects.raw(X)"),
    Sanitizer("django.utils.html.escape", XSS | XPATH, "django.utils.html.escape(X)"),
    Sanitizer("django.utils.html.conditional_escape", XSS, "django.utils.html.conditional_escape(X)"),
    Sanitizer("django.utils.html.strip_tags", XSS, "django.utils.html.strip_tags(X)"),
    Sanitizer("django.utils.html.format_html", XSS, "django.utils.html.format_html('{}', X)"),
    Sanitizer(
        "django.utils.text.get_valid_filename",
        PATH | NO_PARENT | NOT_ABSOLUTE,
        "django.utils.text.get_valid_filename(X)",
    ),
    Sanitizer("django.utils.text.slugify", EVERY, "django.utils.text.slugify(X)"),
    Sanitizer("django.utils._os.safe_join", PATH, "django.utils._os.safe_join('a', X)"),
    Maker("django.shortcuts.render", "page"),
    Maker("django.http.JsonResponse", "page"),
    Maker("django.urls.reverse", "address"),
)
STARLETTE: tuple[Row, ...] = (
    *_request(
        "starlette.Request",
        "",
        ("query_params", "path_params", "headers", "cookies", "body", "json", "form", "url", "stream"),
    ),
    Maker("starlette.Request.session", "Session"),
    Maker("starlette.Request.method", "str"),
    Source("starlette.UploadFile.filename", "file.filename", ""),
    Source("starlette.UploadFile.read", "file.read()", ""),
    Source("starlette.UploadFile.file", "file.file", ""),
    Source("starlette.WebSocket.receive_text", "websocket.receive_text()", ""),
    Source("starlette.WebSocket.receive_json", "websocket.receive_json()", ""),
    Source("starlette.WebSocket.receive_bytes", "websocket.receive_bytes()", ""),
    Source("starlette.WebSocket.query_params", "websocket.query_params", ""),
    Source("starlette.WebSocket.iter_text", "websocket.iter_text()", ""),
    Maker("fastapi.FastAPI", "fastapi.FastAPI"),
    Maker("fastapi.APIRouter", "fastapi.FastAPI"),
    Maker("starlette.endpoints.HTTPEndpoint()", "starlette.Endpoint"),
    *[
        Sink(
            f"{package}.responses.{name}",
            kind,
            (0, "url" if kind == REDIRECT else "path"),
            f"{package}.responses.{name}(X)",
        )
        for package in ("starlette", "fastapi")
        for name, kind in (("RedirectResponse", REDIRECT), ("FileResponse", PATH))
    ],
    Maker("fastapi.responses.JSONResponse", "page"),
    Maker("starlette.responses.JSONResponse", "page"),
    Maker("fastapi.responses.PlainTextResponse", "page"),
    Maker("starlette.responses.PlainTextResponse", "page"),
)
AIOHTTP: tuple[Row, ...] = (
    *_request(
        "aiohttp.Request",
        "",
        (
            "query",
            "match_info",
            "headers",
            "cookies",
            "post",
            "json",
            "text",
            "read",
            "rel_url",
            "path",
            "query_string",
            "path_qs",
            "raw_path",
            "url",
            "content",
            "multipart",
        ),
    ),  # fmt: skip
    Maker("aiohttp.Request.method", "str"),
    Maker("aiohttp.web.RouteTableDef", "aiohttp.Routes"),
    Maker("aiohttp.web.View()", "aiohttp.View"),
    Maker("aiohttp.View.request", "aiohttp.Request"),
    *[
        Sink(f"aiohttp.web.{name}", REDIRECT, (0, "location"), f"aiohttp.web.{name}(X)")
        for name in (
            "HTTPFound",
            "HTTPSeeOther",
            "HTTPTemporaryRedirect",
            "HTTPPermanentRedirect",
            "HTTPMovedPermanently",
        )
    ],
    Sink("aiohttp.web.FileResponse", PATH, (0, "path"), "aiohttp.web.FileResponse(X)"),
    Maker("aiohttp.web.json_response", "page"),
    Maker("aiohttp.ClientSession", "aiohttp.ClientSession"),
    *[
        Sink(f"aiohttp.ClientSession.{name}", SSRF, (0, "url"), f"aiohttp.ClientSession().{name}(X)")
        for name in ("get", "post", "put", "delete", "head", "patch", "options", "ws_connect")
    ],
    Sink("aiohttp.ClientSession.request", SSRF, (1, "url"), "aiohttp.ClientSession().request('GET', X)"),
)
TORNADO: tuple[Row, ...] = (
    Maker("tornado.web.RequestHandler()", "tornado.Handler"),
    Maker("tornado.websocket.WebSocketHandler()", "tornado.Handler"),
    Maker("tornado.Handler.request", "tornado.Request"),
    *_request(
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
    ),  # fmt: skip
    *_request(
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
    ),  # fmt: skip
    Sink("tornado.Handler.redirect", REDIRECT, (0, "url"), ""),
    Sink("tornado.Handler.write", XSS, (0, "chunk"), ""),
    Sink("tornado.Handler.finish", XSS, (0, "chunk"), ""),
    Sink("tornado.Handler.set_header", HEADER, (1, "value"), ""),
    Sink("tornado.Handler.add_header", HEADER, (1, "value"), ""),
    Sink("tornado.template.Template", TEMPLATE, (0,), "tornado.template.Template(X)"),
    Sanitizer("tornado.escape.xhtml_escape", XSS | XPATH, "tornado.escape.xhtml_escape(X)"),
    Sanitizer("tornado.escape.url_escape", XSS | REDIRECT, "tornado.escape.url_escape(X)"),
)
BOTTLE: tuple[Row, ...] = (
    Maker("bottle.request", "bottle.Request"),
    Maker("bottle.Bottle", "bottle.Bottle"),
    *_request(
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
        ),
    ),  # fmt: skip
    Maker("bottle.Request.method", "str"),
    Sink("bottle.redirect", REDIRECT, (0, "url"), "bottle.redirect(X)"),
    Sink("bottle.template", TEMPLATE, (0,), "bottle.template(X)"),
    Sink("bottle.SimpleTemplate", TEMPLATE, (0,), "bottle.SimpleTemplate(X)"),
    Sink("bottle.static_file", PATH, ("root",), "bottle.static_file('a', root=X)"),
    Sanitizer("bottle.html_escape", XSS, "bottle.html_escape(X)"),
)
SANIC: tuple[Row, ...] = (
    Maker("sanic.Sanic", "sanic.Sanic"),
    Maker("sanic.Blueprint", "sanic.Sanic"),
    *_request(
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
    ),  # fmt: skip
    Sink("sanic.response.redirect", REDIRECT, (0, "to"), "sanic.response.redirect(X)"),
    Sink("sanic.redirect", REDIRECT, (0, "to"), "sanic.redirect(X)"),
    Sink("sanic.response.file", PATH, (0, "location"), "sanic.response.file(X)"),
    Maker("sanic.response.json", "page"),
    Maker("sanic.response.text", "page"),
    Maker("sanic.json", "page"),
    Maker("sanic.text", "page"),
)
OTHERS: tuple[Row, ...] = (
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
ROWS: tuple[Row, ...] = (*FLASK, *QUART, *DJANGO, *STARLETTE, *AIOHTTP, *TORNADO, *BOTTLE, *SANIC, *OTHERS)
