"""The checks, one module each; see CONTRIBUTING.md for how to add one."""
