"""Jinja2 templates whose variables go into the page unescaped.

Escaping is off by default. A value that contains `<script>` then becomes part of the page, and its script runs in the
browsers of other users: it can read what they see and act in their name.

## Bad

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader)
    #          ^^^^^^^^^^^^^^^^^^ By default, jinja2 sets autoescape to False.


    import jinja2

    def environment(loader, escaping):
        if escaping:
            return jinja2.Environment(loader=loader, autoescape=escaping)
    #                                                ^^^^^^^^^^^^^^^^^^^ Using jinja2 templates with
        return jinja2.Environment(loader=loader, autoescape=False)
    #                                            ^^^^^^^^^^^^^^^^ Using jinja2 templates with autoescape=False


    import jinja2

    def html_environment():
        return jinja2.Environment()
    #          ^^^^^^^^^^^^^^^^^^ By default, jinja2 sets autoescape to False.

## Fixed

Escape HTML and XML with select_autoescape (review):

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())

Escape all templates (review):

    import jinja2

    def html_environment():
        return jinja2.Environment(autoescape=True)

## Good

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())

By default, `select_autoescape()` escapes templates from strings and files named `.html`, `.htm` or `.xml`. Other names,
such as `page.html.j2` or `.svg`, need `enabled_extensions` or `default=True`.

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If the templates produce something other than HTML or XML, such as configuration files, plain-text mail or code.

## References

- https://jinja.palletsprojects.com/en/stable/api/#autoescaping
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
- https://flask.palletsprojects.com/en/stable/web-security/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
    MEDIUM,
    REVIEW,
    Call,
    Cwe,
    Edits,
    Finding,
    Source,
    UnfixableError,
    last,
    part,
    rule,
)
from posse_checks.rules._shared.purpose import words_for


@rule(
    "B701",
    "jinja2_autoescape_false",
    HIGH,
    HIGH,
    Cwe.CODE_INJECTION,
    called=last("Environment") & part("jinja2"),
    unfixable="it is not certain that this is an environment of Jinja",
)
def check(call: Call) -> Iterator[Finding]:
    """Report environments whose escaping is off, not given, or set to an unknown value."""
    autoescape = _nearest_autoescape(call.node)
    if autoescape is None:
        yield call.finding(
            "By default, jinja2 sets autoescape to False. Consider using autoescape=True or use the "
            "select_autoescape function to mitigate XSS vulnerabilities.",
            span=call.span,
        )
    elif _is_constant(autoescape.value, False):
        yield call.finding(
            "Using jinja2 templates with autoescape=False is dangerous and can lead to XSS. Use autoescape=True or "
            "use the select_autoescape function to mitigate XSS vulnerabilities.",
            span=autoescape,
        )
    elif not _is_constant(autoescape.value, True) and not _selects(autoescape.value):
        yield call.finding(
            "Using jinja2 templates with autoescape=False is dangerous and can lead to XSS. Ensure autoescape=True or "
            "use the select_autoescape function to mitigate XSS vulnerabilities.",
            confidence=MEDIUM,
            span=autoescape,
        )


def _nearest_autoescape(node: ast.Call) -> ast.keyword | None:
    """The keyword `autoescape` nearest to the call, possibly in a call inside it: Bandit uses that one too."""
    keywords = (inner for inner in ast.walk(node) if isinstance(inner, ast.keyword))
    return next((keyword for keyword in keywords if keyword.arg == "autoescape"), None)


def _is_constant(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _selects(node: ast.expr) -> bool:
    """Whether this calls `select_autoescape`, with any prefix."""
    function = node.func if isinstance(node, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    return name == "select_autoescape"


@check.fix("Escape HTML and XML with select_autoescape", REVIEW)
def select(call: Call, source: Source) -> Edits:
    """Escapes in templates that `select_autoescape` selects by file name. Not for templates from strings."""
    _check(call, source)
    if call.keyword("loader") is None:
        return []
    access = source.name_access("jinja2", "select_autoescape")
    return [*access.replacements, *source.keyword_set(call.node, "autoescape", f"{access.expression}()")]


@check.fix("Escape all templates", REVIEW)
def escape(call: Call, source: Source) -> Edits:
    """Escapes in all templates, if names suggest HTML. Intended markup then needs `Markup` or the filter `safe`."""
    _check(call, source)
    if not words_for(call.node, source) & {"html", "xml", "xhtml", "web", "page", "site"}:
        return []
    return source.keyword_set(call.node, "autoescape", "True")


def _check(call: Call, source: Source) -> None:
    """Raises UnfixableError if the author chose what to escape, or if the delimiters are those of another language."""
    source.verify(call.node.func, call.name)
    given = call.keyword("autoescape")
    if given is not None and not _is_constant(given.value, False):
        raise UnfixableError("the author chose what to escape")
    if any(keyword.arg and keyword.arg.endswith(("_start_string", "_end_string")) for keyword in call.node.keywords):
        raise UnfixableError("the templates are probably not HTML")
