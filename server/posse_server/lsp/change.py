"""The one way in for changes: to documents, to files on the disk, to settings.

Whatever the source, a change goes through `did_modify`: it reloads what the change may have made outdated, collects
what is stale into one value, and has that shown again, with one refresh. A `Schedule` merges what bursts of messages
lead to.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posse_server.lsp.server import Server


class Source(enum.Enum):
    """What a change comes from."""

    OPEN = enum.auto()
    """A document was opened."""
    EDIT = enum.auto()
    """A document was edited, or its text became unknown."""
    SAVE = enum.auto()
    """A document was saved."""
    RECHECK = enum.auto()
    """What an edit left pending in a document has been rechecked."""
    EVIDENCE = enum.auto()
    """The evidence on a document's findings has been worked out."""
    PLUGIN_FINDINGS = enum.auto()
    """Plug-ins have looked at a document."""
    PLUGINS = enum.auto()
    """Plug-ins were loaded, or have stopped."""
    START = enum.auto()
    """The session begins."""
    WATCHED_FILES = enum.auto()
    """The client reports files that changed on the disk."""
    UNWATCHED_FILES = enum.auto()
    """It is time to look at files that the client does not watch."""
    FOLDERS = enum.auto()
    """Workspace folders were added or removed."""
    SETTINGS = enum.auto()
    """The client has sent its settings."""
    BASELINES = enum.auto()
    """A baseline was written, or it is time to look at baselines."""
    LARGE_BASELINE = enum.auto()
    """A large baseline was read, in a thread."""


RELOADS_EVERYTHING = frozenset(
    (Source.START, Source.WATCHED_FILES, Source.UNWATCHED_FILES, Source.FOLDERS, Source.SETTINGS, Source.PLUGINS)
)
"""Sources after which all configurations and baselines are looked at. Each costs one `stat` per file."""


@dataclass(frozen=True, slots=True)
class Stale:
    """What is no longer current."""

    documents: tuple[str, ...] = ()
    """URIs of the open documents to show again."""
    is_unannounced: bool = False
    """Whether a client that pulls diagnostics has to be asked to pull, since it cannot know."""
    are_lenses: bool = False
    """Whether code lenses are stale."""
    are_closed_files: bool = False
    """Whether all files that are not open have to be checked again."""

    def __or__(self, other: Stale) -> Stale:
        """Returns what either makes stale."""
        return Stale(
            tuple(dict.fromkeys((*self.documents, *other.documents))),
            self.is_unannounced or other.is_unannounced,
            self.are_lenses or other.are_lenses,
            self.are_closed_files or other.are_closed_files,
        )

    @classmethod
    def under(cls, documents: Sequence[str], *, are_closed_files: bool = False) -> Stale:
        """Returns what is stale after a change of the configuration or the baseline of these documents."""
        return cls(tuple(documents), bool(documents), bool(documents), are_closed_files)


CURRENT = Stale()
"""Nothing is stale."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that the session has taken."""

    source: Source
    stale: Stale = CURRENT
    """What it makes stale by itself, whatever is reloaded because of it."""
    uri: str | None = None
    """The document that was opened, edited or saved."""


class Schedule:
    """Runs an action for each scheduled document, after the messages at hand have been handled or after a delay."""

    def __init__(self, action: Callable[[str], None], delay: float = 0) -> None:
        self._action = action
        self._delay = delay
        self._due: dict[str, None] = {}

    def soon(self, uri: str) -> None:
        """Schedule the action for a document. Has no effect if it is scheduled already."""
        if not self._due:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._run) if self._delay else loop.call_soon(self._run)
        self._due[uri] = None

    def drop(self, uri: str) -> None:
        """Cancel the action for a document."""
        self._due.pop(uri, None)

    def _run(self) -> None:
        """Run the action for all scheduled documents. Those scheduled meanwhile are run next time."""
        due, self._due = self._due, {}
        for uri in due:
            self._action(uri)


def did_modify(server: Server, change: Change) -> None:
    """Reload what a change may have made outdated, and show again everything that is stale."""
    stale = change.stale | _reloaded(server, change)
    server.show_baseline_messages()
    show_again(server, stale)


def show_again(server: Server, stale: Stale) -> None:
    """Show documents again, and ask a client that pulls to pull, at most once for all that is stale."""
    session = server.session
    if stale.are_closed_files:
        session.closed.mark_all_due()
    if stale.is_unannounced or (stale.are_closed_files and session.shows_workspace):
        server.refresh_all()
    if stale.are_lenses:
        server.refresh_lenses()
    for uri in stale.documents:
        server.schedule.soon(uri)


def _reloaded(server: Server, change: Change) -> Stale:
    """Reload the files that a change may have made outdated, and no others. Returns what is stale because of them.

    For a document, these are the configuration files that may apply to it, so the cost does not depend on the number of
    open documents; unless one of them has changed, or the document is one itself.
    """
    session = server.session
    if change.source in RELOADS_EVERYTHING:
        return _everything_reloaded(server)
    if change.source is Source.BASELINES:
        return session.read_baselines()
    if change.uri is not None and change.source is Source.OPEN:
        return _nearest_reloaded(server, change.uri, is_looked_up=True)
    if change.uri is not None and change.source is Source.SAVE:
        if session.decides_about_others(change.uri):
            return _everything_reloaded(server)
        return _nearest_reloaded(server, change.uri) | session.read_baselines()
    return CURRENT


def _everything_reloaded(server: Server) -> Stale:
    """Reload all configurations and baselines that changed, and show the problems in them."""
    stale = server.session.reconfigure()
    if server.configurations.take(server.session.configuration_files()) or stale.documents:
        return stale | Stale(are_closed_files=True)
    return stale


def _nearest_reloaded(server: Server, uri: str, *, is_looked_up: bool = False) -> Stale:
    """Look up the configuration for a document. All others are reloaded only if it has changed.

    `is_looked_up` says that `Session.open` has looked for it on the disk just now.
    """
    if server.session.configurations.get(uri) is not None:
        return CURRENT
    file, is_news = server.session.look_up(uri, again=not is_looked_up)
    if is_news or server.configurations.is_outdated(server.session.identities.location(uri), file):
        return _everything_reloaded(server)
    server.configurations.add(file)
    return CURRENT
