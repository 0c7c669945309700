"""Baselines on the disk: read, written, and the entries that findings become.

The editor and the scan are the clients; neither is imported here.
"""
