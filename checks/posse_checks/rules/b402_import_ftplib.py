"""An import of `ftplib`, a client for a protocol that is not encrypted unless it is asked to be.

Plain FTP sends the password as text and does nothing to protect the files: whoever is on the path can copy
them, or change them on their way. SFTP, which runs over SSH, encrypts everything and knows the server by its
key.

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

Where the file uses `FTP_TLS` only, with a verifying context and `prot_p`, or fetches from public servers
without a login and checks what it got. Connections with plain FTP are reported by B321.

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
)
