"""YAML loaded with `yaml.load` and a loader that is not the safe one.

YAML can name Python objects, and the full loaders build them, calling whatever the text says. Whoever can write
the text, in an upload or a settings file, may so run code of their own.

## Bad

    import yaml

    def settings(file):
        return yaml.load(file, Loader=yaml.UnsafeLoader)
    #          ^^^^^^^^^ Use of unsafe yaml load.


    import yaml

    def settings(file):
        return yaml.load(file)
    #          ^^^^^^^^^ Use of unsafe yaml load.

## Fixed

Load with safe_load (safe):

    import yaml

    def settings(file):
        return yaml.safe_load(file)

Load with safe_load instead of the loader that is named (review):

    import yaml

    def settings(file):
        return yaml.safe_load(file)

Use SafeLoader (review):

    import yaml

    def settings(file):
        return yaml.load(file, Loader=yaml.SafeLoader)

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

import ast
from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, SAFE, Edits
from posse_checks.rule import HIGH, MEDIUM, Options, rule
from posse_checks.source import Source
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


@check.fix("Load with safe_load", SAFE)
def load_safely(call: Call, source: Source) -> Edits:
    """Where no loader is named: recent versions of PyYAML demand one, older ones take one that is not safe."""
    if len(call.node.args) != 1 or call.node.keywords:
        return []
    return _safe_load(call, source)


@check.fix("Load with safe_load instead of the loader that is named", REVIEW)
def load_safely_instead(call: Call, source: Source) -> Edits:
    """Documents that name Python objects are then refused."""
    loader = _loader(call)
    if loader is None or len(call.node.args) + len(call.node.keywords) != 2:
        return []
    return [*_safe_load(call, source), source.argument_removed(call.node, loader)]


@check.fix("Use SafeLoader", REVIEW)
def use_safe_loader(call: Call, source: Source) -> Edits:
    """Documents that name Python objects are then refused."""
    loader = _loader(call)
    value = loader.value if isinstance(loader, ast.keyword) else loader
    if value is None:
        return []
    return source.rerouted(value, call.name.rpartition(".")[0], "SafeLoader")


def _safe_load(call: Call, source: Source) -> Edits:
    return source.renamed(call.node.func, call.name.rpartition(".")[0], "safe_load")


def _loader(call: Call) -> ast.expr | ast.keyword | None:
    return call.node.args[1] if len(call.node.args) > 1 else call.keyword("Loader")
