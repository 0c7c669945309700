"""YAML loaded with `yaml.load` and a loader that is not the safe one.

YAML can name Python objects, and the unsafe loaders construct them, calling whatever the document says. Anyone who can
write the document, such as an upload or a settings file, can thereby execute arbitrary code.

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

Use yaml.safe_load (safe):

    import yaml

    def settings(file):
        return yaml.safe_load(file)

Use yaml.safe_load (review):

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

`FullLoader` is not for untrusted YAML either: before PyYAML 5.4, a document could execute code through it.

## When to suppress

If the loader is `BaseLoader`, which makes only strings, lists and dictionaries, or a subclass of `SafeLoader` that adds
no constructor of arbitrary objects. The rule recognizes neither.

## References

- https://pyyaml.org/wiki/PyYAMLDocumentation
- https://nvd.nist.gov/vuln/detail/CVE-2020-14343
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html
"""

import ast
import re
from collections.abc import Iterator

from posse_checks.rule import (
    HIGH,
    MEDIUM,
    REVIEW,
    SAFE,
    Call,
    Cwe,
    Edits,
    Finding,
    Source,
    UnfixableError,
    last,
    part,
    rule,
)

SAFE_LOADERS = ("SafeLoader", "CSafeLoader")


@rule(
    "B506",
    "yaml_load",
    MEDIUM,
    HIGH,
    Cwe.IMPROPER_INPUT_VALIDATION,
    called=last("load") & part("yaml"),
    unfixable="the loader is not one of PyYAML's own",
)
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


UNSAFE_LOADERS = {
    f"yaml.{name}": f"{'C' if name.startswith('C') else ''}SafeLoader"
    for name in ("Loader", "FullLoader", "UnsafeLoader", "CLoader", "CFullLoader", "CUnsafeLoader")
}
"""The unsafe loaders of PyYAML, each with its safe replacement. A project's own loaders have none: they may do more."""
CONSTRUCTORS = re.compile(r"\b(?:add_(?:multi_)?constructor|add_(?:implicit|path)_resolver|YAMLObject)\b")
"""Matches code that extends the loaders in ways that SafeLoader does not have."""


@check.fix("Use yaml.safe_load", SAFE)
def load_safely(call: Call, source: Source) -> Edits:
    """Uses `safe_load` if no loader is given: recent versions of PyYAML require one, older ones use an unsafe one."""
    if len(call.node.args) != 1 or call.node.keywords or isinstance(call.node.args[0], ast.Starred):
        return []
    return _safe_load(call, source)


@check.fix("Use yaml.safe_load", REVIEW)
def load_safely_instead(call: Call, source: Source) -> Edits:
    """Uses `safe_load` instead of the given loader; it refuses documents that name Python objects."""
    loader = _loader(call)
    if loader is None or _safe_name(loader, source) != "SafeLoader":
        return []
    if len(call.node.args) + len(call.node.keywords) != 2 or isinstance(call.node.args[0], ast.Starred):
        return []
    return [*_safe_load(call, source), source.argument_removed(call.node, loader)]


@check.fix("Use SafeLoader", REVIEW)
def use_safe_loader(call: Call, source: Source) -> Edits:
    """Uses a safe loader, which refuses documents that name Python objects. A loader in C is replaced by one in C."""
    _check(call, source)
    loader = _loader(call)
    name = _safe_name(loader, source) if loader is not None else None
    value = loader.value if isinstance(loader, ast.keyword) else loader
    return source.replaced_by_name(value, "yaml", name) if name is not None and value is not None else []


def _check(call: Call, source: Source) -> None:
    """Raises UnfixableError unless the function is PyYAML's, and nothing in the file is meant for its other loaders."""
    source.verify(call.node.func, "yaml.load")
    if source.outline.mentions(CONSTRUCTORS):
        raise UnfixableError("the file extends the loaders")


def _safe_load(call: Call, source: Source) -> Edits:
    _check(call, source)
    return source.renamed(call.node.func, "yaml", "safe_load")


def _loader(call: Call) -> ast.expr | ast.keyword | None:
    return call.node.args[1] if len(call.node.args) > 1 else call.keyword("Loader")


def _safe_name(loader: ast.expr | ast.keyword, source: Source) -> str | None:
    """The safe replacement of a loader; None if it is not one of PyYAML's unsafe loaders."""
    value = loader.value if isinstance(loader, ast.keyword) else loader
    return UNSAFE_LOADERS.get(source.qualified(value) or "")
