"""The subcommands of `posse`, one in each file.

Arguments and exit statuses are handled here; the work is done in other packages.
"""
