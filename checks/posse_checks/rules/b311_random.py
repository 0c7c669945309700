"""A random value from the module `random`, which is not made for secrets.

Its numbers follow from an inner state, and a few hundred of them give that state away. Whoever has seen some
tokens, or can guess when the program started, can work out the next password, session or voucher.

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

Use the counterpart in secrets (review):

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
        return secrets.token_hex(8)

## When to suppress

Where nobody gains by guessing the value: simulations, test data, games, waiting times, the order of retries.

## References

- https://docs.python.org/3/library/random.html
- https://docs.python.org/3/library/secrets.html
- https://cheatsheetseries.owasp.org/cheatsheets/Cryptographic_Storage_Cheat_Sheet.html#secure-random-number-generation
"""

import ast

from posse_checks.blocklist import blocked_calls
from posse_checks.finding import Cwe
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import LOW
from posse_checks.source import Source
from posse_checks.views import Call

COUNTERPARTS = {"choice": "choice", "randbytes": "token_bytes", "getrandbits": "randbits", "randrange": "randbelow"}
"""The functions of `secrets` that do the same with the same single argument."""

check = blocked_calls(
    "B311",
    "random",
    LOW,
    Cwe.INSUFFICIENT_RANDOM_VALUES,
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
)


@check.fix("Use the counterpart in secrets", REVIEW)
def use_secrets(call: Call, source: Source) -> Edits:
    """The values can no longer be repeated with a seed."""
    counterpart = COUNTERPARTS.get(call.function)
    if counterpart is None or len(call.node.args) != 1 or call.node.keywords:
        return []
    return source.rerouted(call.node.func, "secrets", counterpart)


@check.fix("Use SystemRandom", REVIEW)
def use_system_random(call: Call, source: Source) -> Edits:
    """The values can no longer be repeated with a seed, and take longer to make."""
    if call.function == "Random":
        return source.renamed(call.node.func, "random", "SystemRandom")
    module = "random" if isinstance(call.node.func, ast.Attribute) else "secrets"
    return source.rerouted(call.node.func, module, "SystemRandom", suffix=f"().{call.function}")
