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

## Good

    import os

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def encrypt(key, text):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, text, None)

## When to suppress

To read old data, or to talk to old equipment that supports nothing else. Encrypt again what was read, and never write
with such a cipher.

## References

- https://csrc.nist.gov/pubs/sp/800/131/a/r2/final
- https://sweet32.info/
- https://www.rfc-editor.org/rfc/rfc7465
- https://cryptography.io/en/latest/hazmat/primitives/aead/
"""

from posse_checks.rule import HIGH, Cwe, blocked_calls

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
