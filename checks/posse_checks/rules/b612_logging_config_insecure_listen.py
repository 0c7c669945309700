"""A socket that accepts logging configurations from anyone on the machine.

Parts of such a configuration are evaluated as Python code, so any user who can connect to the port can execute code
with the rights of this program.

## Bad

    import logging.config

    def start(port):
        thread = logging.config.listen(port)
    #            ^^^^^^^^^^^^^^^^^^^^^ Use of insecure logging.config.listen detected.
        thread.start()

## Good

    import logging.config

    def start(port, verified):
        thread = logging.config.listen(port, verify=verified)
        thread.start()

`verified` takes the bytes and returns them if their signature is valid, else None.

## When to suppress

On a machine or in a container without other users, and without other programs that could be compromised. If `verify` is
passed as the second positional argument, the rule does not see it.

## References

- https://docs.python.org/3/library/logging.config.html#logging.config.listen
- https://docs.python.org/3/library/logging.config.html#security-considerations
"""

from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, Call, Cwe, Finding, rule


@rule(
    "B612",
    "logging_config_insecure_listen",
    MEDIUM,
    HIGH,
    Cwe.CODE_INJECTION,
    called=["logging.config.listen"],
    unfixable="nothing here shows who may send configurations",
)
def check(call: Call) -> Iterator[Finding]:
    """Report listeners without a `verify` keyword."""
    if "verify" not in call.keywords:
        yield call.finding("Use of insecure logging.config.listen detected.", span=call.span)
