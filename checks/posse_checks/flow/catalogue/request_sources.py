"""Rows for the attributes of a request, which all frameworks have in similar forms."""

from __future__ import annotations

from posse_checks.flow.catalogue.rows import Row, Source
from posse_checks.flow.kinds import HEADER, REDIRECT, SSRF

_OWN_PATHS = {"path", "full_path", "get_full_path", "path_info", "path_qs", "raw_path", "fullpath", "script_root"}
"""The requested path, which leads to the same site."""
_CLEAN = {"referrer": REDIRECT, **dict.fromkeys(("headers", "get_header", "get_header_value"), HEADER)}
"""What parts of a request are clean for: its headers came without line breaks, or it would have been refused."""
MULTIDICT = "multidict"
"""The type of a mapping with a request's values by name; as text, it has no line breaks."""
_TYPES = {
    "META": "django.Meta",
    "environ": "django.Meta",
    **dict.fromkeys(("args", "form", "values", "headers", "cookies", "files", "GET", "POST", "COOKIES"), MULTIDICT),
    **dict.fromkeys(
        ("FILES", "query_params", "query_arguments", "body_arguments", "arguments", "match_info"), MULTIDICT
    ),
}


def request_rows(type: str, example: str, names: tuple[str, ...], shown: str = "request") -> list[Row]:
    """Sources that are attributes or methods of a request, with an example expression for each."""
    return [
        Source(
            f"{type}.{name}",
            f"{shown}.{name}",
            f"{example}.{name}" if example else "",
            clean=REDIRECT | SSRF if name in _OWN_PATHS else _CLEAN.get(name, 0),
            type="bottle.Files" if type == "bottle.Request" and name == "files" else _TYPES.get(name, ""),
        )
        for name in names
    ]


WERKZEUG = (
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
"""Attributes of requests in Flask and Quart."""
