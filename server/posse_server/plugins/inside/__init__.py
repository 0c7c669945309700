"""What runs in the process of the project's own checks, under the project's Python.

Its modules import nothing of Posse but each other: only the standard library, and the project's Bandit. Nothing else
may import them, since they change the process that they run in.
"""
