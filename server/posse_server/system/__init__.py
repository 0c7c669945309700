"""The machine: safe reading and writing of files, the terminal.

Nothing here knows the meaning of a file.
"""
