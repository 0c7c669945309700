"""An SSH client that accepts the key of a server it does not know.

Anyone on the path between the two machines can then pose as the server: they get the password, see every
command and its output, and may answer whatever they like. The key is what tells the true server from theirs.

## Bad

    import paramiko

    def connect(host):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    #                                      ^^^^^^^^^^^^^^^^^^^^^^^^ Paramiko call with policy set to
        client.connect(host)
        return client

## Fixed

Reject unknown host keys (review):

    import paramiko

    def connect(host):
        client = paramiko.SSHClient()
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

For machines that were made a moment ago and are reached through a private network, as in a test. Elsewhere,
let what makes the machine tell its key, and load it with `load_host_keys`.

## References

- https://docs.paramiko.org/en/stable/api/client.html#paramiko.client.SSHClient.set_missing_host_key_policy
- https://www.rfc-editor.org/rfc/rfc4251#section-4.1
"""

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.source import Source
from posse_checks.views import Call

TRUSTING = frozenset({"AutoAddPolicy", "WarningPolicy"})


def sets_policy(name: str, options: Options) -> bool:
    """Whether this is the method of an SSH client that sets what happens on an unknown key."""
    return name.rpartition(".")[2] == "set_missing_host_key_policy"


@rule("B507", "ssh_no_host_key_verification", HIGH, MEDIUM, Cwe.IMPROPER_CERT_VALIDATION, called=sets_policy)
def check(call: Call) -> Iterator[Finding]:
    """Report a first argument that is, or makes, one of the policies that accept any key."""
    if not call.node.args or not call.has_import_like("paramiko"):
        return
    policy = call.node.args[0]
    if _own_name(policy.func if isinstance(policy, ast.Call) else policy) in TRUSTING:
        yield call.finding(
            "Paramiko call with policy set to automatically trust the unknown host key.",
            line=call.line_of(call.function),  # Bandit asks for a keyword called like the function
            span=policy,
        )


def _own_name(node: ast.expr) -> str | None:
    """The last part of a name, None for anything that is no name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


@check.fix("Reject unknown host keys", REVIEW)
def reject(call: Call, source: Source) -> Edits:
    """Servers whose key was not loaded before are then refused."""
    policy = call.node.args[0]
    return source.renamed(policy.func if isinstance(policy, ast.Call) else policy, "paramiko", "RejectPolicy")
