"""aiohttp, server and client."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sink
from posse_checks.flow.kinds import PATH, REDIRECT, SSRF

ROWS: tuple[Row, ...] = (
    *request_rows(
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
    ),
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
