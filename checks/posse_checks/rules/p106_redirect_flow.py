"""Data from outside that decides where a redirect leads.

A link to the trusted site can then lead to any other: people who have checked the address enter their password on a
copy of the page. `//example.org` is an address of another site, too, though it begins with a slash.

## Bad

    from flask import Flask, redirect, request

    app = Flask(__name__)

    @app.get("/login")
    def login():
        target = request.args.get("next", "/")
        return redirect(target)
    #          ^^^^^^^^^^^^^^^^ Open redirect: `request.args` decides where `redirect()`

## Good

    from flask import Flask, redirect, request, url_for

    app = Flask(__name__)
    PAGES = {"cart": "/cart", "orders": "/orders"}

    @app.get("/login")
    def login():
        return redirect(PAGES.get(request.args.get("next"), "/"))


    from django.shortcuts import redirect
    from django.utils.http import url_has_allowed_host_and_scheme

    def login(request):
        target = request.GET.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
            target = "/"
        return redirect(target)

## When to suppress

If something checks the data that Posse does not know: a validator of your own, or one of another package. Say which
in the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html
- https://docs.djangoproject.com/en/stable/topics/http/shortcuts/#redirect
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P106", "redirect_flow", MEDIUM, HIGH, Cwe.OPEN_REDIRECT)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in the address of a redirect."""
    yield flow.finding(f"Open redirect: {flow.source} decides where {flow.sink} leads.")
