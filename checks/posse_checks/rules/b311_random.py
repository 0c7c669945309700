"""A random value from the module `random`, which is not made for secrets.

Its numbers follow from an inner state, and a few hundred of them give that state away. Whoever has seen some
tokens, or can guess when the program started, can work out the next password, session or voucher.

## Bad

    import random

    def voucher():
        return f"{random.getrandbits(64):016x}"
    #             ^^^^^^^^^^^^^^^^^^ Standard pseudo-random generators are not suitable

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

from posse_checks.blocklist import blocked_calls
from posse_checks.finding import Cwe
from posse_checks.rule import LOW

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
