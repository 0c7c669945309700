"""A hash that has been broken: MD4, MD5 and SHA-1 from `hashlib`, and old methods of `crypt`.

Two files with the same MD5 can be made in seconds, and with the same SHA-1 on rented hardware, so a signature or a
checksum of the one fits the other. For passwords such hashes are far too fast: from a stolen table, passwords are
guessed at billions of tries a second. Of `crypt`, Bandit also reports METHOD_BLOWFISH, which is bcrypt and not broken.

## Bad

    import hashlib

    def fingerprint(release):
        return hashlib.sha1(release).hexdigest()
    #          ^^^^^^^^^^^^ Use of weak SHA1 hash for security.

    def verified(release):
        return hashlib.new("md5", release).hexdigest()
    #                      ^^^^^ Use of weak MD5 hash for security.


    import hashlib

    def cache_key(url):
        return hashlib.md5(url.encode()).hexdigest()
    #          ^^^^^^^^^^^ Use of weak MD5 hash for security.

## Fixed

Use SHA-256 (review):

    import hashlib

    def fingerprint(release):
        return hashlib.sha256(release).hexdigest()

    def verified(release):
        return hashlib.new("sha256", release).hexdigest()

Add usedforsecurity=False (review):

    import hashlib

    def cache_key(url):
        return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()

## Good

    import hashlib

    def fingerprint(release):
        return hashlib.sha256(release).hexdigest()

    def cache_key(url):
        return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()


    import hashlib

    def password_hash(password, salt):
        return hashlib.scrypt(password.encode(), salt=salt, n=2**17, r=8, p=1, maxmem=2**28)

For passwords, OWASP recommends Argon2id first, as in the package `argon2-cffi`, and scrypt where that is not available.

## When to suppress

If nobody gains by making two inputs with the same hash, as for a cache key, pass `usedforsecurity=False`, which tells
Python as well. That declares the use harmless and changes nothing, so it is offered for one finding at a time. Suppress
the finding if a protocol or a file format prescribes the hash.

## References

- https://docs.python.org/3/library/hashlib.html
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://www.nist.gov/news-events/news/2022/12/nist-retires-sha-1-cryptographic-algorithm
- https://shattered.io/
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
    MEDIUM,
    REVIEW,
    Call,
    Cwe,
    Edits,
    Finding,
    Source,
    UnfixableError,
    is_string,
    last,
    part,
    rule,
)
from posse_checks.rules._shared.purpose import is_test, name_of, names_for, words_for, words_in
from posse_checks.rules._shared.safe_hashes import PROTOCOL, SAFE_HASHES

WEAK_HASHES = frozenset({"md4", "md5", "sha", "sha1"})
WEAK_CRYPT_METHODS = frozenset({"METHOD_CRYPT", "METHOD_MD5", "METHOD_BLOWFISH"})


CALLED = last("new", *WEAK_HASHES) & part("hashlib") | last("crypt", "mksalt") & part("crypt")


@rule(
    "B324",
    "hashlib_insecure_functions",
    HIGH,
    HIGH,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    reported_as="hashlib",
    called=CALLED,
    unfixable="another party, a format or a test may prescribe the hash",
)
def check(call: Call) -> Iterator[Finding]:
    """Report weak hashes for security, called through their own function or named in an argument."""
    if "hashlib" in call.parts:
        return _hashed(call)
    return _crypted(call, *((1, "salt") if call.function == "crypt" else (0, "method")))


def _hashed(call: Call) -> Iterator[Finding]:
    name, span = _selected(call, 0, "name") if call.function == "new" else (call.function, call.node.func)
    if not isinstance(name, str) or name.lower() not in WEAK_HASHES:
        return
    if call.keywords.get("usedforsecurity", "True") == "True":
        yield call.finding(
            f"Use of weak {name.upper()} hash for security. Consider usedforsecurity=False",
            line=call.node.lineno,
            span=span,
        )


def _crypted(call: Call, position: int, keyword: str) -> Iterator[Finding]:
    method, span = _selected(call, position, keyword)
    if isinstance(method, str) and method in WEAK_CRYPT_METHODS:
        yield call.finding(
            f"Use of insecure crypt.{method.upper()} hash function.",
            severity=MEDIUM,
            line=call.node.lineno,
            span=span,
        )


def _selected(call: Call, position: int, keyword: str) -> tuple[object, ast.AST | None]:
    """The value and the node of an argument that can be given by position or by name."""
    arguments, keywords = call.arguments, call.keywords  # Bandit's check fails on either, whichever is used.
    if len(arguments) > position:
        return arguments[position], call.node.args[position]
    return keywords.get(keyword), call.keyword(keyword)


SECRETS = {"password", "passwords", "passwd", "passphrase", "pwd", "pass"}
"""Words in names of values for which no fast hash is suitable, broken or not."""
SECURITY = {
    *("fingerprint", "sign", "signed", "signature", "verify", "verified", "verification", "auth", "authenticate"),
    *("token", "secret", "integrity", "certificate", "hmac", "mac", "session", "csrf", "nonce", "cnonce", "otp"),
    *("key", "release"),
}
"""Words in names of values that are relevant to security, unlike the key of a cache."""
PRESCRIBED = re.compile(
    r"md[245]|sha_?1(?!\d)|(?<![a-z])sha(?![a-z\d])|etag|gravatar|\bgit|blob|websocket|ntlm|torrent|info_?hash|htdigest|digest_auth"
    r"|\bha[12]\b|apop|cram|uuid|key_?id|thumbprint"
)
"""Matches names of values that another party computes with the same hash, and names of hashes."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DIGEST_SIZES = {"UUID", "unpack", "AES"}
"""Functions that take exactly the number of bytes of the digest."""


@check.fix("Use SHA-256", REVIEW)
def use_sha256(call: Call, source: Source) -> Edits:
    """Replaces the hash by SHA-256, which changes and lengthens the digest. Passwords need a slow hash instead."""
    _check(call, source)
    used_by = {name_of(each.func) for each in source.ancestors if isinstance(each, ast.Call)}
    scopes = [getattr(scope, "name", "") for scope in source.scopes()]
    named = " ".join(name for name in (*names_for(call.node, source), *scopes) if name != call.function).lower()
    if used_by & DIGEST_SIZES or PRESCRIBED.search(named) or source.outline.mentions(PROTOCOL):
        raise UnfixableError("another party, or a format, prescribes the hash")
    outer = next((each for each in reversed(source.scopes()) if isinstance(each, FUNCTIONS)), None)
    around = "" if outer is None else source.text.slice(outer.lineno - 1, outer.end_lineno or 0)
    if SAFE_HASHES.search(around):
        raise UnfixableError("the protocol offers a choice of hashes")
    if isinstance(source.ancestors[0], ast.Expr) and call.function != "new" and not call.node.args:
        raise UnfixableError("it only tries whether Python has the hash")
    if call.function != "new":
        return source.renamed(call.node.func, "hashlib", "sha256")
    _, name = _selected(call, 0, "name")
    name = name.value if isinstance(name, ast.keyword) else name
    return [source.string_replaced(name, "sha256")] if is_string(name) else []


@check.fix("Add usedforsecurity=False", REVIEW, one_by_one=True)
def declare_harmless(call: Call, source: Source) -> Edits:
    """Adds `usedforsecurity=False`. The digest stays the same; only the author knows whether the claim is true."""
    _check(call, source)
    names = _names(call, source)
    is_claimed = call.keyword("usedforsecurity") is not None
    if is_claimed or (names & SECURITY and not names & {"cache", "cached", "memo", "bucket", "shard"}):
        return []
    return source.keyword_set(call.node, "usedforsecurity", "False")


def _check(call: Call, source: Source) -> None:
    """Raises UnfixableError unless the function is from `hashlib`, hashes no password and is not in a test."""
    source.verify(call.node.func, f"hashlib.{call.function}")
    if is_test(call, source):
        raise UnfixableError("a test expects the digest")
    if SECRETS & _names(call, source):
        raise UnfixableError("a password needs a slow hash")


def _names(call: Call, source: Source) -> set[str]:
    """The words in all names of the digest and of the values that it is made of."""
    given = [value for each in call.node.args for value in (each, *(source.values(each) or ()))]
    return words_for(call.node, source) | {word for each in given for word in words_in(each)}
