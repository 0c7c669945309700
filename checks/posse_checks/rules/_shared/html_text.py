"""The fixes of B308, B703 and B704: HTML whose values are escaped as they are put in."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from posse_checks.rule import Call, Edits, Source, UnfixableError, is_string
from posse_checks.rules._shared.built_text import HOLE, Built, built
from posse_checks.rules._shared.html_places import is_escapable
from posse_checks.rules._shared.purpose import refuse_test
from posse_checks.rules._shared.text_template import template_of

_ADDRESS = re.compile(r"""\s(?:href|src|action|cite)\s*=\s*(["'])[^"'<>]*\Z""", re.IGNORECASE)
"""Matches text before a value in an attribute that holds an address: escaped, it cannot end the attribute."""
PLAIN = "plain"
_MARKS = re.compile(r"[&<>\"']")
_ESCAPED = {"html.escape", "markupsafe.escape", "flask.escape", "django.utils.html.escape", "cgi.escape"}


class Page(NamedTuple):
    """HTML with `{}` for each value, as a literal, the source of the values, and the expression that both replace."""

    literal: str
    values: str
    built: Built
    escaped_by: frozenset[str]
    """The functions that escape its values, `PLAIN` for one without marks, and empty for one that may need it."""


def format_html(call: Call, source: Source, *, is_plain: bool = False) -> Edits:
    """Replaces `mark_safe` of a text with values by `format_html`, which escapes them.

    With `is_plain`, raises UnfixableError unless none of the values has anything to escape.
    """
    refuse_test(call, source)
    source.verify(call.node.func, "django.utils.safestring.mark_safe")
    page = page_of(call.node, source)
    if page.built.node is not call.node.args[0]:
        raise UnfixableError("the text is put together elsewhere")
    if is_plain and page.escaped_by != {PLAIN}:
        raise UnfixableError("escaping may change a value")
    access = source.name_access("django.utils.html", "format_html", is_from=True)
    written = f"{access.expression}({page.literal}, {page.values})"
    return [*access.replacements, source.replaced(call.node, written)]


def page_of(call: ast.Call, source: Source) -> Page:
    """Returns the HTML that is the only argument of a call.

    Raises UnfixableError unless it has values, all at places where escaping them is enough.
    """
    if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        raise UnfixableError("the call has other arguments")
    if is_string(call.args[0]):
        raise UnfixableError("the text is a constant, in which nothing needs to be escaped")
    text = built(call.args[0], source)
    template = template_of(text)
    if not template.text.replace(HOLE, "").strip():
        raise UnfixableError("the text is a value, and may be HTML that was escaped elsewhere")
    if "{" in template.text or "}" in template.text or "\\" in template.text or "\n" in template.text:
        raise UnfixableError("the text has braces, or several lines")
    parts = template.text.split(HOLE)
    for index in range(1, len(parts)):
        before = HOLE.join(parts[:index])
        if not is_escapable(before) and not _ADDRESS.search(before):
            raise UnfixableError("a value is in a script, a style or a tag, where escaping it is not enough")
    quote = "'" if '"' in template.text else '"'
    if quote in template.text:
        raise UnfixableError("the text has quotes of both kinds")
    written, escaped_by = [], []
    for value in template.values:
        match value.node:
            case ast.Call(func=function, args=[inner], keywords=[]) if text.source.qualified(function) in _ESCAPED:
                written.append(text.source.slice(inner))
                escaped_by.append(text.source.qualified(function) or "")
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call() | ast.Constant():
                written.append(value.written)
                escaped_by.append(PLAIN if _is_plain(value.node, text.source) else "")
            case _:
                raise UnfixableError("a value is computed")
    return Page(f"{quote}{'{}'.join(parts)}{quote}", ", ".join(written), text, frozenset(escaped_by))


def _is_plain(value: ast.expr, source: Source) -> bool:
    """Whether a value certainly is text without anything to escape."""
    given = source.values(value) or []
    return bool(given) and all(is_string(each) and not _MARKS.search(each.value) for each in given)
