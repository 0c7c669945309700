"""Encryption in ECB mode, where equal blocks of text become equal blocks of ciphertext.

Anyone who sees the ciphertext sees which parts repeat; even the outlines of a picture survive. Because each block
stands alone and nothing is authenticated, an attacker can also cut out, repeat and rearrange blocks without knowing the
key, for example to move `admin=1` from one cookie to another.

## Bad

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def encryptor(key):
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    #                                      ^^^^^^^^^ Use of insecure cipher mode

## Good

    import os

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def encrypt(key, text):
        nonce = os.urandom(12)
        return nonce + AESGCM(key).encrypt(nonce, text, None)

## When to suppress

To encrypt a single random block, such as a key under another key in a protocol that prescribes it, or as a
part of a mode that the library lacks.

## References

- https://cryptography.io/en/latest/hazmat/primitives/symmetric-encryption/#cryptography.hazmat.primitives.ciphers.modes.ECB
- https://csrc.nist.gov/pubs/sp/800/38/a/final
- https://cryptography.io/en/latest/hazmat/primitives/aead/
"""

from posse_checks.rule import MEDIUM, Cwe, blocked_calls

check = blocked_calls(
    "B305",
    "cipher_modes",
    MEDIUM,
    Cwe.BROKEN_OR_RISKY_ALGORITHM,
    "Use of insecure cipher mode {name}.",
    ["cryptography.hazmat.primitives.ciphers.modes.ECB"],
    unfixable="another mode cannot read what this one has written",
)
