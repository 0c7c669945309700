"""What several rules use.

A rule imports from here and never from another rule; no check lives here.
"""
