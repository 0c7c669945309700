"""Names of hashes that are not broken, as programs spell them."""

from __future__ import annotations

import re

SAFE_HASHES = re.compile(r"(?i)\bsha[-_]?(?:224|256|384|512)")
PROTOCOL = re.compile(
    r"258EAFA5-E914-47DA-95CA-C5AB0DC85B11|\bRFC\W{0,3}\d{3,5}|\bssh-(?:rsa|dss)\b|\bopenssh\b|\bkex|\bx\.?509\b",
    re.IGNORECASE,
)
"""Matches what files on a protocol mention, which prescribes the hash: the GUID of WebSocket, RFCs, kinds of keys."""
