"""What the client can do, as far as it makes a difference to Posse."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as lsp

from posse_server.protocol.encoding import Encoding

_EDIT = "edit"
"""The property of a code action that holds its edit."""


@dataclass(frozen=True, slots=True)
class Client:
    """The client's capabilities."""

    name: str = ""
    """Name and version of the editor, if it says them."""
    encoding: Encoding = Encoding.UTF16
    pulls: bool = False
    """Whether the client pulls diagnostics, and can be notified that they are stale."""
    watches_files: bool = False
    shows_markdown: bool = False
    takes_document_changes: bool = False
    creates_files: bool = False
    """Whether a workspace edit may create a file."""
    takes_action_literals: bool = False
    resolves_edits: bool = False
    """Whether the client asks for the edit of a code action when the user chooses it."""
    shows_disabled_actions: bool = False
    has_settings: bool = False
    """Whether it can be asked for its settings."""
    has_lenses: bool = False
    refreshes_lenses: bool = False
    """Whether the client can be notified that code lenses are stale."""
    shows_progress: bool = False
    shows_label_details: bool = False
    """Whether a completion may have details beside its label."""
    keeps_data: bool = False
    """Whether diagnostics may have data, which an extension of the client can read."""
    opens_pages: bool = False
    """Whether it can open an address in a browser."""
    shows_related: bool = False
    """Whether a diagnostic may point to other locations."""
    registers_settings: bool = False
    """Whether the client reports changed settings only after the server registers for that."""

    @classmethod
    def of(cls, capabilities: lsp.ClientCapabilities, info: lsp.ClientInfo | None = None) -> Client:
        """Read a client's capabilities and its description of itself."""
        general, document, workspace = capabilities.general, capabilities.text_document, capabilities.workspace
        known = {encoding.value: encoding for encoding in Encoding}
        offered = (general and general.position_encodings) or []
        encoding = next((known[name] for name in offered if name in known), Encoding.UTF16)
        diagnostics = workspace and workspace.diagnostics
        watched = workspace and workspace.did_change_watched_files
        edits = workspace and workspace.workspace_edit
        settings = workspace and workspace.did_change_configuration
        window = capabilities.window
        hover = document and document.hover
        published = document and document.publish_diagnostics
        actions = document and document.code_action
        completion = document and document.completion
        item = completion and completion.completion_item
        resolved = actions.resolve_support.properties if actions and actions.resolve_support else ()
        return cls(
            name=f"{info.name} {info.version or ''}".strip() if info else "",
            encoding=encoding,
            pulls=bool(document and document.diagnostic and diagnostics and diagnostics.refresh_support),
            watches_files=bool(watched and watched.dynamic_registration),
            shows_markdown=bool(hover and lsp.MarkupKind.Markdown in (hover.content_format or [])),
            takes_document_changes=bool(edits and edits.document_changes),
            creates_files=bool(edits and lsp.ResourceOperationKind.Create in (edits.resource_operations or [])),
            takes_action_literals=bool(actions and actions.code_action_literal_support),
            resolves_edits=bool(actions and actions.data_support and _EDIT in resolved),
            shows_disabled_actions=bool(actions and actions.disabled_support),
            has_settings=bool(workspace and workspace.configuration),
            has_lenses=bool(document and document.code_lens),
            refreshes_lenses=bool(workspace and workspace.code_lens and workspace.code_lens.refresh_support),
            shows_label_details=bool(item and item.label_details_support),
            keeps_data=bool(published and published.data_support),
            opens_pages=bool(window and window.show_document and window.show_document.support),
            shows_related=bool(published and published.related_information),
            shows_progress=bool(window and window.work_done_progress),
            registers_settings=bool(settings and settings.dynamic_registration),
        )
