"""The checks, one module each: a new check is a new file here, as docs/first-rule.md shows.

A check imports `posse_checks.rule` and `_shared`, which several checks use, but no other check.
"""
