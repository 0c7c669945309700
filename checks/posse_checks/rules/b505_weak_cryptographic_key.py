"""A key that is too short to withstand current computers.

With enough computing power, the private key can be computed from the public one. The attacker can then read what was
encrypted with it, including past recordings, and sign in its owner's name.

## Bad

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    def keys():
        first = rsa.generate_private_key(65537, 1024)
    #                                           ^^^^ RSA key sizes below 2048 bits are considered breakable.
        return first, ec.generate_private_key(curve=ec.SECP192R1)
    #                                         ^^^^^^^^^^^^^^^^^^ EC key sizes below 224 bits are considered

## Fixed

Use a key of sufficient size (review):

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    def keys():
        first = rsa.generate_private_key(65537, 3072)
        return first, ec.generate_private_key(curve=ec.SECP256R1)

## Good

    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    def keys():
        return rsa.generate_private_key(65537, 3072), ec.generate_private_key(ec.SECP256R1())

For new keys, avoid DSA at any size: it is a legacy algorithm. Ed25519 or ECDSA take its place.

## When to suppress

In tests, where a short key saves time and protects nothing. The limits are six options of `weak_cryptographic_key:`,
such as `weak_key_size_rsa_high`.

## References

- https://cryptography.io/en/latest/hazmat/primitives/asymmetric/rsa/
- https://cryptography.io/en/latest/hazmat/primitives/asymmetric/dsa/
- https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Options, Source, UnfixableError, rule
from posse_checks.rules._shared.purpose import name_of, refuse_test

EC = "cryptography.hazmat.primitives.asymmetric.ec"
GENERATORS = {
    "cryptography.hazmat.primitives.asymmetric.dsa.generate_private_key": ("DSA", "key_size", 0),
    "cryptography.hazmat.primitives.asymmetric.rsa.generate_private_key": ("RSA", "key_size", 1),
    "cryptography.hazmat.primitives.asymmetric.ec.generate_private_key": ("EC", "curve", 0),
    "Crypto.PublicKey.DSA.generate": ("DSA", "bits", 0),
    "Crypto.PublicKey.RSA.generate": ("RSA", "bits", 0),
    "Cryptodome.PublicKey.DSA.generate": ("DSA", "bits", 0),
    "Cryptodome.PublicKey.RSA.generate": ("RSA", "bits", 0),
}
"""The functions that make keys: the kind of key, and the keyword and position of the argument for its size."""

CURVES: dict[object, int] = {
    "SECT571K1": 571,
    "SECT571R1": 570,
    "SECP521R1": 521,
    "BrainpoolP512R1": 512,
    "SECT409K1": 409,
    "SECT409R1": 409,
    "BrainpoolP384R1": 384,
    "SECP384R1": 384,
    "SECT283K1": 283,
    "SECT283R1": 283,
    "BrainpoolP256R1": 256,
    "SECP256K1": 256,
    "SECP256R1": 256,
    "SECT233K1": 233,
    "SECT233R1": 233,
    "SECP224R1": 224,
    "SECP192R1": 192,
    "SECT163K1": 163,
    "SECT163R2": 163,
}
"""The key size of each elliptic curve, in bits, as in Bandit."""

UNKNOWN_CURVE, UNKNOWN_SIZE = 224, 2048
"""The sizes for a curve or a size that is not given or cannot be read; with the default limits, large enough."""

DEFAULTS = {
    "weak_key_size_dsa_high": 1024,
    "weak_key_size_dsa_medium": 2048,
    "weak_key_size_rsa_high": 1024,
    "weak_key_size_rsa_medium": 2048,
    "weak_key_size_ec_high": 160,
    "weak_key_size_ec_medium": 224,
}


@rule(
    "B505",
    "weak_cryptographic_key",
    HIGH,
    HIGH,
    Cwe.INADEQUATE_ENCRYPTION_STRENGTH,
    called=GENERATORS,
    section="weak_cryptographic_key",
    defaults=DEFAULTS,
    unfixable="the size is not written here as a number",
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report keys shorter than the limits, more severely below the lower one."""
    kind, keyword, position = GENERATORS[call.name]
    size = _key_size(call, kind, keyword, position)
    if isinstance(size, str):  # a variable's name
        return
    limits = {name: options[name] for name in DEFAULTS}  # fails, as Bandit does, unless all of them are given
    for grade, severity in (("high", HIGH), ("medium", MEDIUM)):
        limit = limits[f"weak_key_size_{kind.lower()}_{grade}"]
        if size < limit:  # fails on what cannot be compared, as Bandit does
            yield call.finding(
                f"{kind} key sizes below {int(limit)} bits are considered breakable. ",
                severity=severity,
                span=_argument_node(call, keyword, position) or call.span,
            )
            return


def _key_size(call: Call, kind: str, keyword: str, position: int) -> object:
    """The size of the key in a call: a number, the name of a variable, or any other value of the argument."""
    if kind == "EC":
        return CURVES.get(call.keywords.get(keyword) or next(iter(call.arguments), None), UNKNOWN_CURVE)
    return call.keywords.get(keyword) or call.argument(position) or UNKNOWN_SIZE


def _argument_node(call: Call, keyword: str, position: int) -> ast.AST | None:
    """The argument that `_key_size` reads."""
    if call.keywords.get(keyword):
        return call.keyword(keyword)
    return call.node.args[position] if position < len(call.node.args) else None


@check.fix("Use a key of sufficient size", REVIEW)
def use_longer_key(call: Call, source: Source) -> Edits:
    """Makes a key of 3072 bits, or on the curve P-256, as NIST recommends beyond 2030. Keys in use stay short."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    kind, keyword, position = GENERATORS[call.name]
    argument = call.keyword(keyword) or (call.node.args[position] if position < len(call.node.args) else None)
    size = argument.value if isinstance(argument, ast.keyword) else argument
    if kind != "EC" and isinstance(size, ast.Constant) and isinstance(size.value, int):
        return [source.replaced(size, "3072")]
    if kind == "EC" and size is not None:
        curve = size.func if isinstance(size, ast.Call) else size
        if isinstance(curve, (ast.Name, ast.Attribute)) and source.qualified(curve) == f"{EC}.{name_of(curve)}":
            return source.renamed(curve, EC, "SECP256R1")
    raise UnfixableError("the size is not a constant that is written here")
