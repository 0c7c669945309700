"""Notebooks: their cells as one program, edits of the program as edits of cells, notebook files.

Nothing here knows the protocol.
"""
