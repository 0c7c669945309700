"""The process that checks files that are not open, and its client in the server.

Nothing here talks to the editor.
"""
