"""Follows data through functions: which findings are real, and by which path."""
