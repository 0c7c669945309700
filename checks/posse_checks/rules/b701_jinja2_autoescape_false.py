"""Jinja2 templates whose variables go into the page unescaped.

Escaping is off unless it is asked for. A value with `<script>` in it then becomes part of the page, and
whoever supplied it runs code in the browsers of others: reads what they see, acts in their name.

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

## Fixed

Escape in HTML and XML, with select_autoescape (review):

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())

Escape in all templates (review):

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader, autoescape=True)

## Good

    import jinja2

    def environment(loader):
        return jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape())

## When to suppress

Where the templates make something other than HTML or XML, such as configuration files, mails in plain text or
code.

## References

- https://jinja.palletsprojects.com/en/stable/api/#autoescaping
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.source import Source
from posse_checks.views import Call


def is_environment(name: str, options: Options) -> bool:
    """Whether a qualified name ends in `Environment` and has `jinja2` as one of its parts."""
    parts = name.split(".")
    return parts[-1] == "Environment" and "jinja2" in parts


@rule("B701", "jinja2_autoescape_false", HIGH, HIGH, Cwe.CODE_INJECTION, called=is_environment)
def check(call: Call) -> Iterator[Finding]:
    """Report environments whose escaping is off, not mentioned, or set to what cannot be told."""
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
    """The keyword of that name nearest to the call, which may stand in a call within it: Bandit takes that one too."""
    keywords = (inner for inner in ast.walk(node) if isinstance(inner, ast.keyword))
    return next((keyword for keyword in keywords if keyword.arg == "autoescape"), None)


def _is_constant(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _selects(node: ast.expr) -> bool:
    """Whether this calls `select_autoescape`, under whatever prefix."""
    function = node.func if isinstance(node, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    return name == "select_autoescape"


@check.fix("Escape in HTML and XML, with select_autoescape", REVIEW)
def select(call: Call, source: Source) -> Edits:
    """Templates of other kinds stay as they are; the name of the template tells."""
    reached = source.reach("jinja2", "select_autoescape")
    return [*reached.replacements, *source.keyword_set(call.node, "autoescape", f"{reached.expression}()")]


@check.fix("Escape in all templates", REVIEW)
def escape(call: Call, source: Source) -> Edits:
    """Values that hold markup on purpose then need `Markup` or the filter `safe`."""
    return source.keyword_set(call.node, "autoescape", "True")
