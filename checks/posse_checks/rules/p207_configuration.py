"""Debugging that is switched on in the configuration, or a secret key that is written there.

A debug page shows source, settings and variables to anyone who causes an error, and some let them run code. The secret
key signs sessions and password reset links: anyone who has read it in the source can forge them for any user.

## Bad

    from flask import Flask

    app = Flask(__name__)
    app.config["DEBUG"] = True
    #                     ^^^^ Debugging is switched on.
    app.config.update({"SECRET_KEY": "not so secret"})
    #                                ^^^^^^^^^^^^^^^ The key `SECRET_KEY` is in the source.

## Fixed

Switch debugging off (review):

    from flask import Flask

    app = Flask(__name__)
    app.config["DEBUG"] = False
    app.config.update({"SECRET_KEY": "not so secret"})

## Good

    import os

    from flask import Flask

    app = Flask(__name__)
    app.config["DEBUG"] = os.environ.get("SHOP_DEBUG") == "1"
    app.config.update({"SECRET_KEY": os.environ["SHOP_SECRET_KEY"]})

`app.run(debug=True)` is B201, and a secret that is assigned, or passed by keyword, is B105 or B106.

## When to suppress

In a configuration that is used only in development and is not installed with the program.

## References

- https://flask.palletsprojects.com/en/stable/config/
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/
- https://cwe.mitre.org/data/definitions/489.html
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, View, is_string, last, rule
from posse_checks.rules._shared.settings import is_constant, settings

DEBUG = {"DEBUG", "debug", "TEMPLATE_DEBUG", "DEBUG_PROPAGATE_EXCEPTIONS", "FLASK_DEBUG"}
KEY = re.compile(r"(?:JWT_|SESSION_|CSRF_|WTF_CSRF_|COOKIE_)?SECRET(?:_KEY)?|SIGNING_KEY|ENCRYPTION_KEY")
LIBRARIES = ("flask", "django", "starlette", "fastapi", "sanic", "quart", "tornado", "bottle", "aiohttp", "litestar")
APPLICATIONS = last("FastAPI", "Starlette", "Application", "Litestar", "Sanic", "update", "from_mapping", "configure")
SIGNERS = last("URLSafeSerializer", "URLSafeTimedSerializer", "TimestampSigner", "Signer", "TimedSerializer")


@rule("P207", "configuration", MEDIUM, MEDIUM, Cwe.ACTIVE_DEBUG_CODE, called=APPLICATIONS | SIGNERS)
def check(place: Call | View[ast.Assign | ast.Dict]) -> Iterator[Finding]:
    """Report settings that switch debugging on, and keys of dicts that hold a secret key."""
    if isinstance(place, Call) and SIGNERS.matches(place.name, {}):
        key = place.node.args[0] if place.node.args else None
        if key is not None and is_string(key) and place.has_import_like("itsdangerous"):
            yield place.finding("The signing key is in the source.", span=key)
        return
    for name, value, span in settings(place):
        if name in DEBUG and is_constant(value, True) and _is_setting(place):
            yield place.finding("Debugging is switched on.", span=span)
        elif isinstance(place.node, ast.Dict) and KEY.fullmatch(name) and is_string(value) and value.value:
            yield place.finding(f"The key `{name}` is in the source.", span=value)


def _is_setting(place: View[ast.AST]) -> bool:
    """Whether a name is a setting of a web framework: one that the file imports, or an upper-case key."""
    if not any(map(place.has_import_like, LIBRARIES)):
        return False
    node = place.node
    if not isinstance(node, ast.Assign):
        return True
    return any(isinstance(target, (ast.Subscript, ast.Attribute)) for target in node.targets)


@check.fix("Switch debugging off", REVIEW)
def switch_off(place: View[ast.AST], source: Source) -> Edits:
    """Sets it to False, which is the default."""
    if not source.finding.message.startswith("Debugging"):
        return []
    span = source.finding.span
    for node in ast.walk(place.node):
        if is_constant(node, True) and (node.end_lineno, node.end_col_offset) == (span.end_line, span.end_column):  # type: ignore[attr-defined]
            return [source.replaced(node, "False")]
    return []
