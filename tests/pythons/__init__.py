"""Runs the tests on every Python that Posse supports: `make test-pythons`."""
