"""Rules that are plain data: functions that should not be called, modules that should not be imported.

Bandit runs all of them as one check, so a call or an import statement gets at most one of their findings: that of the
lowest enabled ID. Functions match by their whole qualified name, modules by prefix, and importing a module through
`__import__` or `importlib` counts as a call of its name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from posse_checks.python.syntax import argument_value, is_string
from posse_checks.rule.declaration import Rule
from posse_checks.rule.finding import Cwe, Finding, Level
from posse_checks.rule.matchers import Options
from posse_checks.rule.views import Call, Import, span_of

IMPORTERS = frozenset({"importlib.import_module", "importlib.__import__"})


def blocked_calls(
    id: str, name: str, severity: Level, cwe: Cwe, message: str, functions: Iterable[str], *, unfixable: str = ""
) -> Rule:
    """Returns a rule against calling any of these functions; `{name}` in the message is replaced by the called one."""
    return _blocked(id, name, severity, cwe, message, functions, unfixable, Call)


def blocked_imports(
    id: str, name: str, severity: Level, cwe: Cwe, message: str, modules: Iterable[str], *, unfixable: str = ""
) -> Rule:
    """Returns a rule against importing from these modules; `{name}` in the message is replaced by the imported name."""
    return _blocked(id, name, severity, cwe, message, modules, unfixable, Import, Call)


def called_or_imported(node: ast.Call, qualified: str) -> str | None:
    """The name to look up in the blocklists for a call: the module if the call imports one, else the function.

    Raises LookupError or TypeError if Bandit's check fails on the call.
    """
    if isinstance(node.func, ast.Name) and node.func.id == "__import__":
        if not node.args:
            return ""
        return str(node.args[0].value) if is_string(node.args[0]) else "UNKNOWN"
    if qualified not in IMPORTERS:
        return qualified
    if node.args:
        values = [argument_value(argument) for argument in node.args]
        return values[0] if isinstance(values[0], str) else None
    module = {keyword.arg: argument_value(keyword.value) for keyword in node.keywords}["name"]
    return module if isinstance(module, str) else None


def _blocked(
    id: str,
    name: str,
    severity: Level,
    cwe: Cwe,
    message: str,
    names: Iterable[str],
    unfixable: str,
    *subscription: type,
) -> Rule:
    """Returns the rule for both kinds. A call is reported with its name, an import at the first alias that matches."""
    blocked, recalls = tuple(names), Import in subscription

    def check(view: Call | Import, options: Options) -> Iterator[Finding]:
        if isinstance(view, Call):
            called = called_or_imported(view.node, view.name) or ""
            yield view.finding(message.replace("{name}", called), span=view.span, is_reminder=recalls)
            return
        for alias in view.node.names:
            if (view.prefix + alias.name).startswith(blocked):
                yield view.finding(message.replace("{name}", alias.name), span=span_of(alias), is_reminder=recalls)
                return

    return Rule(
        id=id,
        name=name,
        reported_as="blacklist",
        severity=severity,
        confidence=Level.HIGH,
        cwe=cwe,
        check=check,
        subscription=subscription,
        blocked=blocked,
        unfixable=unfixable,
    )
