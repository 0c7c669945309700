"""What a configuration says: its files as text, their mistakes, and the configuration made of them.

Nothing here reads a file or looks for one; that is the server's.
"""
