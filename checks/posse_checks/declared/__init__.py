"""Checks that a project declares as data: their patterns, compiled to rules that run in the same tables as all others.

Nothing here reads a file or runs code of the project: a check is a value, and so is what it matches.
"""
