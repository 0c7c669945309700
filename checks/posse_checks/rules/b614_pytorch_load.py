"""A PyTorch file loaded in a way that may run code from it.

The format is based on `pickle`, which calls whatever functions the file names. Anyone who made or changed the file, for
example in a public collection of models, can execute code on the machine that loads it.

## Bad

    import torch

    def restore(model, path):
        model.load_state_dict(torch.load(path))
    #                         ^^^^^^^^^^ Use of unsafe PyTorch load

## Fixed

Add weights_only=True (review):

    import torch

    def restore(model, path):
        model.load_state_dict(torch.load(path, weights_only=True))

## Good

    import torch

    def restore(model, path):
        model.load_state_dict(torch.load(path, weights_only=True))


    from safetensors.torch import load_file

    def restore(model, path):
        model.load_state_dict(load_file(path))

Prefer safetensors, which holds no code. `weights_only=True` needs PyTorch 2.6, better 2.10: before 2.6 a file can
execute code in spite of it (CVE-2025-32434), and before 2.10 it can corrupt memory (CVE-2026-24747).

## When to suppress

For files that the program wrote itself to a place where nobody else can write. From PyTorch 2.6 on, `weights_only=True`
is the default.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.load.html
- https://docs.pytorch.org/docs/stable/notes/serialization.html
- https://nvd.nist.gov/vuln/detail/CVE-2025-32434
- https://nvd.nist.gov/vuln/detail/CVE-2026-24747
- https://huggingface.co/docs/safetensors/
"""

import ast
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, rule
from posse_checks.rules._shared.purpose import name_of, words


@rule(
    "B614",
    "pytorch_load",
    MEDIUM,
    HIGH,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    called=["torch.load", "torch.serialization.load"],
    unfixable="the file may hold more than weights",
)
def check(call: Call) -> Iterator[Finding]:
    """Report loads without `weights_only=True`, in files that import exactly `torch`."""
    if call.has_import("torch") and not call.passes("weights_only", "True"):
        yield call.finding(
            "Use of unsafe PyTorch load",
            line=call.line_of(call.function),  # Bandit looks for a keyword with the function's name
            span=call.keyword("weights_only") or call.span,
        )


@check.fix("Add weights_only=True", REVIEW)
def load_weights(call: Call, source: Source) -> Edits:
    """Adds `weights_only=True`, which refuses other objects, such as whole models. It is safe from PyTorch 2.6 on."""
    source.verify(call.node.func, call.name)
    if call.keyword("pickle_module") is not None or len(call.node.args) > 2 or not _may_be_weights(source):
        return []
    return source.keyword_set(call.node, "weights_only", "True")


def _may_be_weights(source: Source) -> bool:
    """Whether neither the name of the variable nor a method called on the result suggests a whole model."""
    match source.ancestors:
        case [ast.Assign(targets=[target]), *_] | [ast.AnnAssign(target=target), *_]:
            return words(name_of(target))[-1:] not in (["model"], ["net"], ["network"], ["module"])
        case [ast.Attribute(attr=method), *_]:
            return method not in ("eval", "to", "cuda", "cpu", "train", "parameters", "forward")
    return True
