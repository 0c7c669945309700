"""What `posse` runs, one file for each subcommand.

Arguments and exit statuses live here; the work is done below.
"""
