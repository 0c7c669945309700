"""The messages of the rules on XML parsers: for calls (B313 to B319) and for imports (B405 to B409)."""

CALLED = (
    "Using {name} to parse untrusted XML data is known to be vulnerable to XML attacks. Replace {name} with its "
    "defusedxml equivalent function or make sure defusedxml.defuse_stdlib() is called"
)
IMPORTED = (
    "Using {name} to parse untrusted XML data is known to be vulnerable to XML attacks. Replace {name} with the "
    "equivalent defusedxml package, or make sure defusedxml.defuse_stdlib() is called."
)
