"""A hash that has been broken: MD4, MD5 and SHA-1 from `hashlib`, and the old methods of `crypt`.

Two files with the same MD5 or SHA-1 can be made at will, so a signature or a checksum of the one fits the
other. For passwords they are far too fast: a stolen table of them is guessed at billions of tries a second.

## Bad

    import hashlib

    def fingerprint(release):
        return hashlib.sha1(release).hexdigest()
    #          ^^^^^^^^^^^^ Use of weak SHA1 hash for security.

    def checksum(release):
        return hashlib.new("md5", release).hexdigest()
    #                      ^^^^^ Use of weak MD5 hash for security.

## Fixed

Say that it is not used for security (review):

    import hashlib

    def fingerprint(release):
        return hashlib.sha1(release, usedforsecurity=False).hexdigest()

    def checksum(release):
        return hashlib.new("md5", release, usedforsecurity=False).hexdigest()

Use SHA-256 (review):

    import hashlib

    def fingerprint(release):
        return hashlib.sha256(release).hexdigest()

    def checksum(release):
        return hashlib.new("sha256", release).hexdigest()

## Good

    import hashlib

    def fingerprint(release):
        return hashlib.sha256(release).hexdigest()

    def cache_key(url):
        return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()

## When to suppress

Where nobody gains by making two inputs that agree, as for a cache key, pass `usedforsecurity=False`, which says
so to Python as well. Suppress it where a protocol or a file format prescribes the hash.

## References

- https://docs.python.org/3/library/hashlib.html
- https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
- https://www.nist.gov/news-events/news/2022/12/nist-retires-sha-1-cryptographic-algorithm
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.source import Source
from posse_checks.syntax import is_string
from posse_checks.views import Call

WEAK_HASHES = frozenset({"md4", "md5", "sha", "sha1"})
WEAK_CRYPT_METHODS = frozenset({"METHOD_CRYPT", "METHOD_MD5", "METHOD_BLOWFISH"})


def _could_hash_weakly(name: str, options: Options) -> bool:
    *path, function = name.split(".")
    if "hashlib" in path:
        return function == "new" or function in WEAK_HASHES
    return "crypt" in (*path, function) and function in ("crypt", "mksalt")


@rule(
    "B324",
    "hashlib_insecure_functions",
    HIGH,
    HIGH,
    Cwe.BROKEN_CRYPTO,
    reported_as="hashlib",
    called=_could_hash_weakly,
)
def check(call: Call) -> Iterator[Finding]:
    """Report weak hashes for security, called by their own function or named in an argument."""
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
    """The value of an argument that can be given by position or by name, and where it stands."""
    arguments, keywords = call.arguments, call.keywords  # Bandit's check fails on either, whichever counts.
    if len(arguments) > position:
        return arguments[position], call.node.args[position]
    return keywords.get(keyword), call.keyword(keyword)


@check.fix("Say that it is not used for security", REVIEW)
def declare_harmless(call: Call, source: Source) -> Edits:
    """The digest stays the same; whether the claim is true, only the author can tell."""
    return source.keyword_set(call.node, "usedforsecurity", "False") if "hashlib" in call.parts else []


@check.fix("Use SHA-256", REVIEW)
def use_sha256(call: Call, source: Source) -> Edits:
    """The digest becomes another, and longer."""
    if "hashlib" not in call.parts:
        return []
    if call.function != "new":
        return source.renamed(call.node.func, call.name.rpartition(".")[0], "sha256")
    _, name = _selected(call, 0, "name")
    name = name.value if isinstance(name, ast.keyword) else name
    return [source.string_replaced(name, "sha256")] if is_string(name) else []
