"""A URL opened with `urllib`, which accepts `file:` and `ftp:` URLs as well as those of the web.

If a user can choose the URL, `file:///etc/passwd` makes the program read and return a file of its own machine. Only the
program itself can check the scheme.

## Bad

    from urllib.request import urlopen

    def preview(address):
        with urlopen(address, timeout=10) as response:
    #        ^^^^^^^ Audit url open for permitted schemes. Allowing use of file:/ or custom schemes is often unexpected.
            return response.read(4096)

## Good

    import requests

    def preview(address):
        return requests.get(address, timeout=10).content[:4096]

Requests supports only `http:` and `https:`. A URL that a user chose can still lead to a machine inside the network, so
compare its host with a list of allowed ones.

## When to suppress

If the URL is a constant, or begins with one up to and including the slash after the host (as in
`f"https://example.com/{name}"`), or if its scheme was checked just before.

## References

- https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen
- https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
- https://requests.readthedocs.io/en/latest/
"""

from posse_checks.rule import MEDIUM, Cwe, blocked_calls

check = blocked_calls(
    "B310",
    "urllib_urlopen",
    MEDIUM,
    Cwe.PATH_TRAVERSAL,
    "Audit url open for permitted schemes. Allowing use of file:/ or custom schemes is often unexpected.",
    [
        f"{module}.{name}"
        for module in ("urllib.request", "six.moves.urllib.request")
        for name in ("urlopen", "urlretrieve", "URLopener", "FancyURLopener")
    ],
    unfixable="the address is not a value that could be checked before the call",
)
