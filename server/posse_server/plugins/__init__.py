"""The checks that a project brings as code: Bandit's plug-ins. They run in a process of their own.

Nothing of the project is imported here, and no process starts before the user has allowed that. Nothing here knows
about documents or reports.
"""
