"""The server's features, one file for each request.

A handler takes a snapshot, makes one call and converts the result. No analysis is done here.
"""
