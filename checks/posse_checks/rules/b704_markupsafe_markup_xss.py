"""Text declared to be safe HTML although it is built at run time.

`Markup` escapes nothing: it declares that the text needs no escaping. A value that contains `<script>` becomes part of
the page and runs in the browsers of other users.

## Bad

    from markupsafe import Markup

    def greet(name):
        return Markup(f"<p>Hello, {name}</p>")
    #                 ^^^^^^^^^^^^^^^^^^^^^^^ Potential XSS with ``markupsafe.Markup`` detected.


    from markupsafe import Markup, escape

    def title(name):
        return Markup(f"<h1>{escape(name)}</h1>")
    #                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ Potential XSS with ``markupsafe.Markup`` detected.

## Fixed

Let format escape the values (safe):

    from markupsafe import Markup, escape

    def title(name):
        return Markup("<h1>{}</h1>").format(name)

Escape the values with format (review):

    from markupsafe import Markup

    def greet(name):
        return Markup("<p>Hello, {}</p>").format(name)

## Good

    from markupsafe import Markup

    def greet(name):
        return Markup("<p>Hello, {}</p>").format(name)

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If the text comes from a function that sanitizes it: list such functions under `markupsafe_xss: allowed_calls:` in the
configuration. Names that work like `Markup` belong under `extend_markup_names`.

## References

- https://markupsafe.palletsprojects.com/en/stable/escaping/
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
- https://flask.palletsprojects.com/en/stable/web-security/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
    MEDIUM,
    REVIEW,
    SAFE,
    Call,
    Cwe,
    Edits,
    Finding,
    Options,
    Source,
    UnfixableError,
    exact,
    listed,
    rule,
)
from posse_checks.rules._shared.html_text import PLAIN, page_of
from posse_checks.rules._shared.purpose import refuse_test


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


@check.fix("Let format escape the values", SAFE)
def let_format_escape(call: Call, source: Source) -> Edits:
    """Lets `Markup.format` escape. Nothing changes: it does what `escape` does, through which each value goes."""
    return _formatted(call, source, allowed=frozenset({"markupsafe.escape", "flask.escape", PLAIN}))


@check.fix("Escape the values with format", REVIEW)
def escape(call: Call, source: Source) -> Edits:
    """Puts the values in with `Markup.format`. One that is HTML must be `Markup` where it is made."""
    return _formatted(call, source)


def _formatted(call: Call, source: Source, allowed: frozenset[str] | None = None) -> Edits:
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    page = page_of(call.node, source)
    if page.built.node is not call.node.args[0]:
        raise UnfixableError("the text is put together elsewhere")
    if allowed is not None and not page.escaped_by <= allowed:
        raise UnfixableError("escaping may change a value")
    function = source.slice(call.node.func)
    return [source.replaced(call.node, f"{function}({page.literal}).format({page.values})")]
