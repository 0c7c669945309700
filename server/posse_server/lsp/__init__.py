"""The language server: the session, the features, and when the client is told what.

Nothing here imports `scan`; analysis is the engine's.
"""
