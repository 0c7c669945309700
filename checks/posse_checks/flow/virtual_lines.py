"""Virtual lines: each unit of a document has a number, and its lines count from there."""

BITS = 24
"""Number of bits of a virtual line that count lines within a unit; those above are the unit's number."""
