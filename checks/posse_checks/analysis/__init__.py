"""Turns statements into findings: the registry of rules, the one visitor, and the findings that `# nosec` suppresses.

Nothing here knows of documents, edits or configurations.
"""
