"""YAML loaded with `yaml.load` and a loader that is not the safe one.

YAML can name Python objects, and the full loaders build them, calling whatever the text says. Whoever can write
the text, in an upload or a settings file, may so run code of their own.

## Bad

    import yaml

    def settings(file):
        return yaml.load(file, Loader=yaml.UnsafeLoader)
    #          ^^^^^^^^^ Use of unsafe yaml load.

## Good

    import yaml

    def settings(file):
        return yaml.safe_load(file)

## When to suppress

Where the loader is a subclass of `SafeLoader`, which the rule cannot see.

## References

- https://pyyaml.org/wiki/PyYAMLDocumentation
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.views import Call

SAFE_LOADERS = ("SafeLoader", "CSafeLoader")


def _is_load(name: str, options: Options) -> bool:
    parts = name.split(".")
    return parts[-1] == "load" and "yaml" in parts


@rule("B506", "yaml_load", MEDIUM, HIGH, Cwe.IMPROPER_INPUT_VALIDATION, called=_is_load)
def check(call: Call) -> Iterator[Finding]:
    """Report `yaml.load` without a safe loader, in files that have imported `yaml` itself."""
    if call.keywords.get("Loader") in SAFE_LOADERS or call.argument(1) in SAFE_LOADERS:
        return
    if call.has_import("yaml"):
        yield call.finding(
            "Use of unsafe yaml load. Allows instantiation of arbitrary objects. Consider yaml.safe_load().",
            line=call.node.lineno,
            span=call.span,
        )
