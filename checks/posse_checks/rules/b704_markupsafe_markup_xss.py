"""Text declared to be safe HTML although it is built at run time.

`Markup` escapes nothing: it declares that the text needs no escaping. A value that contains `<script>` becomes part of
the page and runs in the browsers of other users.

## Bad

    from markupsafe import Markup

    def greet(name):
        return Markup(f"<p>Hello, {name}</p>")
    #                 ^^^^^^^^^^^^^^^^^^^^^^^ Potential XSS with ``markupsafe.Markup`` detected.

## Good

    from markupsafe import Markup

    def greet(name):
        return Markup("<p>Hello, {}</p>").format(name)

## When to suppress

If the text comes from a function that sanitizes it: list such functions under `markupsafe_xss: allowed_calls:` in the
configuration. Names that work like `Markup` belong under `extend_markup_names`.

## References

- https://markupsafe.palletsprojects.com/en/stable/escaping/
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Call, Cwe, Finding, Options, exact, listed, rule


@rule(
    "B704",
    "markupsafe_markup_xss",
    MEDIUM,
    HIGH,
    Cwe.CROSS_SITE_SCRIPTING,
    called=exact("markupsafe.Markup", "flask.Markup") | listed("extend_markup_names", is_optional=True),
    section="markupsafe_xss",
    defaults={"extend_markup_names": [], "allowed_calls": []},
    unfixable="it is not certain that the text is put together here",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report a first argument that is neither a constant nor made by an allowed function."""
    if not call.node.args or isinstance(call.node.args[0], ast.Constant):
        return
    text = call.node.args[0]
    allowed = options.get("allowed_calls", [])
    if allowed and isinstance(text, ast.Call) and call.context.qualified(text.func) in allowed:
        return
    yield call.finding(
        f"Potential XSS with ``{call.name}`` detected. Do not use ``{call.function}`` on untrusted data.", span=text
    )
