"""A password, token or secret written into the code as an argument of a call.

Anyone who can read the repository, its history, a wheel or a traceback can read the secret, and can log in wherever
the program can. The rule goes by the argument's name.

## Bad

    import psycopg

    def connect():
        return psycopg.connect("dbname=shop", password="correct-horse")
    #                                                  ^^^^^^^^^^^^^^^ Possible hardcoded password: 'correct-horse'

## Fixed

Read the secret from the environment (review):

    import os

    import psycopg

    def connect():
        return psycopg.connect("dbname=shop", password=os.environ["PASSWORD"])

## Good

    import os
    import psycopg

    def connect():
        return psycopg.connect("dbname=shop", password=os.environ["DATABASE_PASSWORD"])

Environment variables can end up in logs and dumps: where there is a secret store or a mounted file, read the secret
from there.

## When to suppress

If the string is not a secret, but a label, a key or a placeholder, as in `field(token="csrf")`, or if it only opens a
service that a test has started.

## References

- https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
- https://12factor.net/config
"""

from collections.abc import Iterator

from posse_checks.rule import (
    LOW,
    MEDIUM,
    REVIEW,
    Call,
    Cwe,
    Edits,
    Finding,
    Options,
    Source,
    is_string,
    like,
    rule,
    span_of,
)
from posse_checks.rules._shared.allowed_secrets import DEFAULTS, SECTION, is_allowed
from posse_checks.rules._shared.environment import TITLE, read_from_environment
from posse_checks.rules._shared.secret_names import SECRET


@rule(
    "B106",
    "hardcoded_password_funcarg",
    LOW,
    MEDIUM,
    Cwe.USE_OF_HARD_CODED_PASSWORD,
    keyword=like(SECRET),
    section=SECTION,
    defaults=DEFAULTS,
    unfixable="nothing here shows that the string is a secret",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report the first string that is passed as an argument with the name of a secret."""
    for keyword in call.node.keywords:
        if not is_string(keyword.value):
            continue
        if keyword.arg is None:
            return  # Bandit's check fails on `**"..."`, and then reports nothing.
        if SECRET.search(keyword.arg) and not is_allowed(keyword.arg, keyword.value.value, options):
            yield call.finding(
                f"Possible hardcoded password: '{keyword.value.value}'", line=keyword.value.lineno, span=keyword.value
            )
            return


@check.fix(TITLE, REVIEW)
def read(call: Call, source: Source) -> Edits:
    """Reads the environment variable named after the argument."""
    given = next((each for each in call.node.keywords if span_of(each.value) == source.finding.span), None)
    return read_from_environment(given.arg, given.value, call, source) if given and given.arg else []
