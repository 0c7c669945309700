"""The documentation of a rule, for a client that shows it on its own page."""

from __future__ import annotations

from posse_server.lsp.server import Server


def show(server: Server, name: str) -> dict[str, str] | None:
    """Returns the rule with an ID or name: its ID, its documentation in Markdown, and its link. None if there is none.

    Does not need the network.
    """
    from posse_checks.analysis.registry import all_rules, ids_by_name
    from posse_checks.rule.pages import as_markdown

    rule = all_rules().get(name) or all_rules().get(ids_by_name().get(name, ""))
    if rule is None:
        server.warn(f"Unknown check {name!r}. Give an ID or a name, such as B602.")
        return None
    return {"id": rule.id, "markdown": "".join(as_markdown([rule])), "link": rule.link}
