"""`# nosec` comments in a document: written, judged, completed.

How a comment is parsed, and what it silences, is in `analysis/suppression.py`.
"""
