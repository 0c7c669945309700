"""A random value from the module `random`, which is not made for secrets.

Its numbers are computed from an inner state, and a few hundred of them reveal that state. Anyone who has seen enough
tokens can compute the next password, session or voucher.

## Bad

    import random

    def voucher():
        return f"{random.getrandbits(64):016x}"
    #             ^^^^^^^^^^^^^^^^^^ Standard pseudo-random generators are not suitable


    import random

    def password(letters):
        return "".join([random.choice(letters) for _ in range(12)])
    #                   ^^^^^^^^^^^^^ Standard pseudo-random generators are not suitable

## Fixed

Use the secrets module (review):

    import random
    import secrets

    def password(letters):
        return "".join([secrets.choice(letters) for _ in range(12)])

Use SystemRandom (review):

    import random

    def password(letters):
        return "".join([random.SystemRandom().choice(letters) for _ in range(12)])

## Good

    import secrets

    def voucher():
        return secrets.token_hex()

Without a number, `secrets` chooses enough bytes, 32 at present. A short value can be found by trying.

## When to suppress

If nobody gains by guessing the value: simulations, test data, games, waiting times, the order of retries. Fixes are
offered only for what is named like a secret, and never where a seed is set: the values are then meant to repeat.

## References

- https://docs.python.org/3/library/random.html
- https://docs.python.org/3/library/secrets.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cryptographic_Storage_Cheat_Sheet.html#secure-random-number-generation
"""

import ast
import re

from posse_checks.rule import LOW, REVIEW, Call, Cwe, Edits, Source, UnfixableError, blocked_calls
from posse_checks.rules._shared.purpose import is_test, words_for

COUNTERPARTS = {"choice": "choice", "randbytes": "token_bytes", "getrandbits": "randbits", "randrange": "randbelow"}
"""The functions of `random` with one argument, and their equivalents in `secrets`."""

SECRETS = {
    *("password", "passwords", "passwd", "pwd", "passphrase", "token", "secret", "secrets", "salt", "nonce", "otp"),
    *("totp", "pin", "csrf", "xsrf", "captcha", "voucher", "coupon", "invite", "invitation", "verification"),
    *("credential", "credentials", "cookie", "cipher", "encrypt", "encryption", "challenge", "apikey", "session"),
    *("auth", "authentication", "license", "licence", "ticket"),
}
"""Words in names of values that nobody may guess."""
NO_SECRETS = {
    *("mask", "pad", "ids", "tokens", "vocab", "delay", "sleep", "timeout", "wait", "retry", "backoff", "jitter"),
    *("interval", "time", "expiry", "expires", "count", "num", "length", "size", "index", "sample", "shuffle"),
    *("pick", "mock", "fake", "dummy", "example", "demo", "simulate", "simulation", "noise", "weights", "boundary"),
}
"""Words in names that are related or similar to those of secrets, for values that may be guessed."""
SEEDS = re.compile(r"\b(?:seed|getstate|setstate)\(")
"""Matches the functions that make the values of a generator repeat."""

check = blocked_calls(
    "B311",
    "random",
    LOW,
    Cwe.INSUFFICIENTLY_RANDOM_VALUES,
    "Standard pseudo-random generators are not suitable for security/cryptographic purposes.",
    [
        "random.Random",
        "random.random",
        "random.randrange",
        "random.randint",
        "random.choice",
        "random.choices",
        "random.uniform",
        "random.triangular",
        "random.randbytes",
        "random.sample",
        "random.getrandbits",
    ],
    unfixable="nothing here shows that the value is a secret",
)


@check.fix("Use the secrets module", REVIEW)
def use_secrets(call: Call, source: Source) -> Edits:
    """Replaces the function by its equivalent in `secrets`, if names show that it makes a secret."""
    check_secret(call, source)
    counterpart = COUNTERPARTS.get(call.function)
    if counterpart is None or len(call.node.args) != 1 or call.node.keywords:
        return []
    return source.replaced_by_name(call.node.func, "secrets", counterpart)


@check.fix("Use SystemRandom", REVIEW)
def use_system_random(call: Call, source: Source) -> Edits:
    """Uses `SystemRandom`, which is slower, if names show that the function makes a secret."""
    check_secret(call, source)
    if call.function == "Random":
        return source.renamed(call.node.func, "random", "SystemRandom")
    module = "random" if isinstance(call.node.func, ast.Attribute) else "secrets"
    return source.replaced_by_name(call.node.func, module, "SystemRandom", suffix=f"().{call.function}")


def check_secret(call: Call, source: Source) -> None:
    """Raises UnfixableError unless the value has the name of a secret, in a program that sets no seed."""
    source.verify(call.node.func, call.name)
    if call.function == "Random" and (call.node.args or call.node.keywords):
        raise UnfixableError("the generator has a seed")
    if source.outline.mentions(SEEDS) or is_test(call, source):
        raise UnfixableError("the values are supposed to repeat")
    named = words_for(call.node, source)
    if not named & SECRETS or named & NO_SECRETS:
        raise UnfixableError("it is probably not a secret")
