"""An FTP connection, which sends the password and the files as plain text.

Anyone on the path can read both, and can replace a file while it is fetched, such as an update that the program then
installs. `FTP_TLS` encrypts only on request: by default it accepts any certificate, and it sends the files as plain
text until `prot_p` is called.

## Bad

    from ftplib import FTP

    def fetch(host, password, file):
        with FTP(host, "backup", password) as connection:
    #        ^^^ FTP-related functions are being called. FTP is considered insecure.
            connection.retrbinary("RETR latest.tar", file.write)

## Good

    import ssl
    from ftplib import FTP_TLS

    def fetch(host, password, file):
        with FTP_TLS(host, "backup", password, context=ssl.create_default_context()) as connection:
            connection.prot_p()
            connection.retrbinary("RETR latest.tar", file.write)

## When to suppress

For a public server without a login, if the fetched files are checked against a signature or a known hash.

## References

- https://docs.python.org/3/library/ftplib.html#ftplib.FTP_TLS
- https://www.rfc-editor.org/rfc/rfc4217
- https://www.rfc-editor.org/rfc/rfc2577
"""

from posse_checks.rule import HIGH, Cwe, blocked_calls

check = blocked_calls(
    "B321",
    "ftplib",
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    "FTP-related functions are being called. FTP is considered insecure. Use SSH/SFTP/SCP or some other encrypted "
    "protocol.",
    ["ftplib.FTP"],
    unfixable="a server must offer FTP over TLS, or SFTP, before a client can use it",
)
