"""The configuration: parses its files from text, finds mistakes in them, and builds the configuration.

Nothing here reads a file or looks for one; the server does.
"""
