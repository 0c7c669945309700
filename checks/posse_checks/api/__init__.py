"""The library: checks a source or a file, and writes fixes, for programs that are not editors.

`posse_checks` hands out its names, which docs/api.md describes. Only `reading.py` opens a file, the one that is named.
"""
