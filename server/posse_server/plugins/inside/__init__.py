"""What runs in the process of the project's own checks, under the project's Python.

Its modules import each other, the standard library, the project's Bandit and, for checks in Python, Posse's engine.
Nothing else may import them, since they change the process that they run in.
"""
