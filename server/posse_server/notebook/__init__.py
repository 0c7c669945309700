"""Notebooks: cells as one program, edits of that as edits of cells, files on the disk.

Nothing here knows the protocol.
"""
