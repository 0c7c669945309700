"""Code that several rules share.

A rule imports from here and never from another rule; no check is defined here.
"""
