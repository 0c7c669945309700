"""What a bug report should say about this machine and this project, without the user's name."""
