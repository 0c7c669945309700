"""Bandit's commands: its command lines, configuration, order of findings, log and reports.

Texts that Bandit prints are data here; the findings are the engine's. docs/deviations.md lists where Posse's promises
come first.
"""
