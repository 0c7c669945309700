"""The language server: the session, the features, and when the client is notified of what.

Nothing here imports `scan`; analysis is the engine's.
"""
