"""One file checked, from its bytes to results as reports and baselines have them.

Nothing here knows how many files there are, or who asks.
"""
