r"""A Telnet connection, which sends the password and every command as plain text.

Anyone on the path can read the password and use it later. They can also insert commands into the open session, because
neither side can tell who sent what, and they can impersonate the server, which does not prove its identity.

## Bad

    import telnetlib

    def reboot(host, password):
        session = telnetlib.Telnet(host)
    #             ^^^^^^^^^^^^^^^^ Telnet-related functions are being called. Telnet is considered insecure.
        session.read_until(b"Password: ")
        session.write(password.encode() + b"\nreboot\n")

## Good

    import paramiko

    def reboot(host):
        with paramiko.SSHClient() as session:
            session.load_system_host_keys()
            session.connect(host, username="operator")
            session.exec_command("reboot")

## When to suppress

For equipment that supports nothing else, on a separate network that only its operators can reach.

## References

- https://docs.paramiko.org/en/stable/api/client.html
- https://www.rfc-editor.org/rfc/rfc4251
- https://docs.python.org/3.12/library/telnetlib.html
"""

from posse_checks.rule import HIGH, Cwe, blocked_calls

check = blocked_calls(
    "B312",
    "telnetlib",
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    "Telnet-related functions are being called. Telnet is considered insecure. Use SSH or some other encrypted "
    "protocol.",
    ["telnetlib.Telnet"],
    unfixable="encryption by SSH needs another library, and a server that speaks it",
)
