"""The library: what `posse_checks` hands out, its page and its examples."""
