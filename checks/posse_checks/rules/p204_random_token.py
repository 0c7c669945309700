"""A token that is made with a function of `random` or NumPy that Bandit does not know.

The numbers are computed from an internal state, and a few hundred of them reveal it. Anyone who has seen enough
tokens can compute the next password, session or voucher. `uuid1` is computed from the clock and the machine's address.

## Bad

    import random

    def voucher():
        letters = list("ABCDEFGHIJKLMNOP")
        random.shuffle(token := letters)
    #   ^^^^^^^^^^^^^^ A secret (`token`) is made with `random.shuffle`, whose values can be guessed.
        return "".join(token)


    import uuid

    def start():
        session_token = uuid.uuid1().hex
    #                   ^^^^^^^^^^ A secret (`session_token`) is made with `uuid.uuid1`, whose values can be guessed.
        return session_token


    import numpy

    def key():
        api_key = numpy.random.bytes(16).hex()
    #             ^^^^^^^^^^^^^^^^^^ A secret (`api_key`) is made with `numpy.random.bytes`, whose values
        return api_key

## Fixed

Use secrets (review):

    import secrets

    import numpy

    def key():
        api_key = secrets.token_bytes(16).hex()
        return api_key

Use uuid4 (review):

    import uuid

    def start():
        session_token = uuid.uuid4().hex
        return session_token

## Good

    import secrets

    def start():
        session_token = secrets.token_urlsafe()
        return session_token

Only what is named like a secret in the same statement is reported.

## When to suppress

If an attacker gains nothing by guessing the value: simulations, test data, the name of something else that has "token"
in it.

## References

- https://docs.python.org/3/library/secrets.html
- https://docs.python.org/3/library/uuid.html#uuid.uuid1
- https://cheatsheetseries.owasp.org/cheatsheets/Cryptographic_Storage_Cheat_Sheet.html#secure-random-number-generation
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, exact, first, rule
from posse_checks.rules._shared.settings import name_of_target

SECRET = re.compile(
    r"token|secret|passw|passphrase|pwd|api_?key|session_?(?:id|key|token)|csrf|xsrf|nonce|(?:^|_)otp(?:_|$)|"
    r"(?:^|_)pin(?:_|$)|(?:^|_)salt(?:_|$)|credential|private_?key|reset_code|activation|voucher|captcha|remember_?me",
    re.IGNORECASE,
)
HARMLESS = re.compile(r"tokens|tokenize|vocab|count|length|number|num_|max_|expir|interval", re.IGNORECASE)
FUNCTIONS = exact(
    *("random.shuffle", "random.gauss", "random.normalvariate", "random.lognormvariate", "random.expovariate"),
    *("random.betavariate", "random.gammavariate", "random.paretovariate", "random.weibullvariate", "uuid.uuid1"),
    *("random.vonmisesvariate", "random.binomialvariate"),
) | first("numpy") & exact(
    *(f"numpy.random.{name}" for name in ("rand", "randint", "random", "choice", "bytes", "random_sample", "integers"))
)


@rule("P204", "random_token", LOW, MEDIUM, Cwe.INSUFFICIENTLY_RANDOM_VALUES, called=FUNCTIONS)
def check(call: Call) -> Iterator[Finding]:
    """Report what is named like a secret, and made with these functions in the same statement."""
    name = next((name for name in _names(call) if SECRET.search(name) and not HARMLESS.search(name)), None)
    if name is not None:
        yield call.finding(
            f"A secret (`{name}`) is made with `{call.name}`, whose values can be guessed.", span=call.node.func
        )


def _names(call: Call) -> Iterator[str]:
    """The names in the statement that the result, or what is shuffled, gets."""
    if call.function == "shuffle":
        for argument in call.node.args[:1]:
            for inner in ast.walk(argument):
                yield getattr(inner, "id", "") or getattr(inner, "attr", "")
    node: ast.AST | None = call.node
    while node is not None and not isinstance(node, ast.stmt):
        node = call.context.parent(node)
        match node:
            case ast.keyword(arg=str(name)):
                yield name
            case ast.NamedExpr(target=target) | ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                yield name_of_target(target)
            case ast.Assign(targets=targets):
                yield from map(name_of_target, targets)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and any(below is call.node for below in ast.walk(value)):
                        yield str(key.value)


@check.fix("Use secrets", REVIEW)
def use_secrets(call: Call, source: Source) -> Edits:
    """Takes the values from the operating system. They cannot be had again with a seed."""
    node = call.node
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        return []
    source.verify(node.func, call.name)
    if call.name == "random.shuffle":
        access = source.name_access("secrets", "SystemRandom")
        return [*access.replacements, source.replaced(node.func, f"{access.expression}().shuffle")]
    if call.name == "numpy.random.bytes":
        return source.replaced_by_name(node.func, "secrets", "token_bytes")
    return []


@check.fix("Use uuid4", REVIEW)
def use_random_uuid(call: Call, source: Source) -> Edits:
    """Makes a random UUID: one of version 1 is the time and the address of the machine."""
    if call.name != "uuid.uuid1" or call.node.args or call.node.keywords:
        return []
    source.verify(call.node.func, call.name)
    return source.renamed(call.node.func, "uuid", "uuid4")
