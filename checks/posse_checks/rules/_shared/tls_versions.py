"""Versions of SSL and TLS that are too old: an option that B502 and B503 have in common."""

SECTION = "ssl_with_bad_version"
DEFAULTS = {
    "bad_protocol_versions": [
        "PROTOCOL_SSLv2",
        "SSLv2_METHOD",
        "SSLv23_METHOD",
        "PROTOCOL_SSLv3",
        "PROTOCOL_TLSv1",
        "SSLv3_METHOD",
        "TLSv1_METHOD",
        "PROTOCOL_TLSv1_1",
        "TLSv1_1_METHOD",
    ]
}
"""The option and its default."""
