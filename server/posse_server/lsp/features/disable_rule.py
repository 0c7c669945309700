"""Code actions that disable a rule for a file, for its tests or for the project, in the configuration file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping

from lsprotocol import types as lsp

from posse_checks.config.problem import Problem
from posse_checks.python.text import Text
from posse_checks.rule.fix import UnfixableError
from posse_server.lsp.server import Server
from posse_server.lsp.session import Snapshot
from posse_server.project.configuration_file import read_text
from posse_server.project.discovery import YAML_NAMES
from posse_server.protocol.client_capabilities import Client
from posse_server.protocol.convert import creation, workspace_edit
from posse_server.system.console import printable

DISABLE = "disable"
"""The value of `do` in the data of these actions."""
_SPECIAL = re.compile(r"[*?[]")


def disable_each(ids: Iterable[str], snapshot: Snapshot, client: Client) -> Iterator[lsp.CodeAction]:
    """Yields actions that disable IDs: in this file, in the nearest folder of tests above it, in the project.

    Yields none for a file outside of the workspace, or if a configuration file would have to be created and the client
    cannot create files.
    """
    config = snapshot.config
    if config.root is None or (config.file is None and not client.creates_files):
        return
    name = config.file.path.name if config.file else YAML_NAMES[0]
    for id in ids:
        for whom, pattern in _patterns(config.path).items():
            yield lsp.CodeAction(
                title=printable(f"Disable {id} for {whom} in {name}"),
                kind=lsp.CodeActionKind.QuickFix,
                data={"uri": snapshot.uri, "do": DISABLE, "rule": id, "pattern": pattern},
            )


async def edit(server: Server, snapshot: Snapshot, data: Mapping[str, object]) -> lsp.WorkspaceEdit:
    """Returns the edit of the configuration file that an action's data ask for.

    Raises UnfixableError, with the reason, if there is none.
    """
    from posse_checks.config.edit import disabling_edit

    id, pattern = str(data.get("rule")), data.get("pattern")
    config = snapshot.config
    if config.root is None or pattern not in _patterns(config.path).values():
        raise UnfixableError("The file was moved. Try again in its new place.")
    path = config.file.path if config.file else config.root / YAML_NAMES[0]
    if not path.resolve().is_relative_to(config.root.resolve()):
        raise UnfixableError(f"{path.name} is outside of the workspace.")
    document = server.session.configuration_at(path)
    uri = document.uri if document else server.session.identities.spelled(path)
    text = str(document.text) if document else read_text(path, within=config.file.project) if config.file else ""
    if isinstance(text, Problem):
        raise UnfixableError(text.message)
    change = await asyncio.to_thread(disabling_edit, text, path.name, id, None if pattern is None else str(pattern))
    if config.file is None:
        return creation(uri, change.new)
    version = document.version if document else None
    return workspace_edit(uri, version, [change], Text.of(text).lines, server.session.client)


def _patterns(path: str) -> dict[str, str | None]:
    """Returns the scopes for which an ID can be disabled, each with its pattern of files; None for the project.

    `path` is the file's path as patterns see it.
    """
    *folders, _ = path.removeprefix("./").split("/")
    tests = [depth for depth, folder in enumerate(folders, 1) if folder in ("test", "tests")]
    literally = _SPECIAL.sub(r"[\g<0>]", path.removeprefix("./") if folders else path)
    patterns: dict[str, str | None] = {"this file": literally}
    if tests:
        patterns["/".join(folders[: tests[-1]]) + "/"] = "/".join(literally.split("/")[: tests[-1]]) + "/**"
    return patterns | {"the project": None}
