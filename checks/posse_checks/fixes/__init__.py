"""Computes the fixes for findings in a document, on demand, and verifies them before they are offered.

The room `rule` defines how a rule writes a fix; no rule is named here.
"""
