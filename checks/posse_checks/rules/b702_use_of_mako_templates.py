"""A Mako template, whose variables are not escaped by default.

One forgotten filter is enough: a value that contains `<script>` becomes part of the page and runs in the browsers of
other users, where it reads what they see and acts in their name.

## Bad

    from mako.template import Template

    def greet(name):
        return Template("<p>Hello, ${name}</p>").render(name=name)
    #          ^^^^^^^^ Mako templates allow HTML/JS rendering by default and are inherently open to XSS

## Fixed

Escape every variable with default_filters (review):

    from mako.template import Template

    def greet(name):
        return Template("<p>Hello, ${name}</p>", default_filters=["h"]).render(name=name)

## Good

    from jinja2 import Environment

    def greet(name):
        return Environment(autoescape=True).from_string("<p>Hello, {{ name }}</p>").render(name=name)

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If every template has `default_filters=["h"]`, or filters each of its variables as in `${name | h}`: the rule does not
see this. Also if the templates produce something other than HTML or XML.

## References

- https://docs.makotemplates.org/en/latest/filtering.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, UnfixableError, last, part, rule
from posse_checks.rules._shared.purpose import refuse_test


@rule(
    "B702",
    "use_of_mako_templates",
    MEDIUM,
    HIGH,
    Cwe.BASIC_XSS,
    called=last("Template") & part("mako"),
    unfixable="it is not certain that this is a template of Mako",
)
def check(call: Call) -> Iterator[Finding]:
    """Report every template that is created."""
    yield call.finding(
        "Mako templates allow HTML/JS rendering by default and are inherently open to XSS attacks. Ensure variables in "
        "all templates are properly sanitized via the 'n', 'h' or 'x' flags (depending on context). For example, to "
        "HTML escape the variable 'data' do ${ data |h }.",
        span=call.span,
    )


@check.fix("Escape every variable with default_filters", REVIEW, keeps_finding=True)
def escape(call: Call, source: Source) -> Edits:
    """Adds `default_filters=["h"]`, which escapes each variable; `${name | n}` then prints one as it is."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    if call.keyword("default_filters") is not None:
        raise UnfixableError("the template has filters, which Bandit does not see")
    return source.keyword_set(call.node, "default_filters", f"[{source.quoted('h')}]")
