"""What is known already: which findings the entries of a baseline hide, and what is not shown for other reasons.

Nothing here reads or writes a file.
"""
