"""A project on the disk: its folders, its files, and the configuration of each file.

The editor and the scan are the clients; neither is imported here.
"""
