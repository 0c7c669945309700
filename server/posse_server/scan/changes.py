"""Which lines of files have changed since a revision, or are staged, by the real Git."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from posse_server.results.job import read_source
from posse_server.system.console import CommandError, shown
from posse_server.system.git import GitError, Repository, repository_of
from posse_server.system.reading import SOURCE_LIMIT, UnreadableError

_DIFF = (
    *("--unified=0", "--inter-hunk-context=0", "--text", "--find-renames", "--diff-filter=d", "--no-relative"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--color=never", "--submodule=short", f"-O{os.devnull}"),
)
"""Options of a difference whose form depends on no configuration; binary attributes hide no lines."""
_HUNK = re.compile(rb"@@ -\d+(?:,(?P<old>\d+))? \+(?P<start>\d+)(?:,(?P<new>\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class FileChange:
    """What has changed in a file: ranges of lines in order, by their first and last; None if the whole file is new.

    Where lines were only deleted, the range is empty: its last line is before the place, its first one after it.
    """

    ranges: tuple[tuple[int, int], ...] | None

    def touches(self, first: int, last: int) -> bool:
        """Whether anything has changed in these lines, or was deleted between them."""
        if self.ranges is None:
            return True
        begun = bisect_right(self.ranges, last, key=itemgetter(0))
        return begun > 0 and self.ranges[begun - 1][1] >= first

    def in_lines_of(self, data: bytes) -> FileChange:
        """Returns the change in lines as Python counts them in the content, where a lone carriage return ends one."""
        if self.ranges is None or not _LONE_RETURN.search(data):
            return self
        ends = [0]
        for line in data.split(b"\n"):
            ends.append(ends[-1] + 1 + len(_LONE_RETURN.findall(line.removesuffix(b"\r") + b" ")))

        def begin(line: int) -> int:
            return ends[min(max(line, 1), len(ends)) - 1] + 1

        return FileChange(tuple((begin(start), begin(end + 1) - 1) for start, end in self.ranges))


NEW = FileChange(None)
"""A file that is new altogether."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changed files of some repositories, by their absolute paths."""

    tops: frozenset[Path]
    files: Mapping[str, FileChange] = field(default_factory=dict)
    untracked: frozenset[str] = frozenset()
    """Files that Git does not have, and folders of such files."""

    def of(self, name: str) -> FileChange | None:
        """Returns what has changed in a file; None if nothing has, or if it is in none of the repositories."""
        path = os.path.abspath(name)
        if path in self.files:
            return self.files[path]
        if self._is_untracked(path):
            repository = repository_of(Path(path).parent)
            return NEW if repository is not None and repository.top in self.tops else None
        return None

    def _is_untracked(self, path: str) -> bool:
        while path not in self.untracked:
            path, previous = os.path.dirname(path), path
            if path == previous:
                return False
        return True


@dataclass(frozen=True, slots=True)
class StagedContent:
    """Reads files as they are staged. Can be sent to other processes."""

    read: Mapping[str, tuple[Repository, str]]
    """The repository and object for each file that differs from what is staged, by its absolute path."""

    def __call__(self, name: str) -> bytes:
        """Returns the content of a file. Raises OSError or ValueError."""
        staged = self.read.get(os.path.abspath(name))
        if staged is None:
            return read_source(name)
        repository, path = staged
        try:
            (content,) = repository.contents(
                [repository.run("rev-parse", f":0:{path}").decode().strip()], SOURCE_LIMIT.size
            )
        except GitError as error:
            raise UnreadableError(f"cannot read what is staged: {error}") from None
        if content is None:
            raise UnreadableError(f"it is larger than {SOURCE_LIMIT}")
        return content


def repositories_of(targets: Iterable[str], option: str) -> dict[Path, Repository]:
    """Returns the repositories that contain the targets, by their tops. Raises CommandError if one is in none."""
    found = {}
    for target in targets:
        if target == "-":
            raise CommandError(f"{option} does not work with standard input: name files or folders")
        path = Path(os.path.abspath(target))
        repository = repository_of(path if path.is_dir() else path.parent)
        if repository is None:
            raise CommandError(f"{option}: {shown(target)} is not in a Git repository")
        found[repository.top] = repository
    return found


def changed_since(revision: str, targets: Iterable[str], option: str = "--since") -> Changes:
    """Returns what has changed in the repositories of the targets since a revision, up to the files on the disk.

    It counts from where the current branch left the revision's history. Raises CommandError.
    """
    if not revision or revision.startswith("-"):
        raise CommandError(f"{option}: {shown(revision)!r} is not a revision")
    repositories = repositories_of(targets, option)
    files: dict[str, FileChange] = {}
    untracked: set[str] = set()
    for repository in repositories.values():
        base = base_of(repository, revision, option)
        try:
            files |= _changed_files(repository, base)
            listed = repository.run("ls-files", "--others", "--directory", "-z")
        except GitError as error:
            raise CommandError(f"{option}: {error}") from None
        untracked.update(_path(repository, name.rstrip(b"/")) for name in listed.split(b"\0") if name)
    return Changes(frozenset(repositories), files, frozenset(untracked))


def staged(targets: Iterable[str]) -> tuple[Changes, StagedContent]:
    """Returns the staged changes in the repositories of the targets, and what reads the files. Raises CommandError."""
    repositories = {top: _in_commit(one) for top, one in repositories_of(targets, "--staged").items()}
    files: dict[str, FileChange] = {}
    differing: dict[str, tuple[Repository, str]] = {}
    for repository in repositories.values():
        try:
            files |= _changed_files(repository, "--cached")
            listed = repository.run("diff", "--name-only", "-z", "--no-relative")
        except GitError as error:
            raise CommandError(f"--staged: {error}") from None
        for name in filter(None, listed.split(b"\0")):
            differing[_path(repository, name)] = repository, os.fsdecode(name)
    return Changes(frozenset(repositories), files), StagedContent(differing)


def base_of(repository: Repository, revision: str, option: str) -> str:
    """Returns the commit from which a revision's and the current branch's history differ; without one, the revision's.

    Raises CommandError if there is no such revision.
    """
    try:
        repository.run("rev-parse", "--git-dir")
    except GitError as error:
        raise CommandError(f"{option}: {error}") from None
    try:
        commit = repository.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError:
        where = shown(os.path.relpath(repository.top))
        raise CommandError(f"{option}: there is no revision {shown(revision)} in {where}; fetch it first") from None
    name = commit.decode().strip()
    try:
        return repository.run("merge-base", name, "HEAD").decode().split()[0]
    except (GitError, IndexError):  # histories that have nothing in common, or are cut off
        return name


def _in_commit(repository: Repository) -> Repository:
    """Returns a repository with the index of the commit that a hook runs in, if that is not the usual one."""
    given = os.environ.get("GIT_INDEX_FILE")
    if not given:
        return repository
    index = os.path.abspath(os.path.join(repository.top, given))
    try:
        folder = os.fsdecode(repository.run("rev-parse", "--absolute-git-dir").strip())
    except GitError:
        return repository
    return Repository(repository.top, index) if os.path.dirname(index) == folder else repository


def _changed_files(repository: Repository, base: str) -> dict[str, FileChange]:
    """Returns the changed files and their changed lines. Raises GitError."""
    return {
        _path(repository, name): FileChange(tuple(ranges))
        for name, ranges in _parsed(repository.lines("diff", *_DIFF, base, "--"))
    }


def _parsed(lines: Iterator[bytes]) -> Iterator[tuple[bytes, list[tuple[int, int]]]]:
    """Yields the files of a difference without context, with their changed lines. Long lines may come in parts."""
    name: bytes | None = None
    ranges: list[tuple[int, int]] = []
    left = 0
    is_whole = True
    for line in lines:
        begins, is_whole = is_whole, line.endswith(b"\n")
        if not begins or line.startswith(b"\\"):
            continue
        if left:
            left -= 1
        elif line.startswith(b"diff --git "):
            if name is not None:
                yield name, ranges
            name, ranges = None, []
        elif line.startswith(b"+++ "):
            name = _file_name(line)
        elif match := _HUNK.match(line):
            start, new = int(match["start"]), int(match["new"] or 1)
            left = int(match["old"] or 1) + new
            ranges.append((start, start + new - 1) if new else (start + 1, start))
    if name is not None:
        yield name, ranges


def _file_name(line: bytes) -> bytes:
    """Returns the name in a line such as `+++ b/name`, or with quotes and escapes `+++ "b/name"`."""
    name = line[4:].rstrip(b"\n").removesuffix(b"\t")
    if name.startswith(b'"') and name.endswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return name.removeprefix(b"b/")


def _unescaped(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if len(escape) == 3 else _ESCAPES.get(escape, escape)


def _path(repository: Repository, name: bytes) -> str:
    return os.path.normpath(os.path.join(repository.top, os.fsdecode(name)))
