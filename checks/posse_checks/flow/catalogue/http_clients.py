"""Clients of HTTP: requests, httpx, urllib3."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Maker, Row, Sink
from posse_checks.flow.kinds import SSRF

ROWS: tuple[Row, ...] = (
    *[
        Sink(f"{module}.{name}", SSRF, (0, "url"), f"{module}.{name}(X)")
        for module in ("requests", "httpx")
        for name in ("get", "post", "put", "delete", "head", "patch", "options")
    ],
    Sink("requests.request", SSRF, (1, "url"), "requests.request('GET', X)"),
    Sink("httpx.request", SSRF, (1, "url"), "httpx.request('GET', X)"),
    Sink("httpx.stream", SSRF, (1, "url"), "httpx.stream('GET', X)"),
    Maker("requests.Session", "requests.Session"),
    Maker("requests.session", "requests.Session"),
    Maker("httpx.Client", "httpx.Client"),
    Maker("httpx.AsyncClient", "httpx.Client"),
    *[
        Sink(f"{type_}.{name}", SSRF, (0, "url"), f"{type_}().{name}(X)")
        for type_ in ("requests.Session", "httpx.Client")
        for name in ("get", "post", "put", "delete", "head", "patch", "options")
    ],
    Sink("requests.Session.request", SSRF, (1, "url"), "requests.Session().request('GET', X)"),
    Sink("httpx.Client.request", SSRF, (1, "url"), "httpx.Client().request('GET', X)"),
    Maker("urllib3.PoolManager", "urllib3.PoolManager"),
    Sink("urllib3.PoolManager.request", SSRF, (1, "url"), "urllib3.PoolManager().request('GET', X)"),
    Sink("urllib3.request", SSRF, (1, "url"), "urllib3.request('GET', X)"),
)
