"""A function that is no part of `subprocess`, called with a `shell` argument that is true.

Wrappers around `subprocess` hand that argument through. If they do, the shell reads the command as a script,
and whoever chose a part of the text can run commands of their own.

## Bad

    from deploy import run_on_host

    def restart(service):
        run_on_host(f"systemctl restart {service}", shell=True)
    #                                               ^^^^^^^^^^ Function call with shell=True parameter identified

## Fixed

Do without the shell (review):

    from deploy import run_on_host

    def restart(service):
        run_on_host(f"systemctl restart {service}", shell=False)

## Good

    from deploy import run_on_host

    def restart(service):
        run_on_host(["systemctl", "restart", "--", service], shell=False)

## When to suppress

Where the argument means something else: a window, a login shell in a table of users, the kind of a prompt. A
wrapper of your own is better listed under `shell_injection: subprocess:` in the configuration, so that B602 and
B603 judge it.

## References

- https://docs.python.org/3/library/subprocess.html#security-considerations
- https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import LOW, MEDIUM, Options, rule
from posse_checks.rules.shell_functions import DEFAULTS, SECTION, asks_for_shell
from posse_checks.source import Source
from posse_checks.views import Call


@rule(
    "B604",
    "any_other_function_with_shell_equals_true",
    MEDIUM,
    LOW,
    Cwe.OS_COMMAND_INJECTION,
    keyword={"shell"},
    section=SECTION,
    defaults=DEFAULTS,
)
def check(call: Call, options: Options) -> Iterator[Finding]:
    """Report calls with a true `shell` argument, but for the functions that B602 judges."""
    if options and call.name not in options["subprocess"] and asks_for_shell(call):
        yield call.finding(
            "Function call with shell=True parameter identified, possible security issue.",
            line=call.line_of("shell"),
            span=call.keyword("shell"),
        )


@check.fix("Do without the shell", REVIEW)
def do_without(call: Call, source: Source) -> Edits:
    """The command then has to be a list of arguments."""
    return source.keyword_set(call.node, "shell", "False")
