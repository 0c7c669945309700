"""A PyTorch file loaded in a way that may run code from it.

The format is built on `pickle`, which calls whatever functions the file names. Whoever made or changed the
file, say in a public collection of models, runs code on the machine that loads it.

## Bad

    import torch

    def restore(model, path):
        model.load_state_dict(torch.load(path))
    #                         ^^^^^^^^^^ Use of unsafe PyTorch load

## Fixed

Load weights only (review):

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

## When to suppress

For files that the program wrote itself to a place where nobody else can write. From PyTorch 2.6 on,
`weights_only=True` is the default; say it all the same if the code may meet an older one.

## References

- https://docs.pytorch.org/docs/stable/generated/torch.load.html
- https://docs.pytorch.org/docs/stable/notes/serialization.html
- https://docs.python.org/3/library/pickle.html
"""

from collections.abc import Iterator

from posse_checks.finding import Cwe, Finding
from posse_checks.fix import REVIEW, Edits
from posse_checks.rule import HIGH, MEDIUM, rule
from posse_checks.source import Source
from posse_checks.views import Call


@rule(
    "B614",
    "pytorch_load",
    MEDIUM,
    HIGH,
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA,
    called=["torch.load", "torch.serialization.load"],
)
def check(call: Call) -> Iterator[Finding]:
    """Report loads without `weights_only=True`, in files that import `torch` by just this name."""
    if call.has_import("torch") and not call.passes("weights_only", "True"):
        yield call.finding(
            "Use of unsafe PyTorch load",
            line=call.line_of(call.function),  # Bandit asks for a keyword called like the function
            span=call.keyword("weights_only") or call.span,
        )


@check.fix("Load weights only", REVIEW)
def load_weights(call: Call, source: Source) -> Edits:
    """Files with other objects in them are then refused."""
    return source.keyword_set(call.node, "weights_only", "True")
