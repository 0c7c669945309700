"""A scan of changes: only the files that have changed, and only the findings in their changed lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from posse_server.notebook.file import SUFFIX
from posse_server.project.files import FoundFiles
from posse_server.results.job import read_source
from posse_server.results.result import CheckedFile, Result
from posse_server.scan.arguments import Arguments
from posse_server.scan.changes import Changes, changed_since, staged


@dataclass(frozen=True, slots=True)
class ChangedOnly:
    """What to leave of a scan."""

    changes: Changes
    since: str
    """What the changes are, as the rest of a sentence."""
    read: Callable[[str], bytes] = read_source
    """Returns the content of a file, which may be the staged one."""
    by_line: bool = True
    """Whether findings in other lines of changed files are left out."""

    def files(self, discovery: FoundFiles) -> FoundFiles:
        """Returns the files found without those that have not changed."""
        return replace(discovery, files=[name for name in discovery.files if self.changes.of(name) is not None])

    def results(self, checked: CheckedFile) -> CheckedFile:
        """Returns the outcome for a file without results and remarks in other lines.

        In a changed notebook all results stay: its lines are not those of its cells.
        """
        change = self.changes.of(checked.name)
        if not self.by_line or change is None or change.ranges is None or checked.name.endswith(SUFFIX):
            return checked
        if not (checked.results or checked.reported_remarks or checked.suppressed):
            return checked
        try:
            change = change.in_lines_of(self.read(checked.name))
        except (OSError, ValueError):  # it was there a moment ago, and its results count
            return checked

        def is_new(result: Result) -> bool:
            lines = (result.line, *result.line_range, result.span.line, result.span.end_line)
            return change.touches(min(lines), max(lines))

        return replace(
            checked,
            results=tuple(filter(is_new, checked.results)),
            suppressed=tuple(filter(is_new, checked.suppressed)),
            reported_remarks=tuple(one for one in checked.reported_remarks if change.touches(one.line, one.line)),
        )


def changed_only(arguments: Arguments) -> ChangedOnly | None:
    """Returns what the command line leaves of a scan; None if that is everything. Raises CommandError."""
    if arguments.since is not None:
        return ChangedOnly(changed_since(arguments.since, arguments.targets), f"since {arguments.since}")
    if arguments.staged:
        changes, read = staged(arguments.targets)
        return ChangedOnly(changes, "in what is staged", read)
    return None
