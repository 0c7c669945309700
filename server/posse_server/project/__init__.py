"""A project on the disk: its folders, its files, and what holds for each of them.

The editor and the scan are the clients; neither is imported here.
"""
