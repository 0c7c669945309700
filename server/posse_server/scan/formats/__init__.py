"""The formats of a report, a module for each: it turns a `Report` into the pieces of a text.

None of them writes, reads a file or decides what is reported.
"""
