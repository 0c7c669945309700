"""Functions of HTTP clients that send requests."""

from posse_checks.rule import first, last

VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
REQUEST = first("requests") & last(*VERBS) | first("httpx") & last(*VERBS, "request", "stream", "Client", "AsyncClient")
"""Names that begin with an HTTP client's and end with a function that sends requests."""
