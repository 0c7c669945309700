"""Baselines: the findings that their entries hide, and the findings that are not shown for other reasons.

Nothing here reads or writes a file.
"""
