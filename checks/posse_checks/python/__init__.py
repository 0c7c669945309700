"""Python as text: lines, tokens, trees, names and bindings.

Nothing here knows of a rule, a finding or a document; what needs one of them belongs above.
"""
