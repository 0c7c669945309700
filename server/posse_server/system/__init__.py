"""The machine: files read and written safely, the terminal.

Nothing here knows what a file means.
"""
