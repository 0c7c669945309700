"""The one place with mutable state: which documents are open, and what the workspace and the client are like.

Handlers take a frozen snapshot from here and work on that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from posse_checks.baseline import Known
from posse_checks.config_file.problem import Problem
from posse_checks.config_reader import reader_for
from posse_checks.document import Document
from posse_checks.finding import Finding
from posse_checks.nodes import Judged
from posse_checks.policy import Run
from posse_checks.remarks import Remark, remarks_in
from posse_checks.suppressed import shown_in
from posse_checks.text import Text
from posse_server.baselines import Baselines
from posse_server.closed_files import ClosedFiles
from posse_server.editor_settings import EditorSettings, Switch
from posse_server.finder import MAXIMUM_SIZE, NAMES
from posse_server.protocol import Client, Encoding
from posse_server.rendering import NOTHING, Rendered, rendered, rendered_remarks
from posse_server.workspace import Place, Workspace, path_of


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of an open document."""

    uri: str
    version: int
    document: Document
    place: Place
    known: Known
    """What the baseline has about it."""
    edited: bool = False
    """Whether it has changed since it was opened or saved."""

    @property
    def excluded(self) -> bool:
        """Whether the configuration keeps the file from being checked."""
        return self.place.excluded

    @property
    def waits(self) -> bool:
        """Whether what has changed is shown when the document is saved, and not before."""
        return self.edited and self.place.configuration.policy.run is Run.ON_SAVE

    @property
    def is_settled(self) -> bool:
        """Whether all findings are up to date; for a while they are not after an edit of an import."""
        return self.document.settled_to is None

    @property
    def findings(self) -> Sequence[Finding]:
        """The findings to show."""
        return self._parted[0]

    @property
    def hidden(self) -> Sequence[Finding]:
        """The findings that the baseline hides."""
        return self._parted[1]

    def findings_near(self, first: int, last: int) -> Sequence[Finding]:
        """The findings to show of the statements on a range of lines, which counts from 0, inclusive."""
        if self.excluded:
            return ()
        if self.known.counts:  # which of equal findings are hidden depends on all of them
            return [
                finding for finding in self.findings if finding.span.line - 1 <= last and first < finding.span.end_line
            ]
        show = self.place.configuration.shown
        return [finding for judged in self.document.judged_near(first, last) if (finding := show(judged)) is not None]

    def shows(self, finding: Finding) -> bool:
        """Whether the configuration lets a finding be shown that no comment silences; a baseline may still hide it."""
        return not self.excluded and self.place.configuration.shown(Judged(finding)) is not None

    @property
    def _parted(self) -> tuple[Sequence[Finding], Sequence[Finding]]:
        return ((), ()) if self.excluded else shown_in(self.document, self.place.configuration, self.known)

    @property
    def remarks(self) -> Sequence[Remark]:
        """What there is to say of its `# nosec` comments."""
        configuration = self.place.configuration
        if self.excluded or configuration.ignore_nosec:
            return ()
        return remarks_in(self.document, configuration.policy.nosec)

    def rendered(self, encoding: Encoding, before: Rendered = NOTHING) -> tuple[Rendered, str]:
        """Its findings rendered, as far as they are not those `before`; all diagnostics as JSON with commas between."""
        new = NOTHING
        if not self.excluded:
            new = rendered(self.document, encoding, before, self.place.configuration, self.known)
        lines, policy = self.document.text.lines, self.place.configuration.policy.nosec
        remarks = rendered_remarks(self.remarks, policy, lines, encoding)
        return new, ",".join(part for part in (new.text, remarks) if part)


@dataclass(frozen=True, slots=True)
class ConfigurationDocument:
    """One version of an open configuration file."""

    uri: str
    version: int
    name: str
    """The file's name, which tells the format."""
    text: Text

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with it."""
        source = str(self.text)
        if len(source) > MAXIMUM_SIZE:
            return [Problem(0, 0, 0, 0, f"The file is larger than {MAXIMUM_SIZE} bytes, so it is not read.")]
        return reader_for(self.name)(source).problems


class Session:
    """What the server remembers between messages."""

    def __init__(self) -> None:
        self.client = Client()
        self.workspace = Workspace()
        self.baselines = Baselines()
        self.shows_workspace = False
        """Whether the client was asked to show the findings of all files, and not of the open ones alone."""
        self._open: dict[str, Snapshot] = {}
        self._unsaved: set[str] = set()
        self._rendered: dict[str, tuple[Rendered, str, int]] = {}
        self._results = itertools.count(1)
        self.closed = ClosedFiles(self._results)
        self._configurations: dict[str, ConfigurationDocument] = {}

    def begin(self, client: Client, roots: Iterable[Path], settings: EditorSettings) -> None:
        """Start over with a client, the folders of its workspace and the settings that it starts with."""
        self.client = client
        self.workspace = Workspace(roots, settings)
        self.shows_workspace = Switch.WORKSPACE_DIAGNOSTICS in settings.switched_on and client.pulls

    @property
    def open_uris(self) -> Sequence[str]:
        """The URIs of the open documents that are checked."""
        return list(self._open)

    def snapshot(self, uri: str) -> Snapshot | None:
        """The newest version of a document, None where it is not open."""
        return self._open.get(uri)

    def configuration(self, uri: str) -> ConfigurationDocument | None:
        """The newest version of an open configuration file."""
        return self._configurations.get(uri)

    def open(self, uri: str, version: int, source: str) -> None:
        """Take a document's text as the client has it."""
        place = self.workspace.place(uri)
        self._open[uri] = Snapshot(uri, version, Document.opened(source, place.catalogue), place, self._known(place))

    def is_configuration(self, uri: str) -> bool:
        """Whether a document is a configuration file, by its name or because something names it."""
        path = path_of(uri)
        return path is not None and (path.name in NAMES or path in self.workspace.named(self._open))

    @property
    def named_files(self) -> set[Path]:
        """The files that matter whatever their names are: configurations that something names, and baselines."""
        return self.workspace.named(self._open) | set(self.baselines.paths)

    def open_configuration(self, uri: str, version: int, source: str) -> None:
        """Take a configuration file's text as the client has it."""
        path = path_of(uri)
        text = Text.of(source.removeprefix("\ufeff"))
        self._configurations[uri] = ConfigurationDocument(uri, version, path.name if path else "", text)

    def change(self, uri: str, version: int, document: Document) -> None:
        """Put the next version of an open document in place."""
        self._open[uri] = replace(self._open[uri], version=version, document=document, edited=True)

    def change_configuration(self, uri: str, version: int, text: Text) -> None:
        """Put the next version of an open configuration file in place."""
        self._configurations[uri] = replace(self._configurations[uri], version=version, text=text)

    def note_unsaved(self, uri: str) -> None:
        """Note that a document that is not checked is other than its file."""
        self._unsaved.add(uri)

    def is_unsaved(self, path: Path) -> bool:
        """Whether a file that is not checked, such as a baseline, is open with changes that it has not."""
        return any((place := path_of(uri)) is not None and place.resolve() == path for uri in self._unsaved)

    def save(self, uri: str) -> bool:
        """Note that a document is as it is on the disk; whether that was awaited to show it."""
        self._unsaved.discard(uri)
        snapshot = self._open.get(uri)
        if snapshot is None:
            return False
        self._open[uri] = replace(snapshot, edited=False)
        return snapshot.waits

    def settle_further(self, uri: str) -> bool:
        """Settle one more slice of a document's findings; whether there is more to settle."""
        snapshot = self._open.get(uri)
        if snapshot is None or snapshot.document.settled_to is None:
            return False
        document = snapshot.document.settled_further()
        self._open[uri] = replace(snapshot, document=document)
        return document.settled_to is not None

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uri, None)
        self._configurations.pop(uri, None)
        self._unsaved.discard(uri)
        self._rendered.pop(uri, None)

    def rendered(self, snapshot: Snapshot) -> tuple[str, str]:
        """The diagnostics of a snapshot as JSON objects with commas between them, and a name for just this result."""
        before, text, result = self._rendered.get(snapshot.uri, (NOTHING, "", 0))
        new, both = snapshot.rendered(self.client.encoding, before)
        if not result or both != text:
            result = next(self._results)
        self._rendered[snapshot.uri] = new, both, result
        return both, str(result)

    def take_settings(self, settings: Mapping[Path | None, EditorSettings]) -> bool:
        """Take the editor's settings; whether they are others."""
        return self.workspace.take_settings(settings)

    def reconfigure(self) -> bool:
        """Look at configurations anew and check documents again for which another holds; whether there are any."""
        self.workspace.refresh()
        changed = False
        for uri, snapshot in self._open.items():
            place = self.workspace.place(uri)
            if place.governed is not snapshot.place.governed:
                document = snapshot.document.under(place.catalogue)
                self._open[uri] = replace(snapshot, document=document, place=place, known=self._known(place))
                self._rendered.pop(uri, None)
                changed = True
        return self.read_baselines() or changed

    def read_baselines(self) -> bool:
        """Read changed baselines; whether they are about documents that are open."""
        changed = False
        if not self.baselines.refresh():
            return False
        self.closed.note_all()
        for uri, snapshot in self._open.items():
            known = self._known(snapshot.place)
            if known != snapshot.known:
                self._open[uri] = replace(snapshot, known=known)
                self._rendered.pop(uri, None)
                changed = True
        return changed

    def open_at(self, path: Path) -> Snapshot | None:
        """The newest version of the document that is open for a file."""
        return self._open.get(path.as_uri()) or next(
            (snapshot for snapshot in self._open.values() if snapshot.place.location == path), None
        )

    def _known(self, place: Place) -> Known:
        if place.root is None or place.location is None:
            return Known()
        return self.baselines.known(place.configuration.policy, place.root, place.location) or Known()
