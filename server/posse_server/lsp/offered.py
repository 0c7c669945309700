"""What the server offers in its response to `initialize`, apart from the handlers, which are loaded after it."""

from __future__ import annotations

FILES = "**/*.py"
"""Glob pattern of the files that are checked, for a client that watches them and reports their changes."""
TRIGGER_CHARACTERS = ["[", ",", "-", " "]
"""Characters after which the client asks for completions."""

FIX_ALL = "source.fixAll.posse"
"""The kind of the action that applies every safe fix."""
BASELINE_ACTIONS = "source.posse.baseline"
"""The kind of actions on the baseline of the whole workspace."""
NOTEBOOK = "notebook."
"""Prefix of the kinds of code actions on a whole notebook."""
NOTEBOOK_FIX_ALL = f"{NOTEBOOK}{FIX_ALL}"
CODE_ACTION_KINDS = ["quickfix", FIX_ALL, BASELINE_ACTIONS, NOTEBOOK_FIX_ALL]

EXPLAIN = "posse.explainRule"
"""The command of the code action that explains a finding. A client may handle it itself."""
TELL_SUPPRESSED = "posse.tellSuppressed"
ADD_FINDING = "posse.addFindingToBaseline"
ADD_FILE = "posse.addFileToBaseline"
ADD_WORKSPACE = "posse.addWorkspaceToBaseline"
PRUNE = "posse.pruneBaseline"
TRUST = "posse.trustProjectCode"
"""The command that lets the code of a folder run. Its argument is the folder's URI, or that of a file in it."""
