"""Protection against forged requests that is switched off.

Another site can then make the browsers of people who are logged in send requests in their name: change an address,
order something, delete an account. The browser adds their cookies, so the server cannot tell the difference.

## Bad

    from django.views.decorators.csrf import csrf_exempt, csrf_protect

    @csrf_exempt
    #^^^^^^^^^^^ Requests to this view can be forged by other sites.
    def transfer(request):
        return None


    from flask import Flask

    app = Flask(__name__)
    app.config["WTF_CSRF_ENABLED"] = False
    #                                ^^^^^ Requests can be forged by other sites: `WTF_CSRF_ENABLED` is off.

## Fixed

Check requests to the view (review):

    from django.views.decorators.csrf import csrf_exempt, csrf_protect

    @csrf_protect
    def transfer(request):
        return None

Switch the check on (review):

    from flask import Flask

    app = Flask(__name__)
    app.config["WTF_CSRF_ENABLED"] = True

## Good

    from django.views.decorators.csrf import csrf_protect

    @csrf_protect
    def transfer(request):
        return None

## When to suppress

For views that no browser calls with a cookie: webhooks that check a signature, and APIs that require a token in a
header. In tests.

## References

- https://docs.djangoproject.com/en/stable/ref/csrf/
- https://flask-wtf.readthedocs.io/en/stable/csrf/
- https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, View, last, rule, span_of
from posse_checks.rules._shared.purpose import is_test
from posse_checks.rules._shared.settings import is_constant, settings

SETTINGS = {"WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT", "CSRF_ENABLED"}
DECORATORS = "django.views.decorators.csrf"


def _is_candidate(node: ast.AST) -> bool:
    return not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or bool(node.decorator_list)


@rule(
    "P206",
    "csrf_off",
    MEDIUM,
    LOW,
    Cwe.CROSS_SITE_REQUEST_FORGERY,
    called=last("csrf_exempt", "exempt"),
    keyword={*SETTINGS, "csrf_enabled"},
    when=_is_candidate,
)
def check(
    place: Call | View[ast.Assign | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef],
) -> Iterator[Finding]:
    """Report views that are exempt from the check, and settings that switch it off."""
    node = place.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call) and _exempts(place.context.qualified(decorator)):
                yield place.finding(
                    "Requests to this view can be forged by other sites.", at=decorator, within=decorator
                )
        return
    if isinstance(place, Call) and _exempts(place.name):
        yield place.finding("Requests to this view can be forged by other sites.", span=place.node.func)
    for name, value, span in settings(place):
        if (name in SETTINGS or name == "csrf_enabled") and is_constant(value, False):
            yield place.finding(f"Requests can be forged by other sites: `{name}` is off.", span=span)


def _exempts(name: str) -> bool:
    """Whether a function exempts a view from the check: that of Django, or that of an object named for it."""
    before, _, last_part = name.rpartition(".")
    if last_part == "csrf_exempt":
        return True
    return last_part == "exempt" and before.rpartition(".")[2].lower() in ("csrf", "csrf_protect", "csrfprotect")


@check.fix("Check requests to the view", REVIEW)
def protect(place: View[ast.AST], source: Source) -> Edits:
    """Puts the decorator that checks requests in the place of the one that lets all of them pass."""
    for decorator in getattr(place.node, "decorator_list", ()):
        if span_of(decorator) == source.finding.span:
            source.verify(decorator, f"{DECORATORS}.csrf_exempt")
            return source.replaced_by_name(decorator, DECORATORS, "csrf_protect")
    return []


@check.fix("Switch the check on", REVIEW)
def switch_on(place: View[ast.AST], source: Source) -> Edits:
    """Sets the setting to True, which is the default. Tests send forms without a token."""
    if is_test(place, source):
        return []
    for _, value, span in settings(place):
        if is_constant(value, False) and span_of(span) == source.finding.span:
            return [source.replaced(value, "True")]
    return []
