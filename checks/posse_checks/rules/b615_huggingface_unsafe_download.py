"""A model or data set downloaded from the Hugging Face Hub in whatever version is there today.

The owner of the repository, or a thief of its keys, can move a branch or a tag to other files. Models can contain code
that runs when they are loaded; only the hash of a commit determines which files are downloaded.

## Bad

    from transformers import AutoModel

    def load():
        return AutoModel.from_pretrained("organisation/model", revision="main")
    #                                                          ^^^^^^^^^^^^^^^ Unsafe Hugging Face Hub


    from huggingface_hub import snapshot_download

    def download():
        return snapshot_download("organisation/model")
    #          ^^^^^^^^^^^^^^^^^ Unsafe Hugging Face Hub download without revision pinning in

## Fixed

Pin the revision (replace the zeros with a commit hash) (review):

    from transformers import AutoModel

    def load():
        return AutoModel.from_pretrained("organisation/model", revision="0000000000000000000000000000000000000000")

## Good

    from transformers import AutoModel

    REVISION = "5e3f1c2a9b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f"

    def load():
        return AutoModel.from_pretrained("organisation/model", revision=REVISION)

The files of a commit can still contain code: prefer models in the format safetensors, and keep `trust_remote_code` off.

## When to suppress

If the repository belongs to your own organization and you want the newest version, or if the name is that of a local
directory that does not begin with `/`, `./` or `../`.

## References

- https://huggingface.co/docs/huggingface_hub/guides/download
- https://huggingface.co/docs/hub/security-pickle
- https://github.com/huggingface/transformers/blob/main/SECURITY.md
- https://huggingface.co/docs/safetensors/
"""

import ast
import re
import string
from collections.abc import Iterator

from posse_checks.rule import HIGH, MEDIUM, REVIEW, Call, Cwe, Edits, Finding, Source, is_string, last, part, rule

CALLED = (
    last("from_pretrained") & part("transformers")
    | last("load_dataset") & part("datasets")
    | last("hf_hub_download", "snapshot_download", "repository_id") & part("huggingface_hub")
)
"""The functions that download, each with a part that its qualified name must contain."""

LIBRARIES = ("transformers", "datasets", "huggingface_hub")
REVISIONS = ("revision", "commit_id")


@rule(
    "B615",
    "huggingface_unsafe_download",
    MEDIUM,
    HIGH,
    Cwe.DOWNLOAD_OF_CODE_WITHOUT_INTEGRITY_CHECK,
    called=CALLED,
    unfixable="the revision to use must be looked up",
)
def check(call: Call) -> Iterator[Finding]:
    """Report downloads without a commit's hash, unless the revision is computed or the name is a local path."""
    if not any(call.has_import_like(library) for library in LIBRARIES):
        return
    if _computes_revision(call) or _is_pinned(call) or _is_local(call):
        return
    yield call.finding(
        f"Unsafe Hugging Face Hub download without revision pinning in {call.function}()",
        line=call.line_of(call.function),  # Bandit looks for a keyword with the function's name
        span=next((given for name in REVISIONS if (given := call.keyword(name))), call.span),
    )


def _computes_revision(call: Call) -> bool:
    """Whether the revision is a variable or another expression, which is assumed to be pinned."""
    return any(
        keyword.arg in REVISIONS and not isinstance(keyword.value, ast.Constant) for keyword in call.node.keywords
    )


def _is_pinned(call: Call) -> bool:
    """Whether the revision looks like a commit's hash: seven or more hexadecimal digits."""
    revision = call.keywords.get("revision") or call.keywords.get("commit_id")
    if not isinstance(revision, str):
        return False
    digits = revision.strip("\"'")
    return len(digits) >= 7 and all(digit in string.hexdigits for digit in digits)


def _is_local(call: Call) -> bool:
    name = call.argument(0)
    return isinstance(name, str) and name.startswith(("./", "/", "../"))


BUILDERS = {"csv", "json", "text", "parquet", "arrow", "pandas", "xml", "imagefolder", "audiofolder", "webdataset"}
"""The names in `datasets` that stand for formats of local files, which have no revision."""
REPOSITORY = re.compile(r"[\w.-]+(?:/[\w.-]+)?\Z")


@check.fix("Pin the revision (replace the zeros with a commit hash)", REVIEW)
def pin(call: Call, source: Source) -> Edits:
    """Adds a hash that no repository has, so that nothing is downloaded before the user fills it in.

    The repository must be a string literal, as a variable may contain the path of a directory.
    """
    keywords = (call.keyword(name) for name in ("repo_id", "pretrained_model_name_or_path", "path"))
    named = [*call.node.args[:1], *(keyword.value for keyword in keywords if keyword is not None)]
    name = named[0] if named else None
    if not is_string(name) or name.value in BUILDERS or not REPOSITORY.match(name.value):
        return []
    given = next((name for name in REVISIONS if call.keyword(name)), REVISIONS[0])
    return source.keyword_set(call.node, given, source.quoted("0" * 40))
