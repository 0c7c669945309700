"""Posse's language server: the protocol side of the engine."""
