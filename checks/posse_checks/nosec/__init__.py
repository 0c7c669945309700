"""Writes, lints and completes `# nosec` comments in a document.

`analysis/suppression.py` parses a comment and decides which findings it suppresses.
"""
