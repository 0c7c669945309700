"""Fixes of the findings in a document: worked out on demand, tried before they are offered.

How a rule writes a fix is in `rule`; no rule is named here.
"""
