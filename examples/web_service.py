"""A web service that checks the Python source that is posted to it.

Start it with `python web_service.py 8000`, then: curl --data-binary @app.py http://127.0.0.1:8000/app.py
"""

import json, sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import posse_checks

MAXIMUM_BYTES = 1 << 20


class Handler(WSGIRequestHandler):
    """Drops a client that stays silent for ten seconds."""

    timeout = 10


def service(environ, start_response):
    """Check the body of a request, under the name of its path."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ["REQUEST_METHOD"] != "POST" or not length.isdecimal() or len(length) > 9:
        return answer(start_response, "400 Bad Request", error="POST a source, and say how long it is")
    if int(length) > MAXIMUM_BYTES:
        return answer(start_response, "413 Content Too Large", error=f"at most {MAXIMUM_BYTES} bytes")
    source, filename = environ["wsgi.input"].read(int(length)), environ["PATH_INFO"].lstrip("/")
    result = posse_checks.check_source(source, filename=filename)
    findings = [{"id": each.rule.id, "line": each.line, "message": each.message} for each in result.findings]
    not_checked = [{"line": each.line, "message": each.message} for each in result.syntax_problems]
    return answer(start_response, "200 OK", findings=findings, not_checked=not_checked)


def answer(start_response, status, **content):
    """Return a response in JSON."""
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(content).encode()]


if __name__ == "__main__":
    with make_server("127.0.0.1", int(sys.argv[1]), service, handler_class=Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
