"""A web application run through CGI, where the header `Proxy` of a request becomes the variable `HTTP_PROXY`.

CGI passes each header as an environment variable that begins with `HTTP_`, and many HTTP clients take the proxy to use
from `HTTP_PROXY` ("httpoxy"). So anyone who sends the header receives the requests that the application, or a program
it starts, makes while it answers, with all credentials in them, and can answer in place of the real server. Python's
own `urllib` has ignored the variable under CGI since 2016; other clients and child processes may not.

## Bad

    from wsgiref.handlers import CGIHandler
    #                            ^^^^^^^^^^ Consider possible security implications associated with CGIHandler module.

    def main(application):
        CGIHandler().run(application)
    #   ^^^^^^^^^^ Consider possible security implications associated with wsgiref.handlers.CGIHandler module.

## Good

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"served by a WSGI server, whose headers are no environment variables"]

## When to suppress

If the web server removes the header before CGI sees it (in Apache, `RequestHeader unset Proxy early`).

## References

- https://httpoxy.org/
- https://www.rfc-editor.org/rfc/rfc3875#section-4.1.18
- https://docs.python.org/3/library/wsgiref.html#wsgiref.handlers.CGIHandler
- https://nvd.nist.gov/vuln/detail/CVE-2016-1000110
"""

from posse_checks.rule import HIGH, Cwe, blocked_imports

check = blocked_imports(
    "B412",
    "import_httpoxy",
    HIGH,
    Cwe.IMPROPER_ACCESS_CONTROL,
    "Consider possible security implications associated with {name} module.",
    ["wsgiref.handlers.CGIHandler", "twisted.web.twcgi.CGIScript", "twisted.web.twcgi.CGIDirectory"],
    unfixable="the program must be served in another way than by CGI",
)
