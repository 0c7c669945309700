"""What the author of a rule touches: the rule itself, what it sees, what it reports, and the fixes that it offers.

Nothing here knows which rules there are, or how a document is taken apart.
"""
