"""Data from outside that becomes a part of an LDAP filter or name.

`*` and parentheses in the data change the filter: `*)(uid=*))(|(uid=*` finds everybody, and can log in anybody. The
libraries have functions that escape such characters in filters and names.

## Bad

    import ldap3
    from flask import Flask, request

    app = Flask(__name__)
    directory = ldap3.Connection("ldaps://directory.example.org")

    @app.get("/user")
    def user():
        name = request.args["name"]
        directory.search("dc=example,dc=org", "(uid=" + name + ")")
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ LDAP injection: `request.args` reaches
        return {"count": len(directory.entries)}

## Good

    import ldap3
    from flask import Flask, request
    from ldap3.utils.conv import escape_filter_chars

    app = Flask(__name__)
    directory = ldap3.Connection("ldaps://directory.example.org")

    @app.get("/user")
    def user():
        name = escape_filter_chars(request.args["name"])
        directory.search("dc=example,dc=org", "(uid=" + name + ")")
        return {"count": len(directory.entries)}

## When to suppress

If the data is checked by code that Posse does not know: a validator of your own, or one in another package. Name it in
the comment, or add it to the configuration as a sanitizer (`posse: {flow_model: {sanitizers: ...}}`).

## References

- https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html
- https://ldap3.readthedocs.io/en/latest/searches.html
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Cwe, Finding, Flow, rule


@rule("P110", "ldap_flow", MEDIUM, HIGH, Cwe.LDAP_INJECTION)
def check(flow: Flow) -> Iterator[Finding]:
    """Report data from outside in an LDAP filter or name."""
    yield flow.finding(f"LDAP injection: {flow.source} reaches {flow.sink} as a part of the filter or name.")
