"""Django and Django REST framework."""

from __future__ import annotations

from posse_checks.flow.catalogue.request_sources import request_rows
from posse_checks.flow.catalogue.rows import QUERY_SET, Maker, Row, Sanitizer, Sink
from posse_checks.flow.kinds import EVERY, NO_PARENT, NOT_ABSOLUTE, PATH, REDIRECT, SQL, TEMPLATE, XPATH, XSS

ROWS: tuple[Row, ...] = (
    *request_rows(
        "django.Request",
        "",
        (
            "GET",
            "POST",
            "COOKIES",
            "META",
            "body",
            "FILES",
            "headers",
            "path",
            "path_info",
            "data",
            "query_params",
            "get_full_path",
            "build_absolute_uri",
            "encoding",
            "content_type",
            "read",
        ),
    ),
    Maker("django.Request.method", "str"),
    Maker("django.Request.session", "Session"),
    *[
        Maker(f"{name}()", "django.View")
        for name in (
            *("django.views.View", "django.views.generic.View", "django.views.generic.base.View"),
            *("django.views.generic.TemplateView", "django.views.generic.ListView", "django.views.generic.DetailView"),
            *("django.views.generic.FormView", "django.views.generic.CreateView", "django.views.generic.RedirectView"),
            *(
                "rest_framework.views.APIView",
                "rest_framework.viewsets.ViewSet",
                "rest_framework.generics.GenericAPIView",
            ),
            *("rest_framework.generics.ListAPIView", "rest_framework.viewsets.ModelViewSet"),
        )
    ],
    Maker("django.View.request", "django.Request"),
    *[
        Sink(name, REDIRECT, (0, "to", "redirect_to"), f"{name}(X)")
        for name in (
            "django.shortcuts.redirect",
            "django.http.HttpResponseRedirect",
            "django.http.HttpResponsePermanentRedirect",
        )
    ],
    Sink("django.utils.safestring.mark_safe", XSS, (0,), "django.utils.safestring.mark_safe(X)"),
    Sink("django.utils.safestring.SafeString", XSS, (0,), "django.utils.safestring.SafeString(X)"),
    Sink("django.utils.safestring.SafeText", XSS, (0,), "django.utils.safestring.SafeText(X)"),
    Sink("django.template.Template", TEMPLATE, (0,), "django.template.Template(X)"),
    Sink("django.http.FileResponse", PATH, (), "", is_evidence=True),
    Sink("django.db.models.expressions.RawSQL", SQL, (0, "sql"), "django.db.models.expressions.RawSQL(X, [])"),
    Sink(
        "*.extra", SQL, ("select", "where", "tables", "order_by"), "query.objects.extra(where=[X])", receivers=QUERY_SET
    ),
    Sink("*.raw", SQL, (0, "raw_query"), "query.objects.raw(X)", receivers=QUERY_SET),
    Sanitizer("django.utils.html.escape", XSS | XPATH, "django.utils.html.escape(X)"),
    Sanitizer("django.utils.html.conditional_escape", XSS, "django.utils.html.conditional_escape(X)"),
    Sanitizer("django.utils.html.strip_tags", XSS, "django.utils.html.strip_tags(X)"),
    Sanitizer("django.utils.html.format_html", XSS, "django.utils.html.format_html('{}', X)"),
    Sanitizer(
        "django.utils.text.get_valid_filename",
        PATH | NO_PARENT | NOT_ABSOLUTE,
        "django.utils.text.get_valid_filename(X)",
    ),
    Sanitizer("django.utils.text.slugify", EVERY, "django.utils.text.slugify(X)"),
    Sanitizer("django.utils._os.safe_join", PATH, "django.utils._os.safe_join('a', X)"),
    Maker("django.shortcuts.render", "page"),
    Maker("django.http.JsonResponse", "page"),
    Maker("django.urls.reverse", "address"),
)
