"""The documentation of a rule: as Markdown for a client with pages of its own, or on the web."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from posse_checks.rule.declaration import Rule
from posse_server.lsp.offered import EXPLAIN
from posse_server.lsp.server import Server
from posse_server.system.console import printable


def show(server: Server, name: str) -> dict[str, str] | None:
    """Returns the rule with an ID or name: its ID, its documentation in Markdown, and its link. None if there is none.

    Does not need the network.
    """
    from posse_checks.rule.pages import page_of

    rule = _named(server, name)
    if rule is None:
        return None
    return {"id": rule.id, "markdown": page_of(rule), "link": rule.link}


def explain_each(rules: Iterable[Rule]) -> Iterator[lsp.CodeAction]:
    """Yields actions that open the documentation of each rule. They change nothing."""
    for rule in rules:
        title = f"Explain {rule.id}"
        command = lsp.Command(title, EXPLAIN, arguments=[rule.id])
        yield lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, command=command)


async def explain(server: Server, name: str) -> None:
    """Open a rule's page on the web; if the client cannot open pages, show the user the address with a summary."""
    from posse_checks.rule.documentation import documentation_of

    rule = _named(server, name)
    if rule is None:
        return
    if server.session.client.opens_pages and rule.link and await _is_opened(server, rule.link):
        return
    documentation = documentation_of(rule.docstring)
    more = f" More: {rule.link}" if rule.link else ""
    text = f"{rule.id}: {documentation.summary} {documentation.reason}{more}"
    server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, printable(text)))


async def _is_opened(server: Server, link: str) -> bool:
    """Have the client open a page of the web. Returns whether it says that it has."""
    try:
        shown: object = await server.window_show_document_async(lsp.ShowDocumentParams(link, external=True))
    except JsonRpcException:
        return False
    return isinstance(shown, dict) and shown.get("success") is True  # a response is not converted


def _named(server: Server, name: str) -> Rule | None:
    """Returns the rule with an ID or name. If there is none, tells the user and returns None."""
    from posse_checks.analysis.registry import all_rules, ids_by_name

    rule = all_rules().get(name) or all_rules().get(ids_by_name().get(name, "")) or _declared(server, name)
    if rule is None:
        server.warn(f"Unknown check {name!r}. Give an ID or a name, such as B602.")
    return rule


def _declared(server: Server, name: str) -> Rule | None:
    """Returns the check with an ID that the project of an open document declares."""
    configurations = {id(one.config.configuration): one.config.configuration for one in server.session.snapshots}
    return next((rule for one in configurations.values() for rule in one.declared_rules if rule.id == name), None)
