"""Compare Posse with Bandit on files and folders, and print each difference with its source line.

    python -m tests.parity [--only B602,B603] [--ignore-nosec] PATH...

Exits with 1 where they differ. Files that Bandit skips are counted, not compared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from posse_checks.catalogue import Catalogue, all_rules
from posse_checks.document import Document
from tests.oracle import Skipped, bandit_rows, difference, posse_rows, python_files


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--only", default="", help="IDs, separated by commas; without it, all that both tools know")
    parser.add_argument("--ignore-nosec", action="store_true")
    arguments = parser.parse_args()
    only = [id for id in arguments.only.split(",") if id] or [r.id for r in all_rules().values() if not r.optional]
    catalogue = Catalogue(all_rules()[id] for id in only)
    files = different = skipped = findings = 0
    for path in arguments.paths:
        for file in python_files(path) if path.is_dir() else [path]:
            data = file.read_bytes()
            try:
                bandit = bandit_rows(data, ignore_nosec=arguments.ignore_nosec, only=only)
                source = data.decode()
            except (Skipped, UnicodeDecodeError):
                skipped += 1
                continue
            document = Document.opened(source, catalogue)
            kept = [j.finding for j in document.judged if arguments.ignore_nosec or j.silenced_by is None]
            found = difference(bandit, posse_rows(kept), source)
            files, findings = files + 1, findings + sum(bandit.values())
            if found:
                different += 1
                print(f"{file}:\n{found}")
    print(f"{files} files, {findings} findings, {skipped} skipped by Bandit or not UTF-8; {different} files differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
