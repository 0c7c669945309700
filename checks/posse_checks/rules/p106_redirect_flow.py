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


    from django.shortcuts import redirect
    from django.utils.http import url_has_allowed_host_and_scheme

    def login(request):
        target = request.GET.get("next", "/")
        return redirect(target)
    #          ^^^^^^^^^^^^^^^^ Open redirect: `request.GET` decides where `redirect()`

## Fixed

Allow only addresses of this site (review):

    from django.shortcuts import redirect
    from django.utils.http import url_has_allowed_host_and_scheme

    def login(request):
        target = request.GET.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = "/"
        return redirect(target)

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
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = "/"
        return redirect(target)

The last argument asks for HTTPS where the request came by it, as Django's login view does.

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html
- https://docs.djangoproject.com/en/stable/topics/http/shortcuts/#redirect
- https://github.com/django/django/blob/main/django/contrib/auth/views.py
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Flow, Source, UnfixableError, rule
from posse_checks.rules._shared.request_values import is_parameter, is_sent


@rule("P106", "redirect_flow", MEDIUM, HIGH, Cwe.OPEN_REDIRECT)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in the address of a redirect."""
    yield flow.finding(f"Open redirect: {flow.source} decides where {flow.sink} leads.")


@check.fix("Allow only addresses of this site", REVIEW, one_by_one=True)
def allow_own_addresses(call: Call, source: Source) -> Edits:
    """Leads to the start page unless the address is one of the site, as Django's own views do."""
    function, arguments = source.qualified(call.node.func), call.node.args
    statement = next((node for node in source.ancestors if isinstance(node, ast.stmt)), None)
    if not (function or "").startswith("django.") or not is_parameter("request", source) or len(arguments) != 1:
        return []
    if not isinstance(statement, ast.Return) or statement.value is not call.node or not is_sent(arguments[0], source):
        return []
    start, indent = source.start(statement), source.indent(source.start(statement).line)
    if len(indent) != start.column:
        return []  # something else is in the line
    access = source.name_access("django.utils.http", "url_has_allowed_host_and_scheme")
    given = arguments[0]
    name = given.id if isinstance(given, ast.Name) else _free_name(source)
    lines = [] if isinstance(given, ast.Name) else [f"{name} = {source.slice(given)}"]
    lines.append(f"if not {access.expression}({name}, {{request.get_host()}}, request.is_secure()):")
    lines.append(f"{source.indent_unit}{name} = {source.quoted('/')}")
    new = "".join(f"{line}{source.line_end}{indent}" for line in lines)
    edits = [*access.replacements, source.inserted(start, new)]
    return edits if isinstance(given, ast.Name) else [*edits, source.replaced(given, name)]


def _free_name(source: Source) -> str:
    """A name for the address that nothing in sight has. Raises UnfixableError if there is none."""
    taken = [source.outline.bound_in(scope) for scope in source.visible_scopes()]
    for name in ("target", "next_url", "address"):
        if not source.outline.bindings(name) and not any(name in bound for bound in taken):
            return name
    raise UnfixableError("there is no free name for the address")
