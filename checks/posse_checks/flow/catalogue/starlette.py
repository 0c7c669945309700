"""Starlette and FastAPI."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import Maker, Row, Sink, Source
from posse_checks.flow.kinds import PATH, REDIRECT

ROWS: tuple[Row, ...] = (
    *request_rows(
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
