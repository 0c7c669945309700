"""The facts for a bug report, with those that only the server knows: the editor, and the settings received from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from posse_server.doctor.report import Section, pairs, report_lines
from posse_server.lsp.features.in_thread import in_thread
from posse_server.lsp.server import Server
from posse_server.project.editor_settings import EditorSettings
from posse_server.project.explain import written
from posse_server.project.workspace import WorkspaceFolder


async def report(server: Server, uri: str) -> str:
    """Returns the report about a document: the command's result, to be shown and pasted."""
    from posse_server.doctor import sections  # it loads much that no other answer needs

    session = server.session
    notebook = session.notebook_of(uri)
    config = session.config(notebook.uri if notebook else uri)
    folder = session.workspace.folder_of(config.location)
    parts = [_editor(server), _settings(folder)]

    def gathered() -> Sequence[str]:
        name = str(config.location) if config.location else "an unsaved document"
        around = [sections.program(), sections.machine(), *parts, sections.configuration(config, name)]
        return report_lines([*around, sections.project_code(folder.root or Path.cwd()), sections.cache()])

    return "".join(f"{line}\n" for line in await in_thread(lambda _: gathered()))


def _editor(server: Server) -> Section:
    client = server.session.client
    able = [field.name for field in fields(client) if getattr(client, field.name) is True]
    return Section(
        "Editor",
        pairs(
            [
                ("name", client.name or "it does not say"),
                ("positions", client.encoding.value),
                ("can", ", ".join(able) or "nothing that is optional"),
                (
                    "open",
                    f"{len(server.session.snapshots)} documents in {len(server.session.workspace.folders)} folders",
                ),
            ]
        ),
    )


def _settings(folder: WorkspaceFolder) -> Section:
    return Section(
        f"Settings that arrived for {folder.root or 'files without a folder'}", list(_shown(folder.settings))
    )


def _shown(settings: EditorSettings) -> Iterator[str]:
    """Yields the settings as the server understands them."""
    yield from (f"{name}: {written(value)}" for name, value in settings.policy_options.items())
    yield from (f"{switch.value}: true" for switch in sorted(settings.switched_on, key=lambda one: one.value))
    if settings.path:
        yield f"configurationPath: {settings.path}"
    yield f"configurationPreference: {settings.preference.value}"
    yield from (f"mistake: {mistake}" for mistake in settings.mistakes)
