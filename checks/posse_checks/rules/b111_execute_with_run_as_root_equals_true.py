"""A command that an OpenStack service runs as root.

With `run_as_root=True`, the command goes through `rootwrap` or `sudo`. If a part of it comes from a user, such as the
name of a volume or a path, a mistake in handling that part endangers the whole machine, not only the service's account.
The filters that should restrict commands often match more than intended.

The rule is off unless the configuration selects it. `function_names`, in the section named after the rule, lists the
functions to check.

## Bad

    from nova import utils

    def attach(device, path):
        utils.execute("mount", device, path, run_as_root=True)
    #                                        ^^^^^^^^^^^^^^^^ Execute with run_as_root=True identified

## Good

    import nova.privsep
    from oslo_concurrency import processutils

    @nova.privsep.sys_admin_pctxt.entrypoint
    def attach(device, path):
        processutils.execute("mount", device, path)

## When to suppress

If root's rights are needed, every argument is fixed or checked, and the filter names the command with its arguments.

## References

- https://docs.openstack.org/oslo.privsep/latest/
- https://docs.openstack.org/oslo.rootwrap/latest/
- https://security.openstack.org/guidelines/dg_use-oslo-rootwrap-securely.html
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Call, Cwe, Finding, listed, rule


@rule(
    "B111",
    "execute_with_run_as_root_equals_true",
    LOW,
    MEDIUM,
    Cwe.OS_COMMAND_INJECTION,
    called=listed("function_names"),
    section="execute_with_run_as_root_equals_true",
    defaults={
        "function_names": [
            "ceilometer.utils.execute",
            "cinder.utils.execute",
            "neutron.agent.linux.utils.execute",
            "nova.utils.execute",
            "nova.utils.trycmd",
        ]
    },
    optional=True,
    unfixable="whether the command needs root depends on the machine",
)
def check(call: Call) -> Iterator[Finding]:
    """Report commands that are run with `run_as_root=True`."""
    if call.passes("run_as_root", "True"):
        yield call.finding(
            "Execute with run_as_root=True identified, possible security issue.",
            line=call.line_of("run_as_root"),
            span=call.keyword("run_as_root"),
        )
