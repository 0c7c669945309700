"""A cookie that is sent without encryption too, or that scripts can read.

Without `secure`, a browser sends the cookie over plain HTTP as well, where anyone on the network reads it. Without
`httponly`, a script that an attacker got into a page can read it. A stolen session cookie lets the thief act as the
user.

## Bad

    from flask import Flask, make_response

    app = Flask(__name__)

    @app.post("/login")
    def login():
        response = make_response("welcome")
        response.set_cookie("session_id", "abc", httponly=True)
    #   ^^^^^^^^^^^^^^^^^^^ The cookie is sent without encryption, too: `secure` is missing.
        return response


    SESSION_COOKIE_HTTPONLY = False
    #                         ^^^^^ Scripts can read the cookie: `SESSION_COOKIE_HTTPONLY` is off.


    def remember(response, key):
        response.set_cookie("session_id", key, secure=True)
    #   ^^^^^^^^^^^^^^^^^^^ Scripts can read the cookie: `httponly` is missing.


    def keep(response, key):
        response.set_cookie("session_id", key)
    #   ^^^^^^^^^^^^^^^^^^^ The cookie is sent without encryption, too: `secure` is missing.

## Fixed

Add secure=True (review):

    from flask import Flask, make_response

    app = Flask(__name__)

    @app.post("/login")
    def login():
        response = make_response("welcome")
        response.set_cookie("session_id", "abc", httponly=True, secure=True)
        return response

Add secure=True and httponly=True (review):

    def keep(response, key):
        response.set_cookie("session_id", key, secure=True, httponly=True)

Add httponly=True (review):

    def remember(response, key):
        response.set_cookie("session_id", key, secure=True, httponly=True)

Switch the flag on (review):

    SESSION_COOKIE_HTTPONLY = True

## Good

    from flask import Flask, make_response

    app = Flask(__name__)

    @app.post("/login")
    def login():
        response = make_response("welcome")
        response.set_cookie("session_id", "abc", secure=True, httponly=True, samesite="Lax")
        return response

`samesite="Lax"` keeps the cookie out of forms that other sites send, which makes forged requests harder.

A missing `httponly` is reported only for cookies that are named like a session or a token; others may be for scripts.

    import http.cookiejar

    jar = http.cookiejar.CookieJar()

    def keep(cookie):
        jar.set_cookie(cookie)

## When to suppress

For a cookie that says nothing about anyone, such as the chosen language, on a site that must work without HTTPS. In
development, switch flags off by a setting of the environment rather than in the code.

## References

- https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies#security
- https://owasp.org/www-community/controls/SecureCookieAttribute
- https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
- https://owasp.org/www-community/HttpOnly
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, View, is_string, last, rule
from posse_checks.rules._shared.settings import is_constant, settings

FLAG = re.compile(r"(?:SESSION|CSRF|LANGUAGE|REMEMBER|JWT)_COOKIE_(SECURE|HTTPONLY)")
"""Matches settings of Django and of Flask with its extensions."""
SECRET_COOKIE = re.compile(r"sess|token|auth|\bsid\b|_sid|jwt|remember|login|secret", re.IGNORECASE)
FOR_SCRIPTS = re.compile(r"csrf|xsrf", re.IGNORECASE)
POSITIONS = {"secure": 6, "httponly": 7}
"""The positions of the flags in Flask, Django and Starlette."""
SETTERS = last("set_cookie", "set_signed_cookie", "set_secure_cookie")


@rule("P201", "cookie_flags", LOW, MEDIUM, Cwe.INSECURE_COOKIE, called=SETTERS)
def check(place: Call | View[ast.Assign]) -> Iterator[Finding]:
    """Report cookies without `secure`, those of sessions without `httponly`, and settings that switch these off."""
    if isinstance(place, Call):
        yield from _call(place)
        return
    for name, value, node in settings(place):
        flag = FLAG.fullmatch(name)
        if flag and is_constant(value, False):
            yield place.finding(_message(flag[1].lower(), f"`{name}` is off"), span=node)


def _call(call: Call) -> Iterator[Finding]:
    arguments = call.node.args
    if not arguments or any(isinstance(item, ast.Starred) for item in arguments):
        return
    if any(keyword.arg is None for keyword in call.node.keywords):
        return
    if len(arguments) == 1 and not call.node.keywords and not is_string(arguments[0]):
        return  # a cookie as an object, which is put into a client's jar
    for flag in POSITIONS:
        why = _why_off(call, flag)
        if why is None or (flag == "httponly" and not _is_secret(arguments[0])):
            continue
        yield call.finding(_message(flag, why), span=call.keyword(flag) or call.node.func)
        return


def _why_off(call: Call, flag: str) -> str | None:
    """Says why a cookie lacks a flag; None if it has it, or may have it."""
    arguments, position = call.node.args, POSITIONS[flag]
    keyword = call.keyword(flag)
    given = keyword.value if keyword else arguments[position] if len(arguments) > position else None
    if given is None:
        return f"`{flag}` is missing"
    return f"`{flag}` is off" if is_constant(given, False) else None


def _lacks_both(place: View[ast.AST]) -> bool:
    """Whether a cookie that only the server needs has neither flag."""
    return (
        isinstance(place, Call)
        and bool(place.node.args)
        and _is_secret(place.node.args[0])
        and all(_why_off(place, flag) is not None for flag in POSITIONS)
    )


def _is_secret(name: ast.expr) -> bool:
    """Whether a cookie is named like one that only the server needs."""
    if not is_string(name):
        return False
    return SECRET_COOKIE.search(name.value) is not None and not FOR_SCRIPTS.search(name.value)


def _message(flag: str, why: str) -> str:
    if flag == "secure":
        return f"The cookie is sent without encryption, too: {why}."
    return f"Scripts can read the cookie: {why}."


@check.fix("Add secure=True", REVIEW)
def add_secure(place: View[ast.AST], source: Source) -> Edits:
    """Adds the flag, so that the cookie is sent over HTTPS only."""
    return [] if _lacks_both(place) else _with_flag(place, source, "secure")


@check.fix("Add secure=True and httponly=True", REVIEW)
def add_both(place: View[ast.AST], source: Source) -> Edits:
    """Adds both flags, so that the cookie is sent over HTTPS only, and no script reads it."""
    if not isinstance(place, Call) or not _lacks_both(place) or len(place.node.args) > POSITIONS["secure"]:
        return []
    if place.keyword("secure") or place.keyword("httponly"):
        return [*source.keyword_set(place.node, "secure", "True"), *source.keyword_set(place.node, "httponly", "True")]
    return source.keyword_set(place.node, "secure", "True, httponly=True")


@check.fix("Add httponly=True", REVIEW)
def add_http_only(place: View[ast.AST], source: Source) -> Edits:
    """Adds the flag, so that no script reads the cookie."""
    return _with_flag(place, source, "httponly")


@check.fix("Switch the flag on", REVIEW)
def switch_on(place: View[ast.AST], source: Source) -> Edits:
    """Sets the setting to True."""
    if not isinstance(place.node, ast.Assign):
        return []
    return [source.replaced(place.node.value, "True")]


def _with_flag(place: View[ast.AST], source: Source, flag: str) -> Edits:
    if not isinstance(place, Call) or f"`{flag}`" not in source.finding.message:
        return []
    if len(place.node.args) > POSITIONS[flag]:
        return []
    return source.keyword_set(place.node, flag, "True")
