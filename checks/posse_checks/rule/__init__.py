"""The interface for authors of rules: the rule itself, the views that it checks, its findings and its fixes.

Nothing here knows which rules there are, or how a document is split.
"""
