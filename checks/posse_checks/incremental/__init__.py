"""A document that can be edited: splits text into parts, builds a tree of them, rechecks only what an edit affects.

Nothing here knows what an editor, a configuration or a baseline is.
"""
