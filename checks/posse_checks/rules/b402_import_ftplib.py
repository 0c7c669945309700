"""An import of `ftplib`, a client for a protocol that is encrypted only on request.

Plain FTP sends the password as text and does nothing to protect the files: anyone on the path can copy them, or change
them on their way. SFTP, which runs over SSH, encrypts everything and recognizes the server by its key.

## Bad

    from ftplib import FTP
    #                  ^^^ A FTP-related module is being imported.  FTP is considered insecure.

## Good

    import paramiko

    def fetch(host, remote, local):
        with paramiko.SSHClient() as session:
            session.load_system_host_keys()
            session.connect(host)
            session.open_sftp().get(remote, local)

## When to suppress

If the file uses only `FTP_TLS`, with a verifying context and `prot_p`, or fetches from public servers without a login
and verifies what it received. B321 reports connections with plain FTP.

## References

- https://docs.python.org/3/library/ftplib.html
- https://www.rfc-editor.org/rfc/rfc2577
- https://docs.paramiko.org/en/stable/api/sftp.html
"""

from posse_checks.rule import HIGH, Cwe, blocked_imports

check = blocked_imports(
    "B402",
    "import_ftplib",
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    "A FTP-related module is being imported.  FTP is considered insecure. Use SSH/SFTP/SCP or some other encrypted "
    "protocol.",
    ["ftplib"],
    unfixable="an import does no harm; what counts is each connection, which B321 reports",
)
