"""The clients that the server is tested with: those with recorded `initialize` parameters, and a plain one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from lsprotocol import types as lsp
from pygls.protocol import default_converter

if TYPE_CHECKING:
    from cattrs import Converter

RECORDINGS = Path(__file__).parents[1] / "clients"
PLAIN = "plain"
"""A client without any capabilities."""


@cache
def converter() -> Converter:
    """The converter from the protocol's JSON to objects; it is expensive, so all editors share it."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]  # pygls declares no types here
    # lsprotocol takes an action that has a command for the command itself, which is never a structure.
    action = lsp.Command | lsp.CodeAction
    is_command = {True: lsp.Command, False: lsp.CodeAction}
    made.register_structure_hook(
        action, lambda given, _: made.structure(given, is_command[isinstance(given.get("command"), str)])
    )
    return made


class Ability(NamedTuple):
    """What the server is expected to conclude from a client's capabilities."""

    encoding: str
    pulls: bool
    watches: bool
    markdown: bool
    document_changes: bool
    resolves: bool = True
    """Whether it asks for the edit of a code action once that is chosen."""
    disabled: bool = True
    """Whether it shows disabled code actions, with the reason."""
    creates: bool = True
    """Whether an edit may create files."""
    related: bool = True
    """Whether diagnostics may have related information."""


CLIENTS = {
    "emacs-30.1": Ability(
        "utf-32",
        pulls=False,
        watches=True,
        markdown=False,
        document_changes=True,
        disabled=False,
        creates=False,
        related=False,
    ),
    "helix-25.01.1": Ability("utf-8", pulls=False, watches=True, markdown=True, document_changes=True, related=False),
    "helix-25.07.1": Ability("utf-8", pulls=False, watches=True, markdown=True, document_changes=True, related=False),
    "neovim-0.10.4": Ability(
        "utf-16", pulls=False, watches=False, markdown=True, document_changes=False, disabled=False
    ),
    "neovim-0.11.4": Ability(
        "utf-8", pulls=False, watches=False, markdown=True, document_changes=False, disabled=False
    ),
    "neovim-0.12.4": Ability("utf-8", pulls=True, watches=False, markdown=True, document_changes=False),
    "vim-ale-3.3.0": Ability(
        "utf-16",
        pulls=False,
        watches=False,
        markdown=False,
        document_changes=False,
        resolves=False,
        disabled=False,
        creates=False,
    ),
    "vscode-1.139.1": Ability("utf-16", pulls=True, watches=True, markdown=True, document_changes=True),
}
"""The recorded clients."""
FEW = ("emacs-30.1", "neovim-0.12.4", "vim-ale-3.3.0", "vscode-1.139.1")
"""Clients that together cover every difference between clients; `make test-fast` uses only these."""
ONE = "vscode-1.139.1"
"""The one among them that `pytest -m "not slow"` runs with."""


def clients_that(can: Callable[[Ability], bool]) -> pytest.MarkDecorator:
    """Run a test only with the editors that have a property."""
    chosen = [client for client, ability in CLIENTS.items() if can(ability)]
    return pytest.mark.parametrize("running_editor", chosen, indirect=True, scope="session")


def recorded(client: str, *roots: Path) -> lsp.InitializeParams:
    """The parameters of a client that opens a workspace of these folders, the first of which is its root."""
    folders = [lsp.WorkspaceFolder(root.as_uri(), root.name) for root in roots]
    if client == PLAIN:
        return lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=folders)
    text = (RECORDINGS / f"{client}.json").read_text(encoding="utf-8")
    text = text.replace("file://{ROOT}", roots[0].as_uri()).replace("{ROOT}", str(roots[0]))
    params: lsp.InitializeParams = converter().structure(json.loads(text), lsp.InitializeParams)
    if len(roots) > 1:
        params.workspace_folders = folders
    return params
