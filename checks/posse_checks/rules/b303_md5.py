"""A hash made with MD2, MD4, MD5 or SHA-1, for which collisions can be computed.

An attacker prepares two documents with the same hash, has the harmless one signed or approved, and presents the other
with that signature. For MD5 this takes seconds on a laptop; for SHA-1 it is within reach of rented hardware. This rule
watches PyCrypto, PyCryptodome and `cryptography`; B324 watches `hashlib`.

## Bad

    from cryptography.hazmat.primitives import hashes

    def fingerprint(document):
        digest = hashes.Hash(hashes.SHA1())
    #                        ^^^^^^^^^^^ Use of insecure MD2, MD4, MD5, or SHA1 hash function.
        digest.update(document)
        return digest.finalize()


    from Crypto.Hash import MD5

    def checksum(package):
        return MD5.new(package).hexdigest()
    #          ^^^^^^^ Use of insecure MD2, MD4, MD5, or SHA1 hash function.

## Fixed

Use SHA-256 (review):

    from cryptography.hazmat.primitives import hashes

    def fingerprint(document):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(document)
        return digest.finalize()

## Good

    from cryptography.hazmat.primitives import hashes

    def fingerprint(document):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(document)
        return digest.finalize()

## When to suppress

If nobody gains by a collision, as in a cache key, or if a protocol such as TOTP (HMAC with SHA-1) prescribes the
function. For passwords no function of this kind is suitable, not even SHA-256: use Argon2id or scrypt.

## References

- https://cryptography.io/en/latest/hazmat/primitives/cryptographic-hashes/
- https://csrc.nist.gov/projects/hash-functions
- https://shattered.io/
"""

import ast

from posse_checks.rule import MEDIUM, REVIEW, Call, Cwe, Edits, Source, UnfixableError, blocked_calls
from posse_checks.rules._shared.purpose import function_text, name_of, refuse_test, words_for
from posse_checks.rules._shared.safe_hashes import PROTOCOL, SAFE_HASHES

check = blocked_calls(
    "B303",
    "md5",
    MEDIUM,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    "Use of insecure MD2, MD4, MD5, or SHA1 hash function.",
    [
        *(
            f"{package}.Hash.{name}.new"
            for package in ("Crypto", "Cryptodome")
            for name in ("MD2", "MD4", "MD5", "SHA")
        ),
        "cryptography.hazmat.primitives.hashes.MD5",
        "cryptography.hazmat.primitives.hashes.SHA1",
    ],
    unfixable="it is not certain which function this is",
)


PRESCRIBED = {
    *("TOTP", "HOTP", "OAEP", "MGF1", "HMAC", "PBKDF2HMAC", "HKDF"),
    *("add_certificate", "add_certificate_by_hash", "add_response", "add_response_by_hash"),
}
"""Functions whose hash another party must use as well."""
SECRETS = {"password", "passwd", "passphrase", "pwd"}


@check.fix("Use SHA-256", REVIEW)
def use_sha256(call: Call, source: Source) -> Edits:
    """Replaces the hash by SHA-256, which changes and lengthens the digest; not if a protocol prescribes the hash."""
    source.verify(call.node.func, call.name)
    for around in source.ancestors:
        if isinstance(around, (ast.Dict, ast.Compare)) or name_of(getattr(around, "func", None)) in PRESCRIBED:
            raise UnfixableError("another party must use the same hash")
    if SAFE_HASHES.search(function_text(source)) or source.outline.mentions(PROTOCOL):
        raise UnfixableError("a protocol prescribes the hash, or offers a choice of hashes")
    refuse_test(call, source)
    if SECRETS & words_for(call.node, source):
        raise UnfixableError("a password needs a slow hash")
    module, _, function = call.name.rpartition(".")
    if function == "new":
        return source.replaced_by_name(call.node.func, f"{module.rpartition('.')[0]}.SHA256", "new")
    return source.renamed(call.node.func, module, "SHA256")
