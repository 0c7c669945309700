"""An import from `Crypto`, the package of PyCrypto, which has had no release since 2013.

Its known vulnerabilities stay open. One is a buffer overflow in the setup of ciphers (CVE-2013-7459), which executes an
attacker's code if they choose the initialization vector; another makes ElGamal keys that are too weak (CVE-2018-6594).

## Bad

    from Crypto.Cipher import AES
    #                         ^^^ The pyCrypto library and its module AES are no longer actively maintained

## Fixed

Import from Cryptodome (review):

    from Cryptodome.Cipher import AES

## Good

    from cryptography.fernet import Fernet

    def encrypt(key, text):
        return Fernet(key).encrypt(text)

## When to suppress

If the installed package is PyCryptodome, a maintained successor with the same name `Crypto`. Make sure that the
requirements name `pycryptodome`; PyCryptodomex, imported as `Cryptodome`, avoids the doubt.

## References

- https://nvd.nist.gov/vuln/detail/CVE-2013-7459
- https://nvd.nist.gov/vuln/detail/CVE-2018-6594
- https://cryptography.io/en/latest/
- https://www.pycryptodome.org/src/vs_pycrypto
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from posse_checks.rule import (
    HIGH,
    REVIEW,
    Broken,
    Call,
    Cwe,
    Edits,
    Import,
    Position,
    Replacement,
    Source,
    UnfixableError,
    blocked_imports,
)

check = blocked_imports(
    "B413",
    "import_pycrypto",
    HIGH,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    "The pyCrypto library and its module {name} are no longer actively maintained and have been deprecated. Consider "
    "using pyca/cryptography library.",
    [
        "Crypto.Cipher",
        "Crypto.Hash",
        "Crypto.IO",
        "Crypto.Protocol",
        "Crypto.PublicKey",
        "Crypto.Random",
        "Crypto.Signature",
        "Crypto.Util",
    ],
    unfixable="it is not certain that the other library has what is imported here",
)


@check.fix("Import from Cryptodome", REVIEW)
def import_cryptodome(view: Import | Call, source: Source) -> Edits:
    """Imports from the maintained fork, in the whole file. The package `pycryptodomex` must be installed."""
    if isinstance(view, Call):
        raise UnfixableError("the module is imported by a call")
    return list(_renamed(replace(source, origin=0)))


def _renamed(source: Source) -> Iterator[Replacement]:
    """Yields what renames the package in all imports and uses. Raises UnfixableError if another thing has its name."""
    if any(binding.meaning != "Crypto" for binding in source.outline.bindings("Crypto")):
        raise UnfixableError("something else is called Crypto here")
    for statements in source.outline.mentioning("Crypto"):
        if isinstance(statements, Broken):
            raise UnfixableError("a part of the file does not parse")
        for node in (node for statement in statements for node in ast.walk(statement)):
            at: Position | None = None
            is_use = isinstance(node, ast.Name) and node.id == "Crypto"
            if is_use or (isinstance(node, ast.alias) and _is_package(node.name)):
                at = source.start(node)
            elif isinstance(node, ast.ImportFrom) and not node.level and _is_package(node.module or ""):
                at = _module_start(node, source)
            if at is not None:
                yield Replacement(at, Position(at.line, at.column + len("Crypto")), "Cryptodome")


def _is_package(module: str) -> bool:
    return module == "Crypto" or module.startswith("Crypto.")


def _module_start(node: ast.ImportFrom, source: Source) -> Position:
    """The position of the module in an import. Raises UnfixableError if it is on another line than `from`."""
    start = source.start(node)
    found = re.match(r"from[ \t]+(?=Crypto)", source.text.lines[start.line][start.column :])
    if found is None:
        raise UnfixableError("the import has an unsupported form")
    return Position(start.line, start.column + found.end())
