"""`posse scan`: the engine over files, with Bandit's flags, reports and exit statuses."""
