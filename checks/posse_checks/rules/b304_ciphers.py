"""Encryption with a cipher that is broken or whose blocks are too short.

DES has keys that can be searched in a day. RC4 (ARC4) leaks the beginning of what it encrypts, and XOR with a repeated
key is not encryption. Triple DES, Blowfish, CAST5, IDEA and RC2 use blocks of 64 bits, so after some gigabytes under
one key blocks repeat, and an eavesdropper learns how their plaintexts differ. SEED has no known break, but is little
studied and little used.

## Bad

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def encryptor(key, iv):
        return Cipher(algorithms.TripleDES(key), modes.CBC(iv)).encryptor()
    #                 ^^^^^^^^^^^^^^^^^^^^ Use of insecure cipher


    from Crypto.Cipher import ARC4

    def encrypt(key, text):
        return ARC4.new(key).encrypt(text)
    #          ^^^^^^^^ Use of insecure cipher Crypto.Cipher.ARC4.new. Replace with a known secure cipher such as AES.

## Fixed

Use Fernet of cryptography (review):

    from Crypto.Cipher import ARC4
    from cryptography.fernet import Fernet

    def encrypt(key, text):
        return Fernet(key).encrypt(text)

Use AES (review):

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def encryptor(key, iv):
        return Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()

## Good

    import os

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def encrypt(key, text):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, text, None)

Fernet is AES with a new IV for each text and with authentication; its key comes from `Fernet.generate_key()`. AES takes
keys of 16, 24 or 32 bytes. In CBC mode, each text needs an IV of 16 new random bytes, which nobody can predict; CBC
alone does not notice changes.

## When to suppress

To read old data, or to talk to old equipment that supports nothing else. Encrypt again what was read, and never write
with such a cipher.

## References

- https://csrc.nist.gov/pubs/sp/800/131/a/r2/final
- https://csrc.nist.gov/pubs/sp/800/38/a/final
- https://sweet32.info/
- https://www.rfc-editor.org/rfc/rfc7465
- https://cryptography.io/en/latest/hazmat/primitives/aead/
"""

import ast

from posse_checks.rule import HIGH, REVIEW, Call, Cwe, Edits, Source, UnfixableError, blocked_calls
from posse_checks.rules._shared.purpose import refuse_test

check = blocked_calls(
    "B304",
    "ciphers",
    HIGH,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    "Use of insecure cipher {name}. Replace with a known secure cipher such as AES.",
    [
        *(
            f"{package}.Cipher.{cipher}.new"
            for package in ("Crypto", "Cryptodome")
            for cipher in ("ARC2", "ARC4", "Blowfish", "DES", "XOR")
        ),
        *(
            f"cryptography.hazmat.primitives.ciphers.algorithms.{cipher}"
            for cipher in ("ARC4", "Blowfish", "CAST5", "IDEA", "SEED", "TripleDES")
        ),
    ],
    unfixable="another cipher cannot read what this one has written",
)


@check.fix("Use Fernet of cryptography", REVIEW)
def use_fernet(call: Call, source: Source) -> Edits:
    """Replaces a cipher that only encrypts or decrypts. Fernet needs a key of its own, and cannot read old data."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    if not call.name.endswith(".new") or not call.node.args or "#" in source.slice(call.node):
        raise UnfixableError("another cipher cannot read what this one has written")
    match source.ancestors:
        case [ast.Attribute(attr="encrypt" | "decrypt"), ast.Call(args=[_], keywords=[]), *_]:
            access = source.name_access("cryptography.fernet", "Fernet", is_from=True)
            written = f"{access.expression}({source.slice(call.node.args[0])})"
            return [*access.replacements, source.replaced(call.node, written)]
    raise UnfixableError("how the cipher is used cannot be seen here")


@check.fix("Use AES", REVIEW)
def use_aes(call: Call, source: Source) -> Edits:
    """Replaces the block cipher by AES in a mode with an IV. Its key and its IV are longer, and old data is lost."""
    refuse_test(call, source)
    source.verify(call.node.func, call.name)
    match source.ancestors:
        case [ast.Call(args=[_, ast.Call(func=mode), *_]), *_] if call.function not in ("new", "ARC4"):
            if (source.qualified(mode) or "").rpartition(".")[2] in ("CBC", "CFB", "OFB", "CTR"):
                return source.renamed(call.node.func, call.name.rpartition(".")[0], "AES")
    raise UnfixableError("another cipher needs another mode, and cannot read what this one has written")
