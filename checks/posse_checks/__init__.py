"""Posse's engine: Bandit's checks over text that changes, as a library without I/O or protocol."""

__version__ = "0.1.0"
