"""An SSH client that accepts the key of a server it does not know.

Anyone on the path between the two machines can then impersonate the server: they get the password, see every command
and its output, and can answer as they like. Only the key tells the true server from theirs.

## Bad

    import paramiko

    def connect(host):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^ Paramiko call with policy set to
        client.connect(host)
        return client

## Fixed

Load known host keys and reject others (review):

    import paramiko

    def connect(host):
        client = paramiko.SSHClient()
        client.load_system_host_keys()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        client.connect(host)
        return client

## Good

    import paramiko

    def connect(host):
        client = paramiko.SSHClient()
        client.load_system_host_keys()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        client.connect(host)
        return client

## When to suppress

For machines that were created a moment ago and are reached through a private network, as in a test. Otherwise, get the
key from what creates the machine, and load it with `load_host_keys`.

## References

- https://docs.paramiko.org/en/stable/api/client.html#paramiko.client.SSHClient.set_missing_host_key_policy
- https://www.rfc-editor.org/rfc/rfc4251#section-4.1
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, last, rule

CLIENTS = {"paramiko.SSHClient", "paramiko.client.SSHClient"}
KEYS_LOADED = re.compile(r"\bload_(?:system_)?host_keys\b|\bget_host_keys\b")
TRUSTING = frozenset({"AutoAddPolicy", "WarningPolicy"})


@rule(
    "B507",
    "ssh_no_host_key_verification",
    HIGH,
    MEDIUM,
    Cwe.IMPROPER_CERTIFICATE_VALIDATION,
    called=last("set_missing_host_key_policy"),
    unfixable="nothing here shows where the keys of known hosts are",
)
def check(call: Call) -> Iterator[Finding]:
    """Report a first argument that is, or makes, one of the policies that accept any key."""
    if not call.node.args or not call.has_import_like("paramiko"):
        return
    policy = call.node.args[0]
    if _own_name(policy.func if isinstance(policy, ast.Call) else policy) in TRUSTING:
        yield call.finding(
            "Paramiko call with policy set to automatically trust the unknown host key.",
            line=call.line_of(call.function),  # Bandit looks for a keyword with the function's name
            span=policy,
        )


def _own_name(node: ast.expr) -> str | None:
    """The last part of a name or attribute; None for any other expression."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


@check.fix("Load known host keys and reject others", REVIEW)
def reject(call: Call, source: Source) -> Edits:
    """Refuses servers whose key is not in the user's `known_hosts`; without that file, all servers are refused."""
    function, policy = call.node.func, call.node.args[0]
    made = policy.func if isinstance(policy, ast.Call) else policy
    if not isinstance(function, ast.Attribute) or not source.is_made_by(function.value, CLIENTS, CLIENTS):
        return []
    if not (source.qualified(made) or "").startswith("paramiko."):
        return []
    rejected = source.renamed(made, "paramiko", "RejectPolicy")
    if KEYS_LOADED.search(source.text.slice(*source.statement)):
        return rejected
    start, statement = source.start(call.node), source.ancestors[0] if source.ancestors else None
    indent = source.indent(start.line)
    if not isinstance(statement, ast.Expr) or start.column != len(indent):
        return []
    line = f"{source.slice(function.value)}.load_system_host_keys(){source.line_end}{indent}"
    return [source.inserted(start, line), *rejected]
