"""What Git ignores below a folder, by its own answer, which knows all its settings and the files that are tracked."""

from __future__ import annotations

import os
from pathlib import Path

from posse_server.system.git import GitError, Repository, repository_of

MOST_REPOSITORIES = 100
"""Limit for the repositories in the folders of a scan that Git is asked about; each costs a process."""


class IgnoredPaths:
    """The files and folders that Git ignores. If Git fails, nothing counts as ignored, and `problems` says why."""

    def __init__(self) -> None:
        self.problems: dict[str, None] = {}
        """Reasons why Git's answer is missing for some folders, in the order of their occurrence."""
        self._asked = 0

    def below(self, folder: str) -> frozenset[str]:
        """Returns the ignored paths below a folder, spelled as the folder is; of an ignored folder only its own path.

        If the folder itself is ignored, the user wants what is in it: nothing below counts as ignored.
        """
        here = Path(os.path.abspath(folder))
        repository = repository_of(here)
        if repository is None:
            return frozenset()
        self._asked += 1
        if self._asked > MOST_REPOSITORIES:
            self.problems[f"there are more than {MOST_REPOSITORIES} repositories"] = None
            return frozenset()
        within = here.relative_to(repository.top)
        try:
            found = _ignored(repository, within)
        except GitError as error:
            if "not a git repository" not in str(error):  # then `.git` is something else
                self.problems[str(error)] = None
            return frozenset()
        prefix = "" if within == Path() else f"{within.as_posix()}/"
        if any(name.endswith("/") and prefix.startswith(name) for name in found):
            return frozenset()
        # Git may report paths outside of the pathspec in the way of ignored folders, which is handled above.
        inside = (name[len(prefix) :].rstrip("/") for name in found if name.startswith(prefix))
        return frozenset(os.path.join(folder, *name.split("/")) for name in inside)


def _ignored(repository: Repository, within: Path) -> list[str]:
    """Returns the ignored paths below a folder of a repository, relative to its top; those of folders end in `/`."""
    listed = repository.run(
        "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", "--", str(within)
    )
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]
