"""Bandit's reports, a module for each format. None of them writes: each returns lines, pieces of text, or rows."""
