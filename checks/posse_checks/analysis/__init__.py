"""From statements to findings: the registry of rules, the one visitor, and what `# nosec` comments silence.

Nothing here knows of documents, edits or configurations.
"""
