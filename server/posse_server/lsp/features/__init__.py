"""What the server does, one file for each request.

A handler takes a snapshot, makes one call and converts; no analysis lives here.
"""
