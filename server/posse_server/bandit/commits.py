"""`bandit-baseline`: runs `bandit` on the last commit, with the report on the one before it as the baseline.

As Bandit does, this resets the working tree to one commit and back to the other; it refuses if that would lose changes.
Unlike Bandit, it also goes back if anything fails on the way, and Git runs no program that the repository names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from posse_server.bandit import log
from posse_server.bandit.command_line import parser_of
from posse_server.system.console import opened, printable
from posse_server.system.git import GitError, Repository

TERMINAL = "terminal"
REPORT = "bandit_baseline_result"
TEMPORARY = "_bandit_baseline_run.json_"
BOOT_CODE = (
    "import sys; n = int(sys.argv[1]); sys.path[:] = sys.argv[2:2 + n]; from posse_server.cli import main; "
    "sys.exit(main(['bandit', *sys.argv[2 + n:]]))"
)
"""Code that a run executes. Its import path is this process's, so nothing is imported from the working folder."""
_MODULE = "baseline"


def run(words: Sequence[str]) -> int:
    """Run the command. Returns its exit status: that of the last run of `bandit`, or 2."""
    log.start(format=log.BASELINE_FORMAT, to_stdout=True)
    parser = parser_of(
        "bandit-baseline",
        "Bandit Baseline - Generates Bandit results compared to a baseline",
        argparse.RawDescriptionHelpFormatter,
        "Additional Bandit arguments such as severity filtering (-ll) can be added and will be passed to Bandit.",
    )
    parser.add_argument("targets", metavar="targets", nargs="+", help="source file(s) or directory(s) to be tested")
    parser.add_argument(
        "-f",
        dest="output_format",
        default=TERMINAL,
        help="specify output format",
        choices=["txt", "html", "json"],
    )
    format = parser.parse_known_args(words)[0].output_format
    if format == TERMINAL:
        log.info(_MODULE, f"No output format specified, using {TERMINAL}")
    report = f"{REPORT}.{format}"
    if not _is_ready(format, report, words):
        return 2
    commits = _commits()
    return 2 if commits is None else _compared(*commits, format, report, words)


def _is_ready(format: str, report: str, words: Sequence[str]) -> bool:
    """Whether the commits can be compared. Logs all reasons why not."""
    reasons = []
    try:
        if shutil.which("git") is None:
            reasons.append("Git command not found")
        elif not os.path.lexists(".git"):
            reasons.append("Bandit baseline must be called from a git project root")
        elif _git("status", "--porcelain", "--untracked-files=no"):
            reasons.append("Current working directory is dirty and must be resolved")
        if not reasons and (names := _filters()):
            reasons.append(
                f"Git would run a program that this repository names ({', '.join(names)}): remove the filter"
            )
    except GitError:
        reasons.append("Bandit baseline must be called from a git project root")
    if format != TERMINAL and os.path.exists(report):
        reasons.append(f"File {report} already exists, aborting")
    if os.path.exists(TEMPORARY):
        reasons.append(f"Temporary file {TEMPORARY} needs to be removed prior to running")
    if "-o" in words:
        reasons.append("Bandit baseline must not be called with the -o option")
    for reason in reasons:
        log.error(_MODULE, reason)
    return not reasons


def _commits() -> tuple[str, str] | None:
    """Returns the current commit and its parent; None, and a log entry, without them."""
    try:
        hashes = _git("rev-list", "--parents", "-n1", "HEAD").split()
        log.info(_MODULE, f"Got current commit: [{_git('name-rev', hashes[0])}]")
    except GitError:
        log.error(_MODULE, "Unable to get current or parent commit")
        return None
    if len(hashes) < 2:
        log.error(_MODULE, "Parent commit not available")
        return None
    log.info(_MODULE, f"Got parent commit: [{_git('name-rev', hashes[1])}]")
    return hashes[0], hashes[1]


def _compared(current: str, parent: str, format: str, report: str, words: Sequence[str]) -> int:
    """Run `bandit` on both commits, and show or write the second report. Returns the status of the second run."""
    with tempfile.TemporaryDirectory() as folder:
        baseline = os.path.join(folder, TEMPORARY)
        output = ["-f", "txt"] if format == TERMINAL else ["-o", report]
        try:
            _git("reset", "--hard", parent)
            log.info(_MODULE, "Getting Bandit baseline results")
            _bandit([*words, "-f", "json", "-o", baseline], words)
            _git("reset", "--hard", current)
            log.info(_MODULE, "Comparing Bandit results to baseline")
            status, text = _bandit([*words, "-b", baseline, *output], words)
        finally:
            _git("reset", "--hard", current)
    if format == TERMINAL:
        opened(None).document([text, "\n"])
    else:
        log.info(_MODULE, f"Successfully wrote {report}")
    return status


def _bandit(words: Sequence[str], given: Sequence[str]) -> tuple[int, str]:
    """Run `bandit`. Returns its status and standard output; other statuses than 0 and 1 are logged."""
    command = [sys.executable, "-I", "-c", BOOT_CODE, str(len(sys.path)), *sys.path, *words]
    sys.stdout.flush()
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace", check=False)
    if done.returncode not in (0, 1):
        log.error(_MODULE, f"Error running command: {list(given)}\nOutput: {done.stdout}\n")
    return done.returncode, done.stdout


def _git(*words: str) -> str:
    """Returns what Git prints. The working tree is this folder, whatever the repository says. Raises GitError."""
    here = Path.cwd()
    return Repository(here).run(f"--work-tree={here}", *words).decode(errors="replace").strip()


def _filters() -> list[str]:
    """Returns the filters for files that the repository's own configuration has. Raises GitError."""
    listed = _git("config", "--list", "--show-scope", "-z").split("\0")
    own = (entry for scope, entry in zip(listed[::2], listed[1::2], strict=False) if scope in ("local", "worktree"))
    return sorted({printable(entry.partition("\n")[0]) for entry in own if entry.lower().startswith("filter.")})
