"""A configuration option for a password that `oslo.config` does not keep out of the log.

Services built on `oslo.config` log all their options when they start (`log_opt_values`). An option with `secret=True`
appears there as `****`. Any other appears with its value, so anyone who can read the log, or the place where logs are
collected, has the password.

The option's name must end in `password`. If `secret` depends on a variable, the confidence is low. The rule is off
unless the configuration selects it. `function_names`, in the section named after the rule, lists the functions to
check.

## Bad

    from oslo_config import cfg

    OPTIONS = [
        cfg.StrOpt("admin_password", help="Password of the administrator"),
    #              ^^^^^^^^^^^^^^^^ oslo config option not marked secret=True identified, security issue.
        cfg.StrOpt("ldap_password", secret=False),
    #                               ^^^^^^^^^^^^ oslo config option not marked secret=True identified, security issue.
    ]


    from oslo_config import cfg

    def password_option(hide):
        return cfg.StrOpt("nova_password", secret=hide)
    #                                      ^^^^^^^^^^^ oslo config option possibly not marked secret=True identified.

## Good

    from oslo_config import cfg

    OPTIONS = [
        cfg.StrOpt("admin_password", secret=True, help="Password of the administrator"),
        cfg.StrOpt("ldap_password_attribute", help="Where the directory keeps passwords"),
    ]

## When to suppress

If the option holds no password but describes one, or if a variable passed as `secret` is always true.

## References

- https://docs.openstack.org/oslo.config/latest/reference/defining.html
- https://security.openstack.org/guidelines/dg_protect-sensitive-data-in-files.html
- https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude
"""

from collections.abc import Iterator

from posse_checks.rule import LOW, MEDIUM, Call, Cwe, Finding, listed, rule

FALSE: list[object] = ["False", 0, "", (), [], {}]
"""The values of `secret`, as `syntax.literal` reads them, that certainly do not mark the option as secret."""


@rule(
    "B109",
    "password_config_option_not_marked_secret",
    MEDIUM,
    MEDIUM,
    Cwe.SENSITIVE_INFORMATION_IN_LOG_FILE,
    called=listed("function_names"),
    section="password_config_option_not_marked_secret",
    defaults={"function_names": ["oslo.config.cfg.StrOpt", "oslo_config.cfg.StrOpt"]},
    optional=True,
    unfixable="the option is declared elsewhere",
)
def check(call: Call) -> Iterator[Finding]:
    """Report options whose name ends in "password" and that are not, or not certainly, marked secret."""
    option = call.argument(0)
    if not (isinstance(option, str) and option.endswith("password")):
        return
    secret = call.keywords.get("secret")
    line, span = call.line_of("secret"), call.keyword("secret") or call.node.args[0]
    if secret is None or secret in FALSE:
        yield call.finding(
            "oslo config option not marked secret=True identified, security issue.", line=line, span=span
        )
    elif secret != "True":
        yield call.finding(
            "oslo config option possibly not marked secret=True identified.", confidence=LOW, line=line, span=span
        )
