"""The facts for a bug report about this machine and this project, without the user's name."""
