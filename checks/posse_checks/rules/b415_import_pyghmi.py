"""An import of `pyghmi`, which manages servers over IPMI.

The management controller at the other end can switch a machine off, reinstall it and watch its console. IPMI protects
it badly: it gives a salted hash of a user's password to anyone who asks, for guessing offline (CVE-2013-4786), and some
controllers accept any password from clients that ask for "cipher zero".

## Bad

    from pyghmi.ipmi import command
    #                       ^^^^^^^ An IPMI-related module is being imported. IPMI is considered insecure.

## Good

    import requests

    def switch_off(controller, session):
        requests.post(
            f"https://{controller}/redfish/v1/Systems/1/Actions/ComputerSystem.Reset",
            json={"ResetType": "GracefulShutdown"},
            headers={"X-Auth-Token": session},
            timeout=30,
        )

## When to suppress

If the hardware has no Redfish and its controllers are on a separate management network, or if only `pyghmi.redfish` is
used, which runs over HTTPS.

## References

- https://nvd.nist.gov/vuln/detail/CVE-2013-4786
- https://www.cisa.gov/news-events/alerts/2013/07/26/risks-using-intelligent-platform-management-interface-ipmi
- https://www.dmtf.org/standards/redfish
"""

from posse_checks.rule import HIGH, Cwe, blocked_imports

check = blocked_imports(
    "B415",
    "import_pyghmi",
    HIGH,
    Cwe.CLEARTEXT_TRANSMISSION,
    "An IPMI-related module is being imported. IPMI is considered insecure. Use an encrypted protocol.",
    ["pyghmi"],
    unfixable="IPMI has no successor that each machine supports; keep it on a network of its own",
)
