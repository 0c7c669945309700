"""Text that Django puts into a page without escaping it.

If a user controls any part of the text, it can contain a `<script>`. That runs in the browser of everyone who opens the
page, with their session: it reads what they see and acts in their name.

## Bad

    from django.utils.safestring import mark_safe

    def badge(user):
        return mark_safe(f"<b>{user.nickname}</b>")
    #          ^^^^^^^^^ Use of mark_safe() may expose cross-site scripting vulnerabilities and should be reviewed.


    from django.utils.safestring import mark_safe

    def unit():
        return mark_safe("<b>%s</b>" % "kg")
    #          ^^^^^^^^^ Use of mark_safe() may expose cross-site scripting vulnerabilities and should be reviewed.

## Fixed

Put plain text in with format_html (safe):

    from django.utils.html import format_html
    from django.utils.safestring import mark_safe

    def unit():
        return format_html("<b>{}</b>", "kg")

Escape the values with format_html (review):

    from django.utils.html import format_html
    from django.utils.safestring import mark_safe

    def badge(user):
        return format_html("<b>{}</b>", user.nickname)

## Good

    from django.utils.html import format_html

    def badge(user):
        return format_html("<b>{}</b>", user.nickname)

Escaping protects text and quoted attributes. It does not stop a link to `javascript:`, and is not enough in a script.

## When to suppress

If the text is a constant, or comes from a sanitizer that accepts only known tags.

## References

- https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.html.format_html
- https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.safestring.mark_safe
- https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html
"""

from posse_checks.rule import MEDIUM, REVIEW, SAFE, Call, Cwe, Edits, Source, blocked_calls
from posse_checks.rules._shared.html_text import format_html

check = blocked_calls(
    "B308",
    "mark_safe",
    MEDIUM,
    Cwe.CROSS_SITE_SCRIPTING,
    "Use of mark_safe() may expose cross-site scripting vulnerabilities and should be reviewed.",
    ["django.utils.safestring.mark_safe"],
    unfixable="it is not certain that the text is put together here",
)


@check.fix("Put plain text in with format_html", SAFE)
def put_in(call: Call, source: Source) -> Edits:
    """Uses `format_html`. Nothing changes: the values are constants in which there is nothing to escape."""
    return format_html(call, source, is_plain=True)


@check.fix("Escape the values with format_html", REVIEW)
def escape(call: Call, source: Source) -> Edits:
    """Puts the values in with `format_html`. One that is HTML must be marked as safe where it is made."""
    return format_html(call, source)
