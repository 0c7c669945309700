"""The public library `posse_checks`, its page and its examples."""
