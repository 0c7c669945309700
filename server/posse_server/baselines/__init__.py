"""Baseline files: reading them, writing them, and the entries for findings.

The editor and the scan are the clients; neither is imported here.
"""
