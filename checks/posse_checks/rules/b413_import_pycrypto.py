"""An import from `Crypto`, the package of PyCrypto, which has had no release since 2013.

Its known vulnerabilities stay open. One is a buffer overflow in the setup of ciphers (CVE-2013-7459), which executes an
attacker's code if they choose the initialization vector; another makes ElGamal keys that are too weak (CVE-2018-6594).

## Bad

    from Crypto.Cipher import AES
    #                         ^^^ The pyCrypto library and its module AES are no longer actively maintained

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

from posse_checks.rule import HIGH, Cwe, blocked_imports

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
