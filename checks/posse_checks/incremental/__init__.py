"""A document that changes: text to chunks, chunks to a tree, an edit to the least that must be checked again.

Nothing here knows what an editor, a configuration or a baseline is.
"""
