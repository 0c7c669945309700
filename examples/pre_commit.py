"""A hook for Git that checks the Python files about to be committed, as they are staged.

Install it with `cp pre_commit.py .git/hooks/pre-commit && chmod +x .git/hooks/pre-commit`, with a first line that names
the Python which has `posse_checks`, such as `#!/usr/bin/env python3`.
"""

import os, subprocess, sys

import posse_checks


def git(*arguments):
    """Return what a command of Git prints."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True).stdout


def shown(text):
    """Return a text without the characters that change what a terminal shows: they may be in names and messages."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def main():
    """Check the staged files, under the staged configuration. Return the exit status."""
    configuration = None
    if git("ls-files", "--", "bandit.yaml"):
        configuration = git("cat-file", "blob", ":0:bandit.yaml").decode()
    status = 0
    for name in git("diff", "--cached", "--name-only", "-z", "--diff-filter=ACMR", "--", "*.py").split(b"\0")[:-1]:
        filename = os.fsdecode(name)
        source = git("cat-file", "blob", f":0:{filename}")
        result = posse_checks.check_source(source, filename=filename, configuration=configuration)
        for finding in result.findings:
            print(shown(f"{filename}:{finding.line}: {finding.rule.id} {finding.message}"))
        for problem in result.syntax_problems:
            print(shown(f"{filename}:{problem.line}: not checked: {problem.message}"))
        if result.findings or result.syntax_problems:
            status = 1
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except posse_checks.ConfigurationError as error:
        sys.exit(str(error))
