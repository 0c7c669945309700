"""An import of `telnetlib`, a client for a protocol without encryption.

Whatever passes through it, the login name and the password first of all, can be read and changed by anyone on
the path, and neither side can prove who it is. The module is also a dead end: Python 3.13 no longer has it.

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

Where the equipment on the other side speaks nothing else and sits on a network of its own. The connections
themselves are reported by B312.

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
)
