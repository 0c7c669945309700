"""Data from outside that decides which server a request goes to.

The server then contacts any machine that the sender names: one behind the firewall, or the address at which cloud
providers hand out credentials (`169.254.169.254`). A constant scheme and host, with the slash after it, leaves only
the path open.

## Bad

    import requests
    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/preview")
    def preview():
        address = request.args["address"]
        page = requests.get(address, timeout=10)
    #          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Server-side request forgery: `request.args` decides which server
        return {"size": len(page.content)}

## Good

    import requests
    from flask import Flask, request

    app = Flask(__name__)

    @app.get("/preview")
    def preview():
        page = requests.get("https://images.example.org/" + request.args["name"], timeout=10)
        return {"size": len(page.content)}


    import requests
    from flask import Flask, abort, request

    app = Flask(__name__)
    SOURCES = {"images": "https://images.example.org/today", "prices": "https://api.example.org/prices"}

    @app.get("/preview")
    def preview():
        address = SOURCES.get(request.args["source"])
        if address is None:
            abort(400)
        page = requests.get(address, timeout=10, allow_redirects=False)
        return {"size": len(page.content)}

Comparing the host of an address protects less: with a backslash before an `@`, `urlparse` finds another host than the
one that `requests` connects to. A redirect leads anywhere, unless `allow_redirects=False` prevents it.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
- https://requests.readthedocs.io/en/latest/user/quickstart/#redirection-and-history
- https://github.com/advisories/GHSA-g23j-2vwm-5c25
- https://github.com/python/cpython/issues/90735
- https://owasp.org/Top10/A10_2021-Server-Side_Request_Forgery_%28SSRF%29/
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P107", "request_flow", MEDIUM, HIGH, Cwe.SERVER_SIDE_REQUEST_FORGERY)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in the address of a request."""
    yield flow.finding(f"Server-side request forgery: {flow.source} decides which server {flow.sink} contacts.")
