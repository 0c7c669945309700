"""What a release consists of. `make test-release` installs what these tests need."""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("rattler_build") is None:
    collect_ignore_glob = ["test_*.py"]
