"""Names of hashes that are not broken, as programs spell them."""

from __future__ import annotations

import re

SAFE_HASHES = re.compile(r"(?i)\bsha[-_]?(?:224|256|384|512)")
