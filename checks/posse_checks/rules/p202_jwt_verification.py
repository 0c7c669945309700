"""A JSON web token that is not verified, that has no signature, or whose key is in the source.

The claims of a token are worth what its signature is worth. Without a check, or with the algorithm `none`, anyone can
write a token that says who they are and what they may do. So can anyone who has read the key in the source.

## Bad

    import jwt

    def claims(token):
        return jwt.decode(token, options={"verify_signature": False})
    #                                                         ^^^^^ The signature of the token is not verified.


    import jwt

    def token_for(user):
        return jwt.encode({"sub": user}, "s3cr3t", algorithm="HS256")
    #                                    ^^^^^^^^ The key of the token is in the source.


    import jwt

    def token_for(user, key):
        return jwt.encode({"sub": user}, key, algorithm="none")
    #                                         ^^^^^^^^^^^^^^^^ The algorithm `none` signs nothing.

## Fixed

Verify the signature (review):

    import jwt

    def claims(token):
        return jwt.decode(token, options={"verify_signature": True})

## Good

    import os

    import jwt

    def claims(token):
        return jwt.decode(token, os.environ["TOKEN_KEY"], algorithms=["HS256"])

Verifying needs the key, and the algorithms that the program allows: never take these from the token. A key for HS256
has at least 32 random bytes; anyone who has a token can try out passwords in place of the key.

## When to suppress

If another part, such as a gateway in front of the program, has already verified the token and cannot be bypassed; in
tests.

## References

- https://pyjwt.readthedocs.io/en/stable/usage.html
- https://pyjwt.readthedocs.io/en/stable/algorithms.html
- https://cheatsheetseries.owasp.org/cheatsheets/JSON_Web_Token_for_Java_Cheat_Sheet.html
- https://datatracker.ietf.org/doc/html/rfc8725
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Finding, Source, exact, is_string, rule
from posse_checks.rules._shared.settings import is_constant

MODULES = ("jwt", "jose.jwt", "jose.jws", "authlib.jose.jwt", "jwcrypto.jwt")
CHECKS = ("verify_signature", "verify_exp", "verify")
"""Options that switch a check off."""
FUNCTIONS = exact(*(f"{module}.{name}" for module in MODULES for name in ("encode", "decode", "sign", "verify")))


@rule("P202", "jwt_verification", HIGH, HIGH, Cwe.IMPROPER_VERIFICATION_OF_SIGNATURE, called=FUNCTIONS)
def check(call: Call) -> Iterator[Finding]:
    """Report tokens without a check of the signature, without a signature, or with a key in the source."""
    yield from _unverified(call)
    for name in ("algorithm", "algorithms"):
        keyword = call.keyword(name)
        if keyword is not None and _allows_none(keyword.value):
            yield call.finding("The algorithm `none` signs nothing.", span=keyword)
    key = call.keyword("key")
    value = key.value if key is not None else call.node.args[1] if len(call.node.args) > 1 else None
    if value is not None and is_string(value) and value.value and not value.value.startswith("-----BEGIN PUBLIC"):
        yield call.finding("The key of the token is in the source.", span=value)


def _unverified(call: Call) -> Iterator[Finding]:
    verify, options = call.keyword("verify"), call.keyword("options")
    if verify is not None and is_constant(verify.value, False):
        yield call.finding("The signature of the token is not verified.", span=verify.value)
    if options is None or not isinstance(options.value, ast.Dict):
        return
    for key, value in zip(options.value.keys, options.value.values, strict=True):
        if key is not None and is_string(key) and key.value in CHECKS and is_constant(value, False):
            what = "expiry" if key.value == "verify_exp" else "signature"
            yield call.finding(f"The {what} of the token is not verified.", span=value)


def _allows_none(node: ast.expr) -> bool:
    """Whether an algorithm, or one of several, is the one that signs nothing."""
    items = node.elts if isinstance(node, (ast.List, ast.Tuple, ast.Set)) else [node]
    return any(is_string(item) and item.value.lower() == "none" for item in items) or is_constant(node, None)


@check.fix("Verify the signature", REVIEW)
def verify(call: Call, source: Source) -> Edits:
    """Sets the option to True; the call needs the key and the algorithms then."""
    span = source.finding.span
    for node in ast.walk(call.node):
        if is_constant(node, False) and (node.lineno, node.col_offset) == (span.line, span.column):  # type: ignore[attr-defined]
            return [source.replaced(node, "True")]
    return []
