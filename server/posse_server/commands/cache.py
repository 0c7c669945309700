"""The command `posse cache`: deletes the results that scans and workspace checks keep."""

from __future__ import annotations

import argparse

from posse_server.results.cache import CacheError, cache_folder
from posse_server.system.console import opened, shown, tell

ERROR_STATUS = 2
"""Exit status after an error."""


def register(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = "Manage the results that scans and workspace checks keep in the user's cache folder."
    actions = parser.add_subparsers(dest="action", required=True)
    clear = actions.add_parser("clear", help="delete all results that are kept")
    clear.set_defaults(run=_clear)


def _clear(arguments: argparse.Namespace) -> int:
    from posse_server.system.store import StoreError, clear

    try:
        folder = cache_folder()
        size = clear(folder)
    except CacheError as error:
        tell(str(error))
        return ERROR_STATUS
    except StoreError as error:
        tell(f"cannot clear {shown(str(folder))}: {error}")
        return ERROR_STATUS
    what = f"deleted {size / (1 << 20):.1f} MB" if size else "there was nothing to delete"
    opened(None).lines([f"{shown(str(folder))}: {what}"])
    return 0
