"""Bandit's own tests, from its source package, run against Posse's commands: `python -m tests.bandit_suite`."""
