"""An import of `telnetlib`, a client for a protocol without encryption.

Anyone on the path can read and change everything that passes through it, including the login name and the password, and
neither side can prove its identity. The module also has no future: Python 3.13 removed it.

## Bad

    import telnetlib
    #      ^^^^^^^^^ A telnet-related module is being imported.  Telnet is considered insecure.

## Good

    import paramiko

    def connect(host):
        session = paramiko.SSHClient()
        session.load_system_host_keys()
        session.connect(host)
        return session

## When to suppress

If the equipment supports nothing else and is on a separate network. B312 reports the connections themselves.

## References

- https://peps.python.org/pep-0594/#telnetlib
- https://docs.python.org/3.12/library/telnetlib.html
- https://docs.paramiko.org/en/stable/api/client.html
"""

from posse_checks.rule import HIGH, Cwe, blocked_imports

check = blocked_imports(
    "B401",
    "import_telnetlib",
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    "A telnet-related module is being imported.  Telnet is considered insecure. Use SSH or some other encrypted "
    "protocol.",
    ["telnetlib"],
    unfixable="encryption by SSH needs another library, and a server that speaks it",
)
